"""The tracker on a customer's page of another origin, and the running stack: what it sends is taken, all of it."""

from __future__ import annotations

import gzip
import secrets
import urllib.request
import uuid
from typing import Any

import psycopg
import pytest
from collecting_site import CollectingSite
from door import new_site, until
from playwright.sync_api import Browser, BrowserContext, Response
from public_api import PublicApi
from running_stack import Stack
from stored import end_sessions

from storage.sites import create_site

BODY = """<h1>Boots</h1><button id=buy>Buy</button><div id=host></div><input id=name>
  <div style='height: 2000px'></div><script>
    document.querySelector('#host').attachShadow({mode: 'open'}).innerHTML = '<button>In the shadow</button>';
    heatwake('event', 'seen', {price: 12.5, new: true});
  </script>"""


@pytest.fixture(scope="module")
def project(stack: Stack, served: CollectingSite) -> dict[str, Any]:
    """A project whose site is the test's own."""
    return stack.new_project(f"Tracker {secrets.token_hex(4)}", served.address)


def test_visit_on_a_customer_s_page_is_told_by_the_api(
    stack: Stack, project: dict[str, Any], site: CollectingSite, visitor: BrowserContext
) -> None:
    answers: list[Response] = []
    visitor.on("response", lambda response: answers.append(response) if "/c/" in response.url else None)
    stub = "<script>window.heatwake ||= function () { (heatwake.q ||= []).push(arguments) }</script>"
    tag = f"{stub}<script async src='{stack.edge}/h/{project['site_key']}.js'></script>"
    page = visitor.new_page()
    with page.expect_response(lambda response: "/c/r?" in response.url):
        page.goto(site.page("/boots", BODY, snippet=tag) + "?utm_source=letter&q=secret")
    page.click("#buy")
    page.click("#host button")
    page.type("#name", "Zanzibar")
    with page.expect_response(lambda response: "/c/e?" in response.url):
        page.evaluate("history.pushState({}, '', '/boots/red')")
    page.wait_for_timeout(500)
    page.close(run_before_unload=True)

    api = PublicApi(stack, project["project_id"], project["api_key"])
    session = until(lambda: whole(api), "the API to tell of the visit")
    assert {answer.status for answer in answers} == {204}
    assert (session["device"], session["browser"]) == ("desktop", "Chrome")
    heatmap = api.get("/heatmaps", page=f"{site.address}/boots", kind="click")
    assert {element["selector"]: element["text"] for element in heatmap["elements"] if element["text"]} == {
        "#buy": "Buy",
        "#host >>> button:nth-of-type(1)": "In the shadow",
    }
    events = api.get(f"/recordings/{session['id']}/events")["events"]
    assert [event["type"] for event in events[:2]] == [4, 2]
    assert "Boots" in str(events)
    assert "Zanzibar" not in str(events)
    assert "secret" not in str(events)


def whole(api: PublicApi) -> dict[str, Any] | None:
    """The visit, once both page views, the custom event and the recording are there."""
    for row in api.get("/recordings")["items"]:
        if row["pages"] == 2 and row["events"] == 1 and row["recorded"]:
            return dict(row)
    return None


def test_scripts_are_immutable_and_precompressed(stack: Stack, project: dict[str, Any]) -> None:
    loader = urllib.request.urlopen(f"{stack.edge}/h/{project['site_key']}.js").read().decode()
    files = loader.split('"files":"')[1].split('"')[0]
    for number in "123":
        address = files.replace("*", number)
        asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked) as answer:
            body = answer.read()
            assert answer.headers["Content-Encoding"] == "gzip"
            assert "immutable" in answer.headers["Cache-Control"]
        assert gzip.decompress(body).startswith(b"(()=>{")


def test_page_of_an_origin_that_is_not_the_site_s_is_refused_and_goes_quiet(
    stack: Stack, site: CollectingSite, visitor: BrowserContext
) -> None:
    other = stack.new_project(f"Elsewhere {secrets.token_hex(4)}", "https://elsewhere.example")
    tag = f"<script async src='{stack.edge}/h/{other['site_key']}.js'></script>"
    page = visitor.new_page()
    with page.expect_response(lambda response: "/c/" in response.url) as first:
        page.goto(site.page("/", BODY.replace("heatwake(", "void ("), snippet=tag))
    assert first.value.status == 403
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.click("#buy")
    page.wait_for_timeout(1_500)
    assert [url for url in asked if "/c/" in url] == []


def test_stylesheet_that_visitors_have_sent_before_is_not_sent_again_and_the_recording_is_whole(
    stack: Stack, site: CollectingSite, browser: Browser
) -> None:
    made = new_site(stack, site.address)
    api = PublicApi(stack, made.project_id, made.api_key)
    rules = "".join(f".shelf-{number} > a {{ color: #{number:06x} }} " for number in range(200))
    body = f"<style>{rules}</style><h1>Boots</h1>"

    def visit(key: str) -> tuple[str, bytes]:
        """The session, and what was sent of its recording."""
        context = browser.new_context()
        page = context.new_page()
        with page.expect_request(lambda request: "/c/r?" in request.url) as sent:
            page.goto(site.page("/", body, snippet=f"<script async src='{stack.edge}/h/{key}.js'></script>"))
        sent.value.response()
        session = str(uuid.UUID(sent.value.url.partition("&s=")[2].partition("&")[0]))
        context.close()
        return session, gzip.decompress(sent.value.post_data_buffer or b"")

    def style(session: str) -> str:
        return next(text for text in str(api.get(f"/recordings/{session}/events")).split("'") if "shelf-7 " in text)

    with psycopg.connect(stack.settings.dsn("worker"), autocommit=True) as connection:
        for _ in range(3):
            session, sent = visit(made.key)
            assert b"shelf-7 " in sent
        until(lambda: recorded(connection, made.project_id) == 3, "the recordings to be stored")
        until(lambda: packed(stack, connection, made.project_id) == 3, "all to be packed")
        with psycopg.connect(stack.settings.dsn("owner")) as owner:
            # Another site of the project: what is known of the first is believed for a while.
            _, other = create_site(owner, made.project_id, [site.address])
        whole = style(session)
        session, sent = visit(other)
        assert b"shelf-7 " not in sent
        assert len(sent) < 4_000
        until(lambda: recorded(connection, made.project_id) == 4, "the recording to be stored")
        assert style(session) == whole


def packed(stack: Stack, connection: psycopg.Connection, project_id: int) -> int:
    """How many recordings name the commonest string. Closes their sessions: a page's last words may come late."""
    end_sessions(stack, project_id)
    row = connection.execute("SELECT max(uses) FROM recording_strings WHERE project_id = %s", (project_id,)).fetchone()
    return int(row[0] or 0) if row else 0


def recorded(connection: psycopg.Connection, project_id: int) -> int:
    """Recordings of a project."""
    row = connection.execute("SELECT count(*) FROM recordings WHERE project_id = %s", (project_id,)).fetchone()
    return int(row[0]) if row else 0
