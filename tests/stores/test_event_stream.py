"""What `storage.event_stream.EventStream` promises, on one Redis and on a Redis Cluster of three masters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.cluster import RedisCluster
from servers import ask_redis, eventually, free_port, listens, redis_servers, running

from storage.event_stream import EventStream, stream_key
from storage.event_stream.cluster import ClusterStream
from storage.event_stream.dead_letters import FORMER, MOST_TOGETHER, Bounds, Burial, Unusable
from storage.event_stream.single import SingleStream, behind

SHARDS = range(8)


@pytest.fixture(params=["single", "cluster"])
def stream(request: pytest.FixtureRequest) -> EventStream:
    """An empty stream."""
    if request.param == "single":
        url: str = request.getfixturevalue("redis_url")
        Redis.from_url(url).flushall()
        return SingleStream(url)
    url = request.getfixturevalue("redis_cluster_url")
    RedisCluster.from_url(url).flushall(target_nodes=RedisCluster.PRIMARIES)
    return ClusterStream(url)


def bury(stream: EventStream, source: str, reason: str, error: str, record: bytes) -> Burial:
    """One record alone."""
    [burial] = stream.bury([Unusable(source, reason, error, record)])
    return burial


def millis(stream_id: str) -> tuple[int, int]:
    before, _, after = stream_id.partition("-")
    return int(before), int(after)


def test_entries_come_back_in_order_with_their_bytes(stream: EventStream) -> None:
    payloads = [b"", b"\x00\xff\r\n", b"x" * 1_000_000, *(b"%d" % number for number in range(50))]
    ids = [stream.append(3, payload) for payload in payloads]
    assert sorted(ids, key=millis) == ids
    assert len(set(ids)) == len(ids)
    entries = stream.read({3: "0-0"}, 100, 0)[3]
    assert [(entry.stream_id, entry.payload) for entry in entries] == list(zip(ids, payloads, strict=True))


def test_reading_takes_nothing_away_and_begins_behind_the_given_id(stream: EventStream) -> None:
    ids = [stream.append(0, b"%d" % number) for number in range(10)]
    for _ in range(2):
        assert [entry.payload for entry in stream.read({0: ids[3]}, 3, 0)[0]] == [b"4", b"5", b"6"]
    assert stream.read({0: ids[-1]}, 3, 0) == {}
    assert stream.length(0) == 10


def test_many_shards_are_read_at_once_each_from_its_own_place(stream: EventStream) -> None:
    ids = {shard: [stream.append(shard, b"%d.%d" % (shard, number)) for number in range(4)] for shard in SHARDS}
    found = stream.read({shard: ids[shard][shard % 4] for shard in SHARDS}, 2, 0)
    for shard in SHARDS:
        wanted = [b"%d.%d" % (shard, number) for number in range(4)][shard % 4 + 1 :][:2]
        assert [entry.payload for entry in found.get(shard, [])] == wanted


def test_nothing_to_read_is_an_empty_answer(stream: EventStream) -> None:
    assert stream.read({}, 10, 50) == {}
    assert stream.read(dict.fromkeys(SHARDS, "0-0"), 10, 50) == {}


def test_waiting_reader_gets_the_first_entry(stream: EventStream) -> None:
    got: list[dict[int, Any]] = []
    waiting = threading.Event()

    def read() -> None:
        while not got or not got[-1]:
            waiting.set()
            got.append(stream.read(dict.fromkeys(SHARDS, "0-0"), 10, 2_000))

    reader = threading.Thread(target=read)
    reader.start()
    waiting.wait()
    stream.append(5, b"awaited")
    reader.join(30)
    assert [entry.payload for entry in got[-1][5]] == [b"awaited"]


def test_trim_removes_up_to_and_including_the_id(stream: EventStream) -> None:
    ids = [stream.append(1, b"%d" % number) for number in range(10)]
    stream.append(2, b"another shard")
    assert stream.trim(1, ids[3]) == 4
    assert [entry.stream_id for entry in stream.read({1: "0-0"}, 100, 0)[1]] == ids[4:]
    assert (stream.trim(1, ids[3]), stream.trim(1, "0-0"), stream.trim(4, ids[3])) == (0, 0, 0)
    assert stream.trim(1, ids[-1]) == 6
    assert [stream.length(shard) for shard in (1, 2, 4)] == [0, 1, 0]


def test_ids_grow_after_all_was_trimmed(stream: EventStream) -> None:
    last = stream.append(1, b"old")
    stream.trim(1, last)
    newer = stream.append(1, b"new")
    assert millis(newer) > millis(last)
    assert [entry.payload for entry in stream.read({1: last}, 5, 0)[1]] == [b"new"]


def test_behind_is_the_next_id() -> None:
    assert behind("17-3") == "17-4"
    assert behind("17") == "17-1"


def test_appends_of_many_writers_are_all_kept_once(stream: EventStream) -> None:
    def write(writer: int) -> list[str]:
        return [stream.append(writer % 2, b"%d.%d" % (writer, number)) for number in range(50)]

    with ThreadPoolExecutor(6) as pool:
        ids = [one for written in pool.map(write, range(6)) for one in written]
    kept = stream.read({0: "0-0", 1: "0-0"}, 1_000, 0)
    assert sorted(entry.payload for entries in kept.values() for entry in entries) == sorted(
        b"%d.%d" % (writer, number) for writer in range(6) for number in range(50)
    )
    assert sorted(ids) == sorted(entry.stream_id for entries in kept.values() for entry in entries)


def test_dead_letters_are_kept_whole_once_and_newest_first(stream: EventStream) -> None:
    assert (stream.dead(5), stream.dead_length()) == ([], 0)
    record = b"\x00\xffrecord" * 10_000
    for source in ("0/17-0/4", "3/17-1/0", "0/17-2/4"):
        assert bury(stream, source, "malformed", "field `t` is missing, ä", record).new
        time.sleep(0.002)  # so that each is buried in a millisecond of its own
    assert not bury(stream, "0/17-0/4", "poisoned", "done again after a kill", b"").new
    assert [letter.source for letter in stream.dead(2)] == ["0/17-2/4", "3/17-1/0"]
    assert [letter.source for letter in stream.all_dead()] == ["0/17-2/4", "3/17-1/0", "0/17-0/4"]
    oldest = stream.dead_letter("0/17-0/4")
    assert oldest
    assert (oldest.reason, oldest.error, oldest.record) == ("malformed", "field `t` is missing, ä", record)
    assert stream.dead_length() == 3
    bury(stream, "7/17-3/0", "too_large", "", b"x" * 5_000_000)
    assert [len(letter.record) for letter in stream.dead(1)] == [5_000_000]


def test_many_are_buried_at_once_each_once_whatever_its_shard(stream: EventStream) -> None:
    assert isinstance(stream, SingleStream)
    stream.bounds = Bounds(shards=8)
    assert stream.bury([]) == []
    many = [
        Unusable(f"{number % 8}/17-{number}/0", "malformed", f"error {number}", b"\xff" * (10 * number))
        for number in range(MOST_TOGETHER + 100)
    ]
    many.append(Unusable("5/18-0/0", "too_large", "", b"x" * 5_000_000))
    twice = [*many[:50], *many[:3]]
    assert [burial.new for burial in stream.bury(twice)] == [True] * 50 + [False] * 3
    assert [burial.new for burial in stream.bury(many)] == [False] * 50 + [True] * (len(many) - 50)
    assert [burial for burial in stream.bury(many) if burial.new or burial.dropped] == []
    assert stream.dead_length() == len(many)
    kept = {letter.source: (letter.reason, letter.error, letter.record) for letter in stream.all_dead()}
    assert kept == {one.source: (one.reason, one.error, one.record) for one in many}


def test_dead_letter_goes_back_into_its_shard_once(stream: EventStream) -> None:
    bury(stream, "3/17-1/0", "poisoned", "", b"record")
    assert [stream.put_back("3/17-1/0", b"record and more") for _ in range(2)] == [True, False]
    assert [entry.payload for entry in stream.read({3: "0-0"}, 10, 0)[3]] == [b"record and more"]
    assert (stream.dead_length(), stream.dead_letter("3/17-1/0")) == (0, None)


def test_dead_letter_is_dropped_once(stream: EventStream) -> None:
    bury(stream, "3/17-1/0", "poisoned", "", b"record")
    assert [stream.drop_dead("3/17-1/0") for _ in range(2)] == [True, False]
    assert stream.dead_length() == 0


def test_dead_letters_are_bounded_in_number_bytes_and_age(redis_url: str) -> None:
    Redis.from_url(redis_url).flushall()
    stream = SingleStream(redis_url)
    stream.bounds = Bounds(shards=2, letters=20, bytes=200_000, days=30)
    dropped = [bury(stream, f"1/{number:03}-0/0", "malformed", "", b"").dropped for number in range(12)]
    assert dropped == [0] * 10 + [1] * 2, "each shard has its part"
    assert stream.dead_letter("1/000-0/0") is stream.dead_letter("1/001-0/0") is None
    for number in range(4):
        bury(stream, f"0/{number}-0/0", "malformed", "", b"x" * 40_000)
    assert [letter.source for letter in stream.all_dead() if letter.source.startswith("0/")] == ["0/3-0/0", "0/2-0/0"]
    stream.bounds = Bounds(shards=2, letters=20, bytes=200_000, days=0)
    time.sleep(0.002)
    bury(stream, "1/012-0/0", "malformed", "", b"")
    assert [letter.source for letter in stream.all_dead() if letter.source.startswith("1/")] == ["1/012-0/0"]


def test_what_an_earlier_version_buried_is_taken_over(redis_url: str) -> None:
    client = Redis.from_url(redis_url)
    client.flushall()
    for number in range(250):
        client.xadd(FORMER, {"source": f"2/17-{number}/0", "reason": "malformed", "error": "e", "record": b"\xff"})
    stream = SingleStream(redis_url)
    stream.bounds = Bounds(shards=4)
    assert (stream.adopt_dead(), stream.adopt_dead(), stream.dead_length()) == (250, 0, 250)
    letter = stream.dead_letter("2/17-249/0")
    assert letter
    assert (letter.reason, letter.error, letter.record) == ("malformed", "e", b"\xff")


def test_store_tells_that_it_is_there_and_how_much_it_holds(stream: EventStream) -> None:
    stream.check()
    before = stream.size()
    stream.append(0, b"x" * 3_000_000)
    assert stream.size() > before + 2_000_000


def test_shards_lie_on_different_servers_of_a_cluster(redis_cluster_url: str) -> None:
    cluster = RedisCluster.from_url(redis_cluster_url)
    homes = {cluster.get_node_from_key(stream_key(shard)).port for shard in range(16)}
    assert len(homes) == 3


@pytest.mark.parametrize("make", [SingleStream, ClusterStream])
def test_unreachable_server_is_an_os_error_of_every_call(
    make: Callable[[str], EventStream],
) -> None:
    stream = make(f"redis://127.0.0.1:{free_port()}/0")
    calls: list[Callable[[], Any]] = [
        stream.check,
        stream.size,
        lambda: stream.append(0, b"x"),
        lambda: stream.read({0: "0-0"}, 1, 10),
        lambda: stream.trim(0, "1-1"),
        lambda: stream.length(0),
        lambda: bury(stream, "", "", "", b""),
        lambda: stream.dead(1),
        lambda: stream.put_back("", b""),
        lambda: stream.drop_dead(""),
        stream.adopt_dead,
    ]
    for call in calls:
        with pytest.raises(OSError, match="Redis"):
            call()


def test_full_memory_is_an_os_error_and_loses_nothing(tmp_path: Path) -> None:
    with redis_servers(tmp_path, 1, "--maxmemory", "20mb", "--maxmemory-policy", "noeviction") as (port,):
        stream = SingleStream(f"redis://127.0.0.1:{port}/0")
        ids: list[str] = []

        def fill() -> None:
            for _ in range(1_000):
                ids.append(stream.append(0, b"x" * 100_000))

        with pytest.raises(OSError, match="maxmemory"):
            fill()
        assert [entry.stream_id for entry in stream.read({0: "0-0"}, 1_000, 0)[0]] == ids


def test_appended_entry_outlives_a_killed_server(tmp_path: Path) -> None:
    port = free_port()
    words = [
        "--port",
        str(port),
        "--dir",
        str(tmp_path),
        "--save",
        "",
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
    ]
    stream = SingleStream(f"redis://127.0.0.1:{port}/0")
    with running(["redis-server", *words], tmp_path / "log", lambda: listens(port)) as server:
        ids = [stream.append(0, b"%d" % number) for number in range(200)]
        server.kill()
        server.wait()
    with running(["redis-server", *words], tmp_path / "log", lambda: listens(port)):
        eventually(lambda: "PONG" in ask_redis(port, "PING"), "Redis to have read its log")
        assert [entry.stream_id for entry in stream.read({0: "0-0"}, 1_000, 0)[0]] == ids
        assert millis(stream.append(0, b"later")) > millis(ids[-1])


def test_last_entry_is_the_newest_that_is_kept(stream: EventStream) -> None:
    assert stream.last(2) == "0-0"
    ids = [stream.append(2, b"%d" % number) for number in range(3)]
    assert stream.last(2) == ids[-1]
    stream.trim(2, ids[-1])
    assert stream.last(2) == "0-0"


def test_log_is_written_anew_while_entries_go_on(stream: EventStream) -> None:
    stream.append(2, b"before")
    assert stream.rewrite_log()
    stream.append(2, b"meanwhile")
    eventually(lambda: not stream.rewriting_log(), "the log to be new")
    assert [entry.payload for entry in stream.read({2: "0-0"}, 10, 0)[2]] == [b"before", b"meanwhile"]
