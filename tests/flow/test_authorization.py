"""Who may see what. Every route, page and callback is found by itself and must have a rule; then, over real HTTP, each
kind of asker gets exactly what it may, and one project's data never reaches another's.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import dash
import pytest
from askers import Asker, Reply, open_page
from flask import Flask
from running_stack import Stack
from two_projects import World

from dashboard.api.routes import ROUTES, Route
from dashboard.auth import guard, page_rules
from dashboard.server import create_app
from heatwake.settings import ROOT

ASSET = f"{'a' * 32}.css"


# What there is, found by itself.


@pytest.fixture(scope="module")
def app(stack: Stack) -> Flask:
    return create_app(stack.settings)


def dash_of(app: Flask) -> dash.Dash:
    found: dash.Dash = app.extensions["heatwake.dash"]
    return found


def test_every_route_has_a_rule(app: Flask) -> None:
    found = [rule.endpoint for rule in app.url_map.iter_rules()]
    assert len(found) > 30
    assert [name for name in found if name not in guard.ROUTES and name not in guard.DASH_ROUTES] == []


def test_only_dash_itself_is_excepted(stack: Stack) -> None:
    bare = Flask("bare", static_folder=None)
    dash.Dash("bare", server=bare, use_pages=False)  # type: ignore[arg-type]
    assert {rule.endpoint for rule in bare.url_map.iter_rules()} == set(guard.DASH_ROUTES)


def test_every_page_has_a_rule(app: Flask) -> None:
    modules = {f"dashboard.pages.{path.stem}" for path in (ROOT / "dashboard" / "pages").glob("*.py")}
    registered = set(dash.page_registry)
    assert registered <= set(guard.PAGES)
    silent = {name for name in modules - registered if "register_page" in _source(name)}
    assert silent == set()
    for module, page in dash.page_registry.items():
        assert getattr(page["layout"], guard.RULE) == guard.PAGES[module]


def test_every_callback_has_a_rule(app: Flask) -> None:
    found = page_rules.callbacks(dash_of(app))
    assert [output for output, entry in found.items() if not hasattr(entry["callback"], guard.RULE)] == []


def test_what_has_no_rule_is_named_and_not_served(stack: Stack) -> None:
    app = create_app(stack.settings)
    app.add_url_rule("/left-open", "left_open", lambda: "all of it")
    with pytest.raises(page_rules.NoRule, match="/left-open"):
        page_rules.check(dash_of(app))
    with app.test_client() as client:
        assert client.get("/left-open").status_code == 403


def test_callback_without_a_rule_is_named(stack: Stack) -> None:
    app = create_app(stack.settings)
    dash_of(app).callback(dash.Output("left-open", "children"), dash.Input("url", "search"))(lambda search: "all of it")
    with pytest.raises(page_rules.NoRule, match="left-open"):
        page_rules.check(dash_of(app))


def test_access_is_made_in_one_place() -> None:
    makers = []
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
                "Access",
                "AccountAccess",
            ):
                makers.append(path.name)
    assert set(makers) == {"rights.py"}


def test_pages_have_neither_stores_nor_unguarded_callbacks() -> None:
    for path in sorted((ROOT / "dashboard" / "pages").glob("*.py")):
        text = path.read_text()
        assert not re.search(r"^from storage\.postgres|^import psycopg|current\(\)\.database", text, re.M), path.name
        assert not re.search(r"dash\.callback\(|^@callback\(|dash\.register_page\(", text, re.M), path.name


def _source(module: str) -> str:
    return (ROOT / (module.replace(".", "/") + ".py")).read_text()


# Who asks, and what for.


OF_PROJECT = [one for one in ROUTES if "project_id" in one.variables]
WITHOUT = [one for one in ROUTES if "project_id" not in one.variables]
IDS = [f"{one.method} {one.path}" for one in OF_PROJECT]
ALLOWED = {200, 201, 202, 204}


def allowed(who: str, one: Route) -> set[int]:
    """The statuses that this asker may get for A's data."""
    if who in ("nobody", "revoked key", "made-up key"):
        return {401}
    if who in ("owner of B", "key of B"):
        return {404}
    if who == "grantee":
        if one.needs == "recording":
            return ALLOWED
        return {403}
    if who in ("viewer", "reading key of A") and one.needs == "write":
        return {403}
    if one.name == "change_note" and who != "key of A":
        return {403}  # it was the key that wrote it
    return ALLOWED


@pytest.mark.parametrize("one", OF_PROJECT, ids=IDS)
def test_each_asker_gets_exactly_what_it_may(world: World, one: Route) -> None:
    for who in world.askers:
        wanted = allowed(who, one)
        if one.method == "DELETE" and wanted == ALLOWED:
            continue  # what they remove is needed here; test_api_answers and the tests of sharing do it
        reply = world.ask(who, one)
        assert reply.status in wanted, f"{who}: {reply.status} {reply.body[:300]!r}"
        if reply.status >= 400:
            assert set(reply.json) == {"error"}


@pytest.mark.parametrize("one", WITHOUT, ids=[f"{one.method} {one.path}" for one in WITHOUT])
def test_routes_without_a_project_show_only_the_askers_own(world: World, one: Route) -> None:
    for who in ("nobody", "revoked key", "made-up key"):
        assert world.ask(who, one).status == 401
    for who in ("key of B", "owner of B", "grantee"):
        reply = world.ask(who, one)
        if one.name == "list_projects":
            assert world.a not in [each["id"] for each in reply.json["items"]]
        elif one.name == "get_deploy":
            assert reply.status in (403, 404)
        else:
            assert reply.status == (201 if who == "key of B" else 403)


@pytest.mark.parametrize("one", OF_PROJECT, ids=IDS)
def test_ids_of_another_project_lead_nowhere(world: World, one: Route) -> None:
    """B's own key, B's own project, A's recordings, pages, links, grants and deploys."""
    reply = world.ask("key of B", one, project=world.b)
    own = {"project_id"} == set(one.variables) and one.name != "get_heatmap"
    # An erasure is asked for by an id that need not be there; what it does to A is looked at below.
    if own or one.name == "erase_visitor":
        assert reply.status in ALLOWED
        assert b"shop.example" not in reply.body
        assert world.session.encode() not in reply.body
    elif one.name == "get_snapshot":
        assert reply.json["event"] is None
    else:
        assert reply.status == 404, reply.body


def test_nothing_of_a_was_harmed_by_all_that(world: World) -> None:
    api = world.askers["key of A"]
    for session in (world.session, world.other_session):
        assert len(api.get(f"/projects/{world.a}/recordings/{session}/events").json["events"]) == 4
    assert [each["id"] for each in api.get(f"/projects/{world.a}/recordings/{world.session}/links").json["items"]][
        -1:
    ] == [world.link_id]


# Pages and callbacks.


def _dependencies(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.askers["nobody"].ask("GET", "/_dash-dependencies").json
    return [each for each in found if each["clientside_function"] is None]


def _outputs(output: str) -> Any:
    """The outputs of a callback as the browser would send them back."""
    several = output.startswith("..") and output.endswith("..")
    parts = output[2:-2].split("...") if several else [output]
    named = []
    for part in parts:
        name, _, prop = part.rpartition(".")
        wild = name.startswith("{")
        one = {"id": name, "property": prop.partition("@")[0]}
        named.append([] if wild else one)
    return named if several else named[0]


def call(asker: Asker, each: dict[str, Any], known: dict[str, Any] | None = None) -> Reply:
    """Call a callback as a browser would; `known`: what its inputs hold (`url.search`), by name or by property."""
    held = known or {}

    def value(one: dict[str, Any]) -> Any:
        if one["id"].startswith("{"):
            return []
        found = held.get(f"{one['id']}.{one['property']}", held.get(one["property"]))
        return {"id": one["id"], "property": one["property"], "value": found}

    body = {
        "output": each["output"],
        "outputs": _outputs(each["output"]),
        "inputs": [value(one) for one in each["inputs"]],
        "state": [value(one) for one in each["state"]],
        "changedPropIds": [f"{one['id']}.{one['property']}" for one in each["inputs"][:1]],
    }
    return asker.ask("POST", "/_dash-update-component", body)


def _pages(app: Flask) -> Iterator[tuple[str, str]]:
    """(need, an address) of every page."""
    for module, page in dash.page_registry.items():
        yield guard.PAGES[module], re.sub(r"<[^>]+>", "00000000-0000-4000-8000-000000000000", page["path"])


def _needs_of(app: Flask) -> dict[str, str]:
    known = page_rules.callbacks(dash_of(app))
    return {output: getattr(entry["callback"], guard.RULE) for output, entry in known.items()}


def _looking_at(world: World, session: str) -> dict[str, Any]:
    """What a browser's inputs hold that looks at A's recording and has pressed every button."""
    path, search = f"/recordings/{session}", f"?p={world.a}"
    return {"url.search": search, "url.pathname": path, "url.href": world.stack.edge + path + search, "n_clicks": 1}


def test_nobody_calls_a_callback(world: World, app: Flask) -> None:
    rules = _needs_of(app)
    for each in _dependencies(world):
        if rules.get(each["output"], "public") in ("public", "link"):
            continue
        reply = call(world.askers["nobody"], each)
        assert (reply.status, reply.code) == (401, "sign_in_needed"), each["output"]


@pytest.mark.parametrize("who", ["owner of B", "grantee"])
def test_callbacks_give_others_nothing_of_the_project_that_an_address_names(world: World, app: Flask, who: str) -> None:
    known, rules, answered = _looking_at(world, world.other_session), _needs_of(app), 0
    for each in _dependencies(world):
        needs = rules.get(each["output"], "public")
        if needs == "public":
            continue
        reply = call(world.askers[who], each, known)
        assert b"shop.example" not in reply.body, each["output"]
        assert world.other_session.encode() not in reply.body, each["output"]
        answered += needs == "read" and call(world.askers["viewer"], each, known).status in (200, 204)
    assert answered >= 2  # the same questions get answers when a viewer asks them


def test_callbacks_that_change_something_refuse_a_viewer(world: World, app: Flask) -> None:
    known, rules, refused = _looking_at(world, world.session), _needs_of(app), 0
    for each in _dependencies(world):
        names = {f"{one['id']}.{one['property']}" for one in (*each["inputs"], *each["state"])}
        if rules.get(each["output"]) in ("write", "admin") and "url.search" in names:
            reply = call(world.askers["viewer"], each, known)
            assert (reply.status, reply.code) == (403, "forbidden"), each["output"]
            refused += 1
    assert refused >= 3


def test_nobody_gets_a_page(world: World, app: Flask) -> None:
    for need, path in _pages(app):
        reply = world.askers["nobody"].ask("GET", path, Accept="text/html")
        if need == "public":
            assert reply.status == 200, path
        elif need == "link":
            assert reply.status == 404, path
        else:
            assert (reply.status, reply.headers["Location"].split("?")[0]) == (302, "/sign-in"), path
            drawn = open_page(world.askers["nobody"], path, f"?p={world.a}").json["response"]["_pages_content"][
                "children"
            ]
            assert drawn["type"] == "Location", path
            assert drawn["props"]["href"].startswith("/sign-in"), path


def test_pages_of_a_project_are_closed_to_others(world: World, app: Flask) -> None:
    for need, path in _pages(app):
        if need not in ("read", "write", "admin"):
            continue
        for who in ("owner of B", "grantee"):
            reply = world.askers[who].ask("GET", f"{path}?p={world.a}", Accept="text/html")
            assert reply.status in (403, 404), (who, path)
            assert b"shop.example" not in open_page(world.askers[who], path, f"?p={world.a}").body, (who, path)


def test_operations_are_for_operators(world: World, app: Flask) -> None:
    for need, path in _pages(app):
        if need == "operate":
            assert world.askers["member"].ask("GET", path, Accept="text/html").status == 403
