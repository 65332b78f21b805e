"""Heat points of all pages of a project's day in one value: every point is found again at its place, once."""

from __future__ import annotations

import random

import numpy as np
import pytest

from storage.heat import merge, points
from storage.heat_batches import PLACES as ROWS
from storage.heat_batches import by_place, pack_batch, unpack_batch

PLACES = [(page, device, kind) for page in (1, 70_000, 2**40) for device in (1, 3) for kind in (1, 3)]


def rows(chance: random.Random, count: int) -> list[tuple[int, int, int]]:
    return [(chance.choice((1, 900, 2**41)), chance.randrange(256), chance.randrange(256)) for _ in range(count)]


@pytest.mark.parametrize(("most", "form"), [(2, 2), (50, 1)])
def test_every_point_is_found_at_its_page_device_and_kind(most: int, form: int) -> None:
    chance = random.Random(7)
    heat = {place: rows(chance, chance.choice((1, 2, most))) for place in PLACES}
    every = points([row for listed in heat.values() for row in listed])
    batch = pack_batch(np.array([(*place, len(listed)) for place, listed in heat.items()], ROWS), every)
    assert batch.packed[0] == form, "few points are kept as they are"
    assert batch.points == sum(len(listed) for listed in heat.values())
    found = unpack_batch(batch.packed)
    for (page, device, kind), listed in heat.items():
        assert np.array_equal(merge([found.of(page, kind, device)]), merge([points(listed)]))
    both = heat[1, 1, 3] + heat[1, 3, 3]
    assert np.array_equal(merge([found.of(1, 3, None)]), merge([points(both)]))
    assert len(found.of(2, 3, None)) == 0
    spread = by_place([found, found])
    assert spread.keys() == heat.keys()
    assert all(merge([spread[place]])["count"].sum() == 2 * len(listed) for place, listed in heat.items())


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x09" + b"\0" * 20])
def test_damaged_batch_is_refused(damage: bytes) -> None:
    with pytest.raises(ValueError, match="batch of heat points"):
        unpack_batch(damage)
    whole = pack_batch(np.array([(1, 1, 1, 1)], ROWS), points([(5, 1, 2)])).packed
    for other in (b"\x01" + whole[1:], whole[:-1], whole + b"\0"):
        with pytest.raises(ValueError, match="batch of heat points"):
            unpack_batch(other)
