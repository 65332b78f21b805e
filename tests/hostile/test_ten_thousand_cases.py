"""Ten thousand made-up requests, three times over: each is answered as documented and counted as what it is.

A case that fails is named `kind/seed/number`; `Makers.case` makes it again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from bystander import Bystander
from door import Site, new_site, until
from jumbled import Jumbled
from made_requests import Makers
from process_memory import resident
from project_counts import ledger, sessions
from running_stack import Stack
from wire import Answered, Wire

from storage.ledger import REASONS, REMARKS

SEED = 5
CASES = 10_000
ROUNDS = 3
TAKEN = "taken"

# docs/protocol.md, "Answers"; then what nginx says of bytes that are no HTTP request, and what the dashboard says where
# a mutated path leads to it.
DOCUMENTED = {204, 400, 403, 404, 405, 413, 429, 503}
OTHERS = {400, 403, 404, 405, 414}

# MiB that a process may have grown by from the end of the second round to that of the third. Redis keeps dead letters,
# at most 10,000, and each round leaves some 6,000 of at most 64 KiB, most of a few hundred bytes.
GROWTH = {"edge": 4.0, "monolith-1": 4.0, "worker-1": 12.0, "worker-2": 12.0, "redis": 16.0}


def _by_reason(stack: Stack, sites: Iterable[Site]) -> Counter[str]:
    """Requests in the ledger by reason, of these sites and of no site."""
    project_ids = (0, *(site.project_id for site in sites))
    counts = sum((Counter(ledger(stack, project_id)) for project_id in project_ids), Counter[str]())
    return Counter({reason: requests for reason, requests in counts.items() if reason not in REMARKS})


def _until_counted(stack: Stack, sites: Iterable[Site], wanted: Counter[str]) -> None:
    """Wait until the ledger has as many requests as were answered, each refusal under its own code."""
    sites = list(sites)
    try:
        until(lambda: _by_reason(stack, sites).total() >= wanted.total(), "all to be in the ledger")
    except AssertionError as error:
        raise AssertionError(f"{_by_reason(stack, sites)} in the ledger, but answered were {wanted}") from error
    counted = _by_reason(stack, sites)
    assert counted.total() == wanted.total(), (counted, wanted)
    short = {reason for reason in wanted if reason != TAKEN and counted[reason] < wanted[reason]}
    assert not short, (counted, wanted)


def _answers(answered: Answered) -> Counter[str]:
    """What the case's requests must be in the ledger as: taken, or a refusal's code. Checks each answer."""
    counted: Counter[str] = Counter()
    case = answered.case
    assert answered.replies or not case.sound, case.name
    for reply in answered.replies:
        told = (case.name, reply.status, reply.body[:200], case.raw[:300])
        if reply.status == 204:
            counted[TAKEN] += case.counts
        elif reply.code in REASONS:
            assert reply.status in DOCUMENTED, told
            assert reply.status != 503 or reply.headers.get("retry-after"), told
            counted[reply.code] += 1
        else:
            assert reply.status in OTHERS, told
    return counted


def test_ten_thousand_cases_are_answered_and_counted_and_leave_nothing_behind(
    stack: Stack, bystander: Bystander
) -> None:
    edge = urlsplit(stack.edge)
    sites = [new_site(stack) for _ in range(4)]
    memory: list[dict[str, float]] = []
    for generation in range(ROUNDS):
        honest = new_site(stack)
        makers = Makers([site.key for site in sites], stack.shop, edge.netloc, generation)
        jumbled = Jumbled(honest.key, stack.shop, edge.netloc, 60, generation)
        cases = [*makers.cases(SEED, CASES - len(jumbled.cases)), *jumbled.cases]
        random.Random(SEED).shuffle(cases)
        before = _by_reason(stack, [*sites, honest])

        answered = Wire(edge.hostname or "", edge.port or 80).send(cases, between=bystander.visits)

        assert len(answered) == len(cases) == CASES
        wanted = sum(map(_answers, answered), before)
        _until_counted(stack, [*sites, honest], wanted)
        assert sessions(stack, honest.project_id) == jumbled.stored
        assert ledger(stack, honest.project_id) == {"accepted": jumbled.requests, "duplicate": jumbled.repeated}
        memory.append(resident(stack))

    total = sum((Counter(ledger(stack, site.project_id)) for site in sites), Counter[str]())
    assert "poisoned" not in total, "what the door takes is decoded, or told as malformed"
    assert total["accepted"] > CASES / 20, "some must get past the door and the worker to try what lies behind"
    grown = {name: memory[-1][name] - memory[-2][name] for name in GROWTH}
    assert all(grown[name] < bound for name, bound in GROWTH.items()), (grown, memory)
