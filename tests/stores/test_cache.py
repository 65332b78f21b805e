"""What `storage.cache.Cache` promises, on one memcached node and on three."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from servers import eventually, free_port, memcached

from storage.cache import ANSWERS, Cache, answers_of
from storage.cache.several import SeveralNodes
from storage.cache.single import SingleNode


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[int]]:
    """Three nodes for all tests."""
    directory = tmp_path_factory.mktemp("memcached")
    with ExitStack() as nodes:
        found = [free_port() for _ in range(3)]
        for port in found:
            nodes.enter_context(memcached(port, directory / f"{port}.log"))
        yield found


@pytest.fixture(params=["single", "several"])
def cache(request: pytest.FixtureRequest, ports: list[int]) -> Cache:
    if request.param == "single":
        return SingleNode(("127.0.0.1", ports[0]))
    return SeveralNodes([("127.0.0.1", port) for port in ports])


def test_value_comes_back_until_it_is_forgotten(cache: Cache, project: int) -> None:
    key = f"{project}:map"
    assert cache.get(key) is None
    for value in (b"", b"\x00\xff\r\nEND\r\n", b"x" * 999_000):
        cache.set(key, value, 60)
        assert cache.get(key) == value
    cache.delete(key)
    cache.delete(key)
    assert cache.get(key) is None


def test_value_is_kept_for_its_time(cache: Cache, project: int) -> None:
    cache.set(f"{project}:brief", b"x", 1)
    cache.set(f"{project}:long", b"y", 60)
    eventually(lambda: cache.get(f"{project}:brief") is None, "the value to expire")
    assert cache.get(f"{project}:long") == b"y"


@pytest.mark.parametrize(
    "key",
    ["a b", "ä", "x" * 300, "new\nline", "", "tab\t", "a\x00b", "emoji 🎈"],
    ids=["1", "2", "3", "4", "5", "6", "7", "8"],
)
def test_any_text_is_a_key_of_its_own(cache: Cache, project: int, key: str) -> None:
    cache.set(f"{project}{key}", b"this one", 60)
    cache.set(f"{project}{key}.", b"another", 60)
    assert cache.get(f"{project}{key}") == b"this one"
    assert cache.get_many([f"{project}{key}"]) == {f"{project}{key}": b"this one"}


def test_many_at_once(cache: Cache, project: int) -> None:
    values = {f"{project}:{number}": b"%d" % number for number in range(300)}
    cache.set_many(values, 60)
    assert cache.get_many([*values, f"{project}:none"]) == values
    assert (cache.get_many([]), cache.set_many({}, 60)) == ({}, None)


def test_value_over_a_megabyte_is_not_kept_nor_what_it_replaces(cache: Cache, project: int) -> None:
    small, large = f"{project}:small", f"{project}:large"
    cache.set(large, b"old", 60)
    cache.set(large, b"x" * 1_000_001, 60)
    assert cache.get(large) is None
    cache.set(large, b"old", 60)
    cache.set_many({small: b"x", large: b"x" * 2_000_000}, 60)
    assert cache.get_many([small, large]) == {small: b"x"}


def test_bump_gives_a_version_that_was_never_there(cache: Cache, project: int) -> None:
    space = f"project:{project}"
    versions = [cache.version(space)]
    assert cache.version(space) == versions[0]
    for _ in range(3):
        versions.append(cache.bump(space))
        assert cache.version(space) == versions[-1]
    assert versions == sorted(set(versions))
    assert cache.version(f"{space}0") != versions[-1]


def test_lost_version_does_not_come_back(cache: Cache, project: int) -> None:
    space = f"project:{project}"
    bumped = [cache.bump(space) for _ in range(5)][-1]
    cache.delete(f"hw:version:{space}")
    assert cache.version(space) != bumped
    assert cache.bump(f"never asked {project}") > 0


def test_two_clients_agree_where_things_are(cache: Cache, project: int, ports: list[int]) -> None:
    other = type(cache)(cache._nodes) if isinstance(cache, SeveralNodes) else SingleNode(("127.0.0.1", ports[0]))
    values = {f"{project}:{number}": b"%d" % number for number in range(100)}
    cache.set_many(values, 60)
    assert other.get_many(list(values)) == values
    assert other.version(f"project:{project}") == cache.version(f"project:{project}")


def test_check_and_size(cache: Cache, project: int) -> None:
    cache.check()
    before = cache.size()
    cache.set(f"{project}:large", b"x" * 500_000, 60)
    assert cache.size() >= before + 500_000


def test_unreachable_nodes_are_misses_and_told_by_check(project: int) -> None:
    nodes = [("127.0.0.1", free_port()), ("127.0.0.1", free_port())]
    for cache in (SingleNode(nodes[0]), SeveralNodes(nodes)):
        cache.set("a", b"x", 60)
        cache.set_many({"a": b"x", "b": b"y"}, 60)
        assert (cache.get("a"), cache.get_many(["a", "b"]), cache.size()) == (None, {}, 0)
        cache.delete("a")
        assert cache.version("project:1") > 0
        assert cache.bump("project:1") > 0
        with pytest.raises(OSError, match=r"127\.0\.0\.1"):
            cache.check()


def test_lost_node_takes_only_its_own_keys_along(tmp_path: Path) -> None:
    with ExitStack() as nodes:
        ports = [free_port() for _ in range(3)]
        servers = [nodes.enter_context(memcached(port, tmp_path / f"{port}.log")) for port in ports]
        cache = SeveralNodes([("127.0.0.1", port) for port in ports])
        values = {f"key:{number}": b"%d" % number for number in range(300)}
        cache.set_many(values, 60)
        held = [SingleNode(("127.0.0.1", port)).get_many(list(values)) for port in ports]
        assert all(len(part) > 30 for part in held)
        servers[1].kill()
        servers[1].wait()
        kept = {**held[0], **held[2]}
        eventually(lambda: cache.get_many(list(values)) == kept, "the other nodes' keys, and only those")
        cache.check()

        def all_kept_by_the_others() -> bool:
            cache.set_many(values, 60)
            return cache.get_many(list(values)) == values

        eventually(all_kept_by_the_others, "the other nodes to take over the lost node's keys")


def test_keys_are_found_by_how_they_begin_on_every_node(cache: Cache, project: int) -> None:
    wanted = {f"{ANSWERS}a.b:{project}:{number}" for number in range(40)}
    others = {f"{ANSWERS}a.b:{project}0:1", f"{ANSWERS}a.b:7:{project}:1", f"other:{project}:1"}
    cache.set_many(dict.fromkeys(wanted | others, b"x"), 60)
    assert set(answers_of(cache, project)) == wanted
    for key in wanted:
        cache.delete(key)
    assert answers_of(cache, project) == []
    assert set(cache.get_many(sorted(others))) == others
