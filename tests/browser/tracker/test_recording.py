"""Recordings: whole, in order, small, and quiet when nobody is there."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from collecting_site import CollectingSite, Event
from playwright.sync_api import Page

META, FULL, INCREMENTAL, CUSTOM = 4, 2, 3, 5
CLICK = 2


def snapshots(site: CollectingSite) -> list[Event]:
    return [event for event in site.recording() if event["type"] == FULL]


def texts(node: Event) -> str:
    """All text of a serialized node."""
    return node.get("textContent", "") + " ".join(texts(child) for child in node.get("childNodes", []))


def mutations(events: list[Event]) -> list[Event]:
    return [event["data"] for event in events if event["type"] == INCREMENTAL and event["data"]["source"] == 0]


def gaps(site: CollectingSite) -> list[str]:
    """Why the recording has gaps, in order."""
    events = [event["data"] for event in site.recording() if event["type"] == CUSTOM]
    assert {data["tag"] for data in events} <= {"heatwake.gap"}
    return [data["payload"]["why"] for data in events]


def wait_for_snapshots(site: CollectingSite, count: int = 1) -> list[Event]:
    site.wait(lambda: len(snapshots(site)) >= count, f"{count} snapshots")
    return snapshots(site)


def wait_recorded(site: CollectingSite, holds: Callable[[Event], bool]) -> Event:
    site.wait(lambda: any(holds(event) for event in site.recording()), "the recorded event")
    return next(event for event in site.recording() if holds(event))


def test_recording_begins_with_the_page_and_is_whole(site: CollectingSite, page: Page) -> None:
    site.record = True
    page.goto(site.page("/shoes", "<h1>Shoes</h1><button onclick=\"document.body.append('more')\">Go</button>"))
    (snapshot,) = wait_for_snapshots(site)
    page.click("button")
    wait_recorded(site, lambda event: event["type"] == INCREMENTAL and bool(event["data"].get("adds")))
    events = site.recording()
    assert [event["type"] for event in events[:2]] == [META, FULL]
    assert events[0]["data"] == {"href": f"{site.address}/shoes", "width": 1280, "height": 720}
    assert "Shoes" in texts(snapshot["data"]["node"])
    assert [event["timestamp"] for event in events] == sorted(event["timestamp"] for event in events)
    chunks = site.requests("r")
    assert [int(one.fields["n"]) for one in chunks] == list(range(len(chunks)))
    assert [name for name, _ in chunks[0].query] == ["v", "k", "s", "p", "n", "u", "t"]
    assert chunks[0].content_type.startswith("text/plain")
    assert chunks[0].body[:2] == b"\x1f\x8b"
    assert {one.fields["p"] for one in chunks} == {view["p"] for view in site.events("page")}


def test_stylesheets_are_recorded_and_scripts_are_not(site: CollectingSite, page: Page) -> None:
    site.record = True
    head = (
        "<style>h1 { color: rgb(1, 2, 3) }</style><meta name=csrf-token content=s3cr3t><script>var hidden = 1</script>"
    )
    page.goto(site.page("/", "<h1 onclick='steal()'>Hi</h1>", head=head))
    text = str(wait_for_snapshots(site)[0])
    assert "rgb(1, 2, 3)" in text
    assert "hidden" not in text
    assert "s3cr3t" not in text
    assert "steal" not in text


def test_each_page_of_an_application_begins_with_what_it_looks_like_then(site: CollectingSite, page: Page) -> None:
    site.record = True
    body = """<main>First</main><button onclick="history.pushState({}, '', '/two');
      setTimeout(() => { document.querySelector('main').textContent = 'Second' }, 100)">Go</button>"""
    page.goto(site.page("/one", body))
    wait_for_snapshots(site)
    page.click("button")
    wait_for_snapshots(site, 2)
    first, second = site.wait_for("page", 2)
    of_second = site.recording(second["p"])
    assert [event["type"] for event in of_second[:2]] == [META, FULL]
    assert of_second[0]["data"]["href"] == f"{site.address}/two"
    assert "Second" in texts(of_second[1]["data"]["node"])
    assert "First" in texts(site.recording(first["p"])[1]["data"]["node"])


def test_page_left_at_once_has_still_been_recorded(site: CollectingSite, page: Page) -> None:
    site.record = True
    site.page("/next", "<h1>Next</h1>", snippet="")
    rows = "".join(f"<p>Row {n} of a page that is long enough</p>" for n in range(400))
    page.goto(site.page("/", f"<button>Go</button>{rows}"))
    wait_for_snapshots(site)
    page.evaluate("document.querySelector('p').textContent = 'at the last moment'; 0")
    page.goto(f"{site.address}/next")
    site.wait(lambda: "at the last moment" in str(mutations(site.recording())))


def test_site_that_does_not_record_fetches_no_recorder(site: CollectingSite, page: Page) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(site.page("/", "<h1>Hi</h1>"))
    page.wait_for_timeout(3_500)
    assert site.requests("r") == []
    assert not [url for url in fetched if url.endswith("-3.js")]


def test_browser_without_compression_sends_plain_chunks(site: CollectingSite, page: Page) -> None:
    site.record = True
    page.add_init_script("delete window.CompressionStream")
    page.goto(site.page("/", "<h1>Hi</h1>"))
    wait_for_snapshots(site)
    assert site.requests("r")[0].body[:1] == b"["


def test_recorded_chunk_that_fails_is_sent_again(site: CollectingSite, page: Page) -> None:
    site.record = True
    failed: list[bytes] = []
    site.answer = lambda sent: (204, {}) if sent.channel == "e" or failed else (failed.append(sent.body) or (503, {}))
    page.goto(site.page("/", "<h1>Hi</h1>"))
    wait_for_snapshots(site)
    assert next(one.body for one in site.requests("r") if one.status == 204) == failed[0]


def test_tab_that_nobody_looks_at_stops_growing(site: CollectingSite, page: Page) -> None:
    site.record = True
    page.clock.install()
    ticking = "<p>0</p><script>setInterval(() => { document.querySelector('p').textContent++ }, 1000)</script>"
    page.goto(site.page("/", ticking))
    page.clock.run_for(10_000)
    wait_for_snapshots(site)
    page.clock.run_for(6 * 60_000)
    site.wait(lambda: len(mutations(site.recording())) >= 290)
    page.clock.run_for(60 * 60_000)
    page.mouse.move(10, 10)
    page.clock.run_for(10_000)
    latest = wait_for_snapshots(site, 2)[-1]
    assert int("".join(filter(str.isdigit, texts(latest["data"]["node"])))) >= 3_900
    assert len(mutations(site.recording())) < 330
    assert gaps(site) == ["idle"]


def test_page_that_changes_without_end_is_not_slowed_down(site: CollectingSite, page: Page) -> None:
    site.record = True
    busy = """<div id=all></div><script>
      const all = document.querySelector('#all');
      for (let n = 0; n < 5000; n++) all.append(Object.assign(document.createElement('p'), {textContent: n}));
      let frames = 0;
      const change = () => {
        frames++;
        for (const p of all.children) p.setAttribute('data-frame', frames);
        requestAnimationFrame(change);
      };
      addEventListener('load', () => setTimeout(change, 2000));
    </script>"""
    page.goto(site.page("/", busy))
    wait_for_snapshots(site)
    page.wait_for_function("frames > 30")
    page.wait_for_timeout(2_000)
    changes = sum(len(mutation["attributes"]) for mutation in mutations(site.recording()))
    assert changes < 100_000
    assert "busy" in gaps(site)


def test_recording_that_has_had_its_bytes_of_a_minute_goes_on_in_the_next(site: CollectingSite, page: Page) -> None:
    site.record = True
    page.clock.install(time=1_800_000_010_000)
    noisy = """<p></p><script>
      const random = () => crypto.getRandomValues(new Uint32Array(16384));
      const noise = () => [1, 2, 3, 4, 5, 6].map(random).join();
      setInterval(() => document.querySelector('p').setAttribute('class', noise()), 2000);
    </script>"""
    page.goto(site.page("/", noisy))
    page.clock.run_for(2_000)
    wait_for_snapshots(site)
    for _ in range(20):
        page.clock.run_for(2_000)
        page.mouse.move(10, 10)
        if "minute" in gaps(site):
            break
    assert gaps(site) == ["minute"]
    before = -1
    while before != len(site.requests("r")):  # what had been recorded before goes out yet, piece by piece
        before = len(site.requests("r"))
        page.clock.run_for(2_000)
    page.clock.run_for(5_000)
    assert len(site.requests("r")) == before, "quiet until the minute is over"
    page.clock.run_for(60_000)
    wait_for_snapshots(site, 2)


def test_large_picture_in_an_attribute_is_left_out(site: CollectingSite, page: Page) -> None:
    site.record = True
    page.goto(site.page("/", f"<img src='data:image/png;base64,{'A' * 400_000}'><h1>Hi</h1>"))
    wait_for_snapshots(site)
    assert sum(len(one.opened) for one in site.requests("r")) < 100_000


def test_chunks_of_a_large_page_stay_within_the_limits(site: CollectingSite, page: Page) -> None:
    site.record = True
    page.goto(site.page("/", "<p>word </p>" * 20_000))
    wait_for_snapshots(site)
    for one in site.requests("r"):
        assert len(one.body) <= 4_194_304
        assert len(gzip.decompress(one.body)) <= 33_554_432


def test_stylesheet_that_the_collector_has_is_only_named(site: CollectingSite, page: Page) -> None:
    site.record = True
    css, other = (
        f"<style>{rules}</style>" for rules in (".wide { color: red } " * 200, ".high { color: blue } " * 200)
    )
    page.goto(site.page("/", f"{css}{other}<h1>Boots</h1>"))
    (first,) = wait_for_snapshots(site)
    sheets = css_texts(first)
    assert [len(text) > 2_048 for text in sheets] == [True, True]
    hashes = [hashlib.sha256(json.dumps(text, ensure_ascii=False)[1:-1].encode()).hexdigest()[:40] for text in sheets]
    site.sent.clear()
    site.rules["record"] = "0123abcd" + hashes[0][:8]
    page.reload()
    (second,) = wait_for_snapshots(site)
    assert css_texts(second) == ["\x01" + hashes[0], sheets[1]]
    assert [event["type"] for event in site.requests("r")[0].events[:2]] == [4, 2]


def css_texts(snapshot: Event) -> list[str]:
    """The stylesheets of a full snapshot."""
    return [node["attributes"]["_cssText"] for node in nodes(snapshot) if "_cssText" in node.get("attributes", {})]


def nodes(snapshot: Event) -> Iterator[dict[str, Any]]:
    """Every node of a full snapshot."""
    waiting = [snapshot["data"]["node"]]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting[:0] = node.get("childNodes", [])


def test_page_that_changes_while_its_snapshot_is_taken_is_told_as_it_is(site: CollectingSite, page: Page) -> None:
    """Changes of every kind, all the time, on a page that takes many slices; the replay must end with the page."""
    site.record = True
    body = """<main></main><div id=host></div><script>
      const main = document.querySelector('main');
      main.innerHTML = Array.from({length: 6000}, (_, n) => `<p class=a${n}>Row ${n} <b>${n}</b></p>`).join('');
      document.querySelector('#host').attachShadow({mode: 'open'}).innerHTML = '<i>in the shadow</i>';
      let turn = 0;
      const change = setInterval(() => {
        const rows = main.children;
        for (let n = 0; n < 3; n++) {
          const at = (turn * 997 + n * 613) % rows.length;
          rows[at].className = 'turn' + turn;
          rows[at].lastChild.textContent = 'changed ' + turn;
          main.insertBefore(rows[rows.length - 1 - at], rows[at]);
          const fresh = document.createElement('p');
          fresh.textContent = 'new ' + turn + ' ' + n;
          main.insertBefore(fresh, rows[(at * 7) % rows.length]);
          rows[(at * 3) % rows.length].remove();
        }
        turn++;
      }, 40);
      setTimeout(() => { clearInterval(change); document.title = 'still' }, 4000);
    </script>"""
    page.goto(site.page("/", body))
    page.wait_for_function("document.title === 'still'", timeout=30_000)
    page.evaluate("document.querySelector('main').setAttribute('data-done', '')")
    wait_for_snapshots(site)
    site.wait(lambda: "data-done" in b"".join(one.opened for one in site.requests("r")).decode(), "the last change")
    events = [event for one in site.requests("r") for event in one.events]
    first = next(event for event in events if event["type"] == 2)
    during = [one for one in events if one["type"] == 3 and one["data"]["source"] == 0]
    assert during, "the page changed"
    assert replayed(first, during) == page.evaluate(
        "document.querySelector('main').outerHTML.replace(/ data-done=\"\"/, '')"
    )


def replayed(snapshot: Event, mutations: list[Event]) -> str:
    """The `main` element as a player would have it after these mutations."""
    known: dict[int, dict[str, Any]] = {}
    parents: dict[int, dict[str, Any]] = {}

    def learn(node: dict[str, Any], parent: dict[str, Any] | None) -> None:
        known[node["id"]] = node
        if parent is not None:
            parents[node["id"]] = parent
        for child in node.setdefault("childNodes", []):
            learn(child, node)

    learn(snapshot["data"]["node"], None)
    for mutation in (event["data"] for event in mutations):
        for gone in mutation["removes"]:
            parent = known[gone["parentId"]]
            parent["childNodes"] = [child for child in parent["childNodes"] if child["id"] != gone["id"]]
        waiting = list(mutation["adds"])
        while waiting:  # what comes after a node that is still to come waits for it
            ready = [
                one
                for one in waiting
                if one["nextId"] is None or any(c["id"] == one["nextId"] for c in known[one["parentId"]]["childNodes"])
            ]
            assert ready, "an added node lies beside one that nobody has told of"
            for one in ready:
                children = known[one["parentId"]]["childNodes"]
                at = next((n for n, child in enumerate(children) if child["id"] == one["nextId"]), len(children))
                children.insert(at, one["node"])
                learn(one["node"], known[one["parentId"]])
                waiting.remove(one)
        for text in mutation["texts"]:
            known[text["id"]]["textContent"] = text["value"]
        for change in mutation["attributes"]:
            if "class" in change["attributes"]:
                known[change["id"]]["attributes"]["class"] = change["attributes"]["class"]
    return written(next(node for node in known.values() if node.get("tagName") == "main"))


def written(node: dict[str, Any]) -> str:
    """A node as HTML, as far as the test's page has it."""
    if node["type"] == 3:
        return str(node["textContent"])
    cls = node["attributes"].get("class")
    inner = "".join(map(written, node["childNodes"]))
    return f"<{node['tagName']}" + (f' class="{cls}"' if cls is not None else "") + f">{inner}</{node['tagName']}>"
