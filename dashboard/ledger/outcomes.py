"""What became of a request, in three words: kept, sent twice, turned away; each reason belongs to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from dashboard.figures.theme import SERIES
from dashboard.queries.ledger import Ledger
from dashboard.shell.blocks import Tone
from storage.ledger import REMARKS

Outcome = Literal["kept", "retry", "remark", "away"]

# A remark is counted beside "accepted": the request was kept, and something about it is worth knowing.
_OUTCOMES: Final[Mapping[str, Outcome]] = {
    "accepted": "kept",
    "duplicate": "retry",
    **dict.fromkeys(REMARKS, "remark"),
}
NAMES: Final[Mapping[Outcome, str]] = {
    "kept": "Kept",
    "retry": "Sent twice",
    "remark": "Remark",
    "away": "Turned away",
}
TONES: Final[Mapping[Outcome, Tone]] = {"kept": "good", "retry": "neutral", "remark": "warn", "away": "bad"}
COLOURS: Final[Mapping[Outcome, str]] = {"kept": SERIES[0], "retry": SERIES[5], "away": SERIES[1]}
# What the customer or the operator can do about a reason.
ADVICE: Final[Mapping[str, str]] = {
    "origin_blocked": "Add the origin to the site in Settings if its pages are yours.",
    "unknown_site": "Compare the snippet's key with the one in Settings; the site may be switched off.",
    "bot": "Let the site keep bots in Settings if you want to see them.",
    "do_not_track": "Their browsers ask for it; Settings says whether the site keeps to it.",
    "sampled_out": "Raise the share of sessions that the site keeps in Settings.",
    "rate_limited": "Raise the site's requests a second in Settings; browsers send what was refused again.",
    "too_many_sessions": "Made-up sessions, or many people behind one address: then raise the limit in Settings.",
    "over_quota": "Raise the project's limits in Settings, or keep a share of the sessions.",
    "too_many_events": "A client of your own: send at most 1,000 events in one body.",
    "too_large": "Mark large parts of the page with data-hw-block, so that they are not recorded.",
    "malformed": "An outdated or changed snippet, or something that is no browser.",
    "unavailable": "The browser sends it again by itself; if it goes on, look at Operations.",
    "poisoned": "The record is kept as a dead letter; Operations shows its error.",
    "erased": "Nothing to do: somebody asked for it in Settings, Data; its receipt is there.",
    "duplicate": "Nothing to do: a browser was not sure that the first one had arrived.",
    "clock_skew": "Nothing to do: the visitor's clock is wrong, the time was corrected.",
    "too_many_names": "Addresses, elements or event names that hold an id or a number each: send names that recur. "
    "The operator can raise collector.pages_per_project and its kin.",
}


def outcome(reason: str) -> Outcome:
    """What a reason amounts to."""
    return _OUTCOMES.get(reason, "away")


@dataclass(frozen=True)
class Sums:
    """Requests of a ledger by outcome; every request is in exactly one of the first three. `events`: those kept."""

    kept: int
    retry: int
    away: int
    bytes: int
    events: int

    @property
    def came(self) -> int:
        return self.kept + self.retry + self.away


def sums(answer: Ledger) -> Sums:
    """The sums over all reasons."""
    counts: dict[Outcome, int] = {"kept": 0, "retry": 0, "away": 0, "remark": 0}
    for row in answer.reasons:
        counts[outcome(row.reason)] += row.requests
    came = [row.bytes for row in answer.reasons if outcome(row.reason) != "remark"]
    events = sum(row.events for row in answer.reasons if outcome(row.reason) == "kept")
    return Sums(counts["kept"], counts["retry"], counts["away"], sum(came), events)
