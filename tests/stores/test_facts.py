"""What `storage.facts.FactStore` promises, for days in Postgres and for cold ones in the blob store."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from heatwake.settings import Settings, load
from storage.blobs import BlobCorrupt, BlobStore
from storage.blobs.filesystem import FilesystemBlobs
from storage.blobs.s3 import S3Blobs
from storage.facts import SCHEMA
from storage.facts.packing import pack, unpack
from storage.facts.postgres import PostgresFacts, append_in, append_rows
from storage.facts.rows import ROWS, WORTH_COMPRESSING, PackedRows, pack_rows
from storage.postgres import Database

DAY = dt.date(2026, 11, 20)
TOMORROW = DAY + dt.timedelta(days=1)
Settle = Callable[[PostgresFacts, int, dt.date], Any]


def facts(rows: int, seed: int = 1, sessions: list[bytes] | None = None) -> pa.Table:
    """Rows with every type's limits among them; custom events have props, the others have none."""
    draw = np.random.default_rng(seed)
    known = sessions or [uuid.uuid4().bytes for _ in range(max(1, rows // 7))]
    kinds = draw.integers(1, 5, rows)
    props = [f'{{"price":{number},"name":"ä"}}' if kind == 4 else None for number, kind in enumerate(kinds)]
    ids = draw.integers(-(2**62), 2**62, (4, rows))
    return pa.table(
        [
            pa.array([known[number] for number in draw.integers(0, len(known), rows)], pa.binary(16)),
            pa.array(ids[0], pa.int64()),
            pa.array(draw.integers(1_790_000_000_000, 1_790_086_400_000, rows), pa.int64()),
            pa.array(kinds, pa.uint8()),
            pa.array(draw.integers(1, 4, rows), pa.uint8()),
            pa.array(ids[1], pa.int64()),
            pa.array(ids[2] * (kinds == 2), pa.int64()),
            pa.array(ids[3] * (kinds == 4), pa.int64()),
            pa.array(draw.integers(0, 10_001, rows), pa.uint16()),
            pa.array(draw.integers(0, 10_001, rows), pa.uint16()),
            pa.array(props, pa.string()),
        ],
        schema=SCHEMA,
    )


def rows_of(*tables: pa.Table) -> Counter[tuple[Any, ...]]:
    """The rows without their order, each as often as it is there."""
    return Counter(row for table in tables for row in zip(*(column.to_pylist() for column in table), strict=True))


def packed(table: pa.Table) -> PackedRows:
    """The rows of a table as a batch packs them."""
    rows = np.empty(table.num_rows, ROWS)
    rows["session"] = np.array(table["session"].to_pylist(), "V16")
    for name in ROWS.names[1:]:
        rows[name] = table[name].to_numpy()
    return pack_rows(rows, [text and text.encode() for text in table["props"].to_pylist()])


@pytest.fixture(scope="module", params=["filesystem", pytest.param("s3", marks=pytest.mark.full)])
def blobs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BlobStore:
    if request.param == "filesystem":
        return FilesystemBlobs(tmp_path_factory.mktemp("blobs"))
    return S3Blobs(request.getfixturevalue("s3_settings"))


@pytest.fixture(scope="module")
def store(database_settings: Settings, blobs: BlobStore) -> PostgresFacts:
    return PostgresFacts(Database(database_settings, "worker"), blobs)


def leave(store: PostgresFacts, project: int, day: dt.date) -> None:
    """Deltas stay as they were appended."""


@pytest.fixture(params=[leave, PostgresFacts.compact, PostgresFacts.cool], ids=["as appended", "folded", "cold"])
def settle(request: pytest.FixtureRequest) -> Settle:
    """What becomes of a day between being written and being read."""
    chosen: Settle = request.param
    return chosen


def test_rows_come_back_each_once(store: PostgresFacts, project: int, settle: Settle) -> None:
    parts = [facts(number, seed=number) for number in (1, 50, 700)]
    for part in parts:
        store.append(project, DAY, part)
    settle(store, project, DAY)
    read = store.read(project, DAY, DAY)
    assert read.schema.equals(SCHEMA)
    assert rows_of(read) == rows_of(*parts)


def test_rows_of_a_batch_come_back_each_once(
    store: PostgresFacts, database_settings: Settings, other_projects: Callable[[], int], settle: Settle
) -> None:
    project, other = other_projects(), other_projects()
    one, many, later = facts(1), facts(700), facts(500)
    without_props = facts(9).set_column(10, SCHEMA.field("props"), pa.nulls(9, pa.string()))
    with Database(database_settings, "worker").transaction() as connection:
        batch = {(project, str(DAY)): one, (project, str(TOMORROW)): later, (other, str(DAY)): without_props}
        append_rows(connection, {place: packed(table) for place, table in batch.items()})
        append_rows(connection, {(project, str(DAY)): packed(many)})
        append_rows(connection, {})
    settle(store, project, DAY)
    assert rows_of(store.read(project, DAY, DAY)) == rows_of(one, many)
    assert rows_of(store.read(project, TOMORROW, TOMORROW)) == rows_of(later)
    assert rows_of(store.read(other, DAY, DAY)) == rows_of(without_props)
    assert store.read(project, DAY, TOMORROW, ["props", "at"]).num_rows == 1_201


@pytest.mark.parametrize("rows", [1, WORTH_COMPRESSING // ROWS.itemsize + 1])
def test_packed_rows_give_only_the_columns_asked_for(rows: int) -> None:
    table = facts(rows)
    for columns in (["props", "at"], ["session"], ["fy", "kind"]):
        [part] = unpack([packed(table).data], columns)
        assert part.column_names == [name for name in SCHEMA.names if name in columns]
        assert rows_of(part) == rows_of(table.select(part.column_names))


def test_days_and_projects_are_apart(store: PostgresFacts, other_projects: Callable[[], int], settle: Settle) -> None:
    mine, theirs = other_projects(), other_projects()
    tables = {(project, day): facts(30) for project in (mine, theirs) for day in (DAY, TOMORROW)}
    for (project, day), table in tables.items():
        store.append(project, day, table)
        settle(store, project, day)
    assert rows_of(store.read(mine, DAY, DAY)) == rows_of(tables[mine, DAY])
    assert rows_of(store.read(mine, DAY, TOMORROW)) == rows_of(tables[mine, DAY], tables[mine, TOMORROW])
    assert rows_of(store.read(theirs, TOMORROW, TOMORROW)) == rows_of(tables[theirs, TOMORROW])
    assert store.read(mine, TOMORROW, DAY).num_rows == 0


@pytest.mark.parametrize("columns", [["at"], ["props", "session"], SCHEMA.names, ["fy", "kind", "at"]])
def test_only_the_columns_asked_for_in_the_schemas_order(
    store: PostgresFacts, project: int, settle: Settle, columns: list[str]
) -> None:
    store.append(project, DAY, facts(40))
    settle(store, project, DAY)
    whole, part = store.read(project, DAY, DAY), store.read(project, DAY, DAY, columns)
    assert part.column_names == [name for name in SCHEMA.names if name in columns]
    assert part.schema.equals(pa.schema([SCHEMA.field(name) for name in part.column_names]))
    assert rows_of(part) == rows_of(whole.select(part.column_names))


@pytest.mark.parametrize("columns", [["at", "price"], []])
def test_unknown_column_or_none_is_refused(store: PostgresFacts, project: int, columns: list[str]) -> None:
    with pytest.raises(ValueError, match="column"):
        store.read(project, DAY, DAY, columns)


def test_day_without_facts_is_an_empty_table(store: PostgresFacts, project: int) -> None:
    for read in (store.read(project, DAY, DAY), store.read(project, DAY, TOMORROW, ["at"])):
        assert read.num_rows == 0
    assert store.read(project, DAY, DAY).schema.equals(SCHEMA)
    store.append(project, DAY, SCHEMA.empty_table())
    store.compact(project, DAY)
    assert store.cool(project, DAY) is None
    assert store.delete(project, [uuid.uuid4().bytes], DAY, TOMORROW) == 0


def test_late_rows_join_a_settled_day(store: PostgresFacts, project: int, settle: Settle) -> None:
    parts = [facts(100, seed=seed) for seed in (1, 2, 3)]
    for part in parts:
        store.append(project, DAY, part)
        assert rows_of(store.read(project, DAY, DAY))[next(iter(rows_of(part)))] == 1
        settle(store, project, DAY)
    assert rows_of(store.read(project, DAY, DAY)) == rows_of(*parts)
    settle(store, project, DAY)
    assert rows_of(store.read(project, DAY, DAY)) == rows_of(*parts)


def test_columns_in_another_order_and_other_shapes(store: PostgresFacts, project: int) -> None:
    table = facts(20)
    store.append(project, DAY, table.select(SCHEMA.names[::-1]))
    store.append(project, DAY, pa.concat_tables([table, table.slice(3, 5)]))
    assert rows_of(store.read(project, DAY, DAY)) == rows_of(table, table, table.slice(3, 5))


@pytest.mark.parametrize(
    "wrong",
    [
        facts(2).drop_columns(["props"]),
        facts(2).rename_columns([*SCHEMA.names[:-1], "properties"]),
        facts(2).set_column(2, "at", pa.array(["now", "then"])),
        facts(2).set_column(8, "fx", pa.array([70_000, 1])),
    ],
    ids=["missing", "another name", "another type", "out of range"],
)
def test_table_of_another_shape_is_refused_whole(store: PostgresFacts, project: int, wrong: pa.Table) -> None:
    with pytest.raises(ValueError, match=r"facts|columns"):
        store.append(project, DAY, wrong)
    assert store.read(project, DAY, DAY).num_rows == 0


def test_what_else_goes_with_removed_rows_goes_with_them_or_neither_does(
    store: PostgresFacts, project: int, settle: Settle
) -> None:
    gone, kept = uuid.uuid4().bytes, uuid.uuid4().bytes
    store.append(project, DAY, facts(90, sessions=[gone, kept]))
    settle(store, project, DAY)
    theirs = [rows for rows in rows_of(store.read(project, DAY, DAY)).elements() if rows[0] == gone]

    def fails(connection: object, removed: pa.Table) -> None:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        store.remove(project, [gone], DAY, fails)
    assert store.read(project, DAY, DAY).num_rows == 90
    seen: list[pa.Table] = []
    assert store.remove(project, [gone], DAY, lambda _, removed: seen.append(removed)) == len(theirs)
    assert rows_of(*seen) == Counter(theirs)
    assert set(store.read(project, DAY, DAY)["session"].to_pylist()) == {kept}
    assert store.remove(project, [gone], DAY, fails) == 0


def test_deleted_sessions_are_gone_from_all_days(store: PostgresFacts, project: int, settle: Settle) -> None:
    sessions = [uuid.uuid4().bytes for _ in range(6)]
    tables = {day: facts(120, seed=day.day, sessions=sessions) for day in (DAY, TOMORROW)}
    for day, table in tables.items():
        store.append(project, day, table)
        settle(store, project, day)
    gone, kept = sessions[:2], sessions[2:]
    expected = [rows for rows in rows_of(*tables.values()).elements() if rows[0] in gone]
    assert store.delete(project, [*gone, uuid.uuid4().bytes], DAY, TOMORROW) == len(expected)
    assert set(store.read(project, DAY, TOMORROW)["session"].to_pylist()) == set(kept)
    assert store.delete(project, gone, DAY, TOMORROW) == 0
    assert store.delete(project, kept, DAY, DAY) > 0
    assert store.read(project, DAY, DAY).num_rows == 0
    assert store.read(project, TOMORROW, TOMORROW).num_rows > 0


def test_cold_day_has_one_blob_that_goes_with_its_rows(store: PostgresFacts, blobs: BlobStore, project: int) -> None:
    sessions = [uuid.uuid4().bytes, uuid.uuid4().bytes]

    def blob_keys() -> list[str]:
        return [key for key, _ in blobs.list(f"facts/{project}/")]

    store.append(project, DAY, facts(50, sessions=sessions))
    first = store.cool(project, DAY)
    assert blob_keys() == [first]
    assert store.cool(project, DAY) == first
    store.append(project, DAY, facts(50, seed=2, sessions=sessions))
    store.compact(project, DAY)
    assert len(blob_keys()) == 1
    assert blob_keys() != [first]
    store.delete(project, sessions[:1], DAY, DAY)
    assert len(blob_keys()) == 1
    store.delete(project, sessions, DAY, DAY)
    assert blob_keys() == []


def test_cold_day_takes_a_fraction_of_the_space(store: PostgresFacts, blobs: BlobStore, project: int) -> None:
    """A plain row of these columns takes 110 bytes in Postgres, with its header and without any index."""
    sessions = [uuid.uuid4().bytes for _ in range(400)]
    table = facts(20_000, sessions=sessions)
    few = pa.array(np.arange(20_000) % 40)
    for name in ("page_view", "page_id", "element_id", "name_id"):
        table = table.set_column(SCHEMA.get_field_index(name), name, few)
    store.append(project, DAY, table)
    store.cool(project, DAY)
    assert next(blobs.list(f"facts/{project}/"))[1] < 20_000 * 110 / 5


def test_damaged_cold_day_is_an_error_and_not_a_shorter_answer(
    database_settings: Settings, project: int, tmp_path: Path
) -> None:
    store = PostgresFacts(Database(database_settings, "worker"), FilesystemBlobs(tmp_path))
    store.append(project, DAY, facts(50))
    key = store.cool(project, DAY)
    FilesystemBlobs(tmp_path).put(str(key), b"no parquet")
    with pytest.raises(BlobCorrupt, match=str(project)):
        store.read(project, DAY, DAY)
    store.append(project, DAY, facts(5))
    with pytest.raises(BlobCorrupt):
        store.compact(project, DAY)
    FilesystemBlobs(tmp_path).delete([str(key)])
    with pytest.raises(KeyError):
        store.read(project, DAY, DAY)


def test_reader_sees_each_row_once_while_days_are_folded_and_cooled(store: PostgresFacts, project: int) -> None:
    sessions = [uuid.uuid4().bytes]
    store.append(project, DAY, facts(1, sessions=sessions))
    done = threading.Event()
    appended = 1

    def rewrite() -> None:
        turn = 0
        while not done.is_set():
            turn += 1
            (store.cool if turn % 3 == 0 else store.compact)(project, DAY)

    with ThreadPoolExecutor(2) as pool:
        rewriting = [pool.submit(rewrite) for _ in range(2)]
        for number in range(60):
            store.append(project, DAY, facts(10, seed=number, sessions=sessions))
            appended += 10
            assert store.read(project, DAY, DAY, ["at"]).num_rows == appended
        done.set()
        for one in rewriting:
            one.result()
    assert store.read(project, DAY, DAY).num_rows == appended


def test_append_in_belongs_to_the_callers_transaction(
    store: PostgresFacts, database_settings: Settings, project: int
) -> None:
    database = Database(database_settings, "worker")

    class TurnedBack(Exception):
        """The caller's own."""

    def write(fails: bool) -> None:
        with database.transaction() as connection:
            append_in(connection, project, DAY, facts(5))
            if fails:
                raise TurnedBack

    with pytest.raises(TurnedBack):
        write(fails=True)
    assert store.read(project, DAY, DAY).num_rows == 0
    write(fails=False)
    assert store.read(project, DAY, DAY).num_rows == 5


def test_reader_of_the_dashboard_sees_its_project_only(
    store: PostgresFacts, database_settings: Settings, blobs: BlobStore, project: int
) -> None:
    store.append(project, DAY, facts(5))
    store.cool(project, DAY)
    store.append(project, DAY, facts(6))
    reader = PostgresFacts(Database(database_settings, "app"), blobs)
    assert reader.read(project, DAY, DAY).num_rows == 11
    assert reader.size() == store.size()


def test_size_counts_rows_and_bytes(store: PostgresFacts, project: int) -> None:
    before = store.size()
    store.append(project, DAY, facts(5_000))
    after = store.size()
    assert after[0] >= before[0] + 5_000
    assert after[1] > 0


def test_unreachable_store_is_an_os_error() -> None:
    nowhere = load({"HEATWAKE_POSTGRES_DSN": "host=127.0.0.1 port=9 dbname=heatwake connect_timeout=1"})
    store = PostgresFacts(Database(nowhere, "worker"), FilesystemBlobs(Path("/nowhere")))
    with pytest.raises(OSError, match="Postgres"):
        store.read(1, DAY, DAY)


def test_values_of_batches_are_unpacked_together_with_days() -> None:
    day, with_props, one = facts(30), facts(40), facts(1)
    without = facts(7).drop_columns("props").append_column("props", pa.nulls(7, pa.string()))
    batches = [packed(table).data for table in (with_props, without, one, without)]
    values = [*batches[:2], pack(day), *batches[2:]]
    assert rows_of(*unpack(values)) == rows_of(day, with_props, without, one, without)
    part = pa.concat_tables(unpack(values, ["at", "kind"]))
    assert part.column_names == ["at", "kind"]
    assert part.num_rows == 85
    assert unpack([]) == []


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\0" * 100,
        pack(facts(30))[:300],
        b"x" + pack(facts(30)),
        packed(facts(3)).data[:40],
        packed(facts(3)).data[:-1],
        packed(facts(500)).data[:-1],
        b"\x02\x07" + packed(facts(3)).data[2:],
        b"\x02",
    ],
)
def test_damaged_value_is_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        unpack([damaged])
    with pytest.raises(ValueError, match="damaged"):
        unpack([packed(facts(3)).data, damaged, packed(facts(3)).data])
