"""What the door does while the stores behind it are gone: sites and loaders that it knows are answered all the same."""

from __future__ import annotations

import itertools
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import psycopg
import pytest
from door import Door, Visitor, events, new_site, until
from outages import down
from running_stack import Stack, own_stack

from storage.cache import open_cache
from storage.sites import Site, cache_key


def memcached(port: int) -> subprocess.Popen[bytes]:
    """A memcached of the tests' own; the kernel ends it when the test session is killed."""
    tied = ["setpriv", "--pdeathsig", "KILL", "memcached", "-u", "root"]
    return subprocess.Popen([*tied, "-l", "127.0.0.1", "-p", str(port), "-m", "8"])


@pytest.fixture(scope="module")
def caches() -> Iterator[dict[int, subprocess.Popen[bytes]]]:
    """Two memcached nodes, by port."""
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        ports = [int(probe.getsockname()[1]) for probe in (one, other)]
    servers = {port: memcached(port) for port in ports}
    yield servers
    for server in servers.values():
        server.kill()
        server.wait()


@pytest.fixture(scope="module")
def forgetful(caches: dict[int, subprocess.Popen[bytes]]) -> Iterator[Stack]:
    """A stack whose nodes believe what they know of a site for one second."""
    nodes = ",".join(f"127.0.0.1:{port}" for port in caches)
    with own_stack(COLLECTOR_SITE_CACHE_S="1", MEMCACHED_NODES=nodes) as stack:
        yield stack


@contextmanager
def without(caches: dict[int, subprocess.Popen[bytes]]) -> Iterator[None]:
    """All memcached nodes are gone inside, and empty afterwards."""
    for server in caches.values():
        server.kill()
        server.wait()
    try:
        yield
    finally:
        caches.update({port: memcached(port) for port in caches})


@pytest.fixture
def door(forgetful: Stack) -> Iterator[Door]:
    door = Door(forgetful)
    yield door
    door.close()


def lookups(door: Door, layer: str) -> float:
    """How many site lookups ended in a layer."""
    text = door.get("/metrics").body.decode()
    found = re.search(rf'heatwake_door_site_lookups_total{{layer="{layer}"}} (\S+)', text)
    return float(found[1]) if found else 0


def monolith_figure(stack: Stack, name: str) -> float:
    """A figure of the monolith's own /metrics; 0 while it has none."""
    address = f"http://127.0.0.1:{stack.settings.collector.monolith_metrics_port}/metrics"
    with urllib.request.urlopen(address) as answer:
        found = re.search(rf"^{re.escape(name)} (\S+)$", answer.read().decode(), re.M)
    return float(found[1]) if found else 0


def test_known_sites_and_loaders_are_answered_while_nothing_behind_the_door_answers(
    forgetful: Stack, door: Door, caches: dict[int, subprocess.Popen[bytes]]
) -> None:
    sites = [new_site(forgetful) for _ in range(4)]
    for site in sites:
        assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204
    loader = door.get(f"/h/{sites[0].key}.js")
    assert loader.status == 200
    before = lookups(door, "stale")
    with down(forgetful, "monolith-1"), without(caches):

        def are_stale() -> bool:
            for site in sites:
                assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204
            again = door.get(f"/h/{sites[0].key}.js")
            assert (again.status, again.body) == (200, loader.body)
            return lookups(door, "stale") > before + 2 * len(sites)

        until(are_stale, "what is known to be old, and used")
        unheard = door.send(f"/c/e?{Visitor().query('f' * 16)}", events())
        assert (unheard.status, unheard.code) == (503, "unavailable"), "nobody knows whether there is such a site"
        assert door.get(f"/h/{'f' * 16}.js").status == 503
    until(lambda: door.send(f"/c/e?{Visitor().query('f' * 16)}", events()).status == 404, "the monolith to be back")


def test_sites_are_asked_for_together_behind_the_requests_and_changes_of_all_are_seen(
    forgetful: Stack, door: Door
) -> None:
    sites = [new_site(forgetful) for _ in range(12)]

    def statuses(origin: str | None = None) -> list[int]:
        headers = {"Origin": origin} if origin else {}
        return [door.send(f"/c/e?{Visitor().query(site.key)}", events(), headers=headers).status for site in sites]

    def asked() -> tuple[float, float]:
        """Requests for sites that the monolith answered, and sites that it looked up for them."""
        requests = monolith_figure(
            forgetful, 'heatwake_monolith_request_seconds_count{route="sites.sites",status="200"}'
        )
        layers = ("memcached", "postgres")
        return requests, sum(
            monolith_figure(forgetful, f'heatwake_monolith_site_lookups_total{{layer="{layer}"}}') for layer in layers
        )

    assert statuses() == [204] * len(sites)
    requests, looked_up = asked()

    def are_refreshed() -> bool:
        assert statuses() == [204] * len(sites)
        return asked()[1] >= looked_up + 3 * len(sites)

    until(are_refreshed, "each site to be asked for three times")
    now_requests, now_looked_up = asked()
    assert (now_requests - requests) * 3 <= now_looked_up - looked_up

    off, gone, opened = sites[0].key, sites[1].key, [site.key for site in sites[2:]]
    with psycopg.connect(forgetful.settings.dsn("owner")) as connection:
        connection.execute("UPDATE sites SET enabled = false WHERE site_key = %s", (off,))
        connection.execute("DELETE FROM sites WHERE site_key = %s", (gone,))
        connection.execute("UPDATE sites SET origins = '{}' WHERE site_key = ANY (%s)", (opened,))
        # Of some so many that all together are more than one answer holds.
        many = [f"https://{number:0>60}.example" for number in range(5_000)] + ["https://any.example"]
        connection.execute("UPDATE sites SET origins = %s WHERE site_key = ANY (%s)", (many, opened[:4]))
    changed = [404, 404] + [204] * len(opened)
    until(lambda: statuses("https://any.example") == changed, "the changes of all sites to be seen")


def test_what_the_cache_nodes_tell_of_many_sites_is_found_while_the_monolith_is_down(
    forgetful: Stack, door: Door
) -> None:
    sites = [new_site(forgetful) for _ in range(12)]
    for site in sites:
        assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204
    cache = open_cache(forgetful.settings)
    with down(forgetful, "monolith-1"):
        for site in sites:
            told = Site(site.project_id, 1, [f"https://{site.key}.example"], True, True)
            known = {"fresh_until": int(time.time()) + 600, "site": told}
            cache.set(cache_key(site.key), msgspec.json.encode(known), 600)

        def are_told() -> bool:
            origins = [{"Origin": f"https://{site.key}.example"} for site in sites]
            return {
                door.send(f"/c/e?{Visitor().query(site.key)}", events(), headers=origin).status
                for site, origin in zip(sites, origins, strict=True)
            } == {204}

        until(are_told, "each site's own origin to be known")
        for site, other in itertools.pairwise(sites):
            headers = {"Origin": f"https://{other.key}.example"}
            assert door.send(f"/c/e?{Visitor().query(site.key)}", events(), headers=headers).status == 403


def test_change_of_a_site_is_taken_over_behind_the_requests(forgetful: Stack, door: Door) -> None:
    site = new_site(forgetful)
    assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204
    etag = door.get(f"/h/{site.key}.js").headers["ETag"]
    with psycopg.connect(forgetful.settings.dsn("owner")) as connection:
        connection.execute("UPDATE sites SET record = false, origins = '{}' WHERE site_key = %s", (site.key,))

    def is_open() -> bool:
        headers = {"Origin": "https://any.example"}
        return door.send(f"/c/e?{Visitor().query(site.key)}", events(), headers=headers).status == 204

    until(is_open, "the door to know the site's new origins")
    until(lambda: door.get(f"/h/{site.key}.js").headers["ETag"] != etag, "the loader to be another")


def test_loader_that_a_browser_has_already_is_not_sent_again(forgetful: Stack, door: Door) -> None:
    site = new_site(forgetful)
    first = door.get(f"/h/{site.key}.js", **{"Accept-Encoding": "gzip"})
    etag = first.headers["ETag"]
    assert etag.startswith('W/"'), "as it is named when it was compressed on the way"
    for asked in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = door.get(f"/h/{site.key}.js", **{"If-None-Match": asked})
        assert (again.status, again.body) == (304, b""), asked
        assert again.headers["ETag"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert door.get(f"/h/{site.key}.js", **{"If-None-Match": '"other"'}).status == 200
    assert "stale-if-error=" in first.headers["Cache-Control"]


def test_key_that_names_no_site_is_asked_for_once(forgetful: Stack, door: Door) -> None:
    key, site = Visitor().session[:16], new_site(forgetful)
    start = lookups(door, "monolith")
    assert door.send(f"/c/e?{Visitor().query(key)}", events()).status == 404
    until(lambda: lookups(door, "monolith") > start, "the counts to be shared")
    before = lookups(door, "monolith")
    for _ in range(30):
        assert door.send(f"/c/e?{Visitor().query(key)}", events()).status == 404
    assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204
    until(lambda: lookups(door, "monolith") > before, "the counts to be shared")
    # Counts are shared once a second, and what is stale is asked for again: a few, but not one each.
    assert lookups(door, "monolith") <= before + 5, "the made-up key was remembered, the new site's asked for"
