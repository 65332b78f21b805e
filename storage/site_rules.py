"""A site's rules for what its visitors send: sampling, bots, do-not-track, rates, which lua/admission.lua keeps;
consent and privacy, which the tracker keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from storage.postgres import Connection

ALL_SESSIONS: Final = 2**32
MOST_PER_SECOND: Final = 1_000_000
MOST_PER_MINUTE: Final = 1_000_000

# What needs the visitor's consent. none: nothing; storage: keeping ids in the browser, until then visits are counted
# without; tracking: everything; never_stored: ids are kept of nobody, whatever they say.
Consent = Literal["none", "storage", "tracking", "never_stored"]
# What of a page is masked before it is sent. strict: every text; normal: what looks personal; open: what the page says.
# What is typed is masked in all of them.
Privacy = Literal["strict", "normal", "open"]
CONSENT: Final[tuple[Consent, ...]] = get_args(Consent)
PRIVACY: Final[tuple[Privacy, ...]] = get_args(Privacy)


class BadRule(ValueError):
    """A rule has a value that it can't have; the text says which it may have."""


@dataclass(frozen=True, slots=True)
class SiteRules:
    """Limits: None for none. `sample_rate`: the share of sessions that is kept, 0 to 1, always the same sessions."""

    sample_rate: float = 1.0
    filter_bots: bool = True
    keep_do_not_track: bool = True
    requests_per_second: int | None = None
    client_sessions_per_minute: int | None = 120  # that one client, by its address, may begin
    consent: Consent = "none"
    privacy: Privacy = "normal"

    @property
    def sample_below(self) -> int:
        """A session is kept if the last eight hex digits of its id, as a number, are below this: at the door and in the
        tracker."""
        return round(self.sample_rate * ALL_SESSIONS)

    def checked(self) -> SiteRules:
        """Itself. Raises BadRule."""
        if not 0 <= self.sample_rate <= 1:
            raise BadRule("The share of sessions that is kept is between 0 and 100 %.")
        for name, value, most in (
            ("requests a second", self.requests_per_second, MOST_PER_SECOND),
            ("sessions a client and minute", self.client_sessions_per_minute, MOST_PER_MINUTE),
        ):
            if value is not None and not 1 <= value <= most:
                raise BadRule(f"A limit of {name} is 1 to {most:,}, or none.")
        for name, told, known in (("Consent", self.consent, CONSENT), ("Privacy", self.privacy, PRIVACY)):
            if told not in known:
                raise BadRule(f"{name} is one of {', '.join(known)}.")
        return self


def change_rules(connection: Connection, project_id: int, site_id: int, rules: SiteRules) -> str | None:
    """Change a site's rules; gives its key, under which the cache may know it still; None if there is no such site.

    Raises BadRule.
    """
    rules.checked()
    row = connection.execute(
        "UPDATE sites SET sample_rate = %s, filter_bots = %s, keep_do_not_track = %s, requests_per_second = %s,"
        " client_sessions_per_minute = %s, consent = %s, privacy = %s"
        " WHERE project_id = %s AND site_id = %s RETURNING site_key",
        (
            rules.sample_rate,
            rules.filter_bots,
            rules.keep_do_not_track,
            rules.requests_per_second,
            rules.client_sessions_per_minute,
            rules.consent,
            rules.privacy,
            project_id,
            site_id,
        ),
    ).fetchone()
    return str(row[0]) if row else None


def unusual_masks(connection: Connection) -> dict[int, Privacy]:
    """How much all sites, of whatever project, mask that don't mask what is usual; by id."""
    return dict(connection.execute("SELECT site_id, privacy FROM sites WHERE privacy <> 'normal'").fetchall())
