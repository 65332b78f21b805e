"""Packed heat points: whatever way they were packed, merging gives every place with its count."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from storage.heat import FEW, merge, pack, pack_each, points, unpack


@pytest.mark.parametrize("rows", [0, 1, FEW, FEW + 1, 5_000])
def test_points_survive_packing_and_merging(rows: int) -> None:
    chance = random.Random(rows)
    sent = [(chance.randrange(1, 30) << 40, chance.randrange(256), chance.randrange(4)) for _ in range(rows)]
    some, rest = pack_each(points([*sent, (1, 2, 3)]), [rows, 1])
    assert unpack(rest).tolist() == [(1, 2, 3, 1)]
    merged = merge([unpack(some), unpack(pack(points(sent)))])
    assert {(element, fx, fy): count for element, fx, fy, count in merged.tolist()} == {
        place: 2 * count for place, count in Counter(sent).items()
    }
    assert unpack(pack(merged)).tolist() == merged.tolist()


@pytest.mark.parametrize(
    "damaged", [b"", b"\x01", b"\x03\x01\x00\x00\x00abc", b"\x02\xff\x00\x00\x00abc", b"\x01\x01\x00\x00\x00abc"]
)
def test_damaged_value_is_told(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="packed heat points"):
        unpack(damaged)
