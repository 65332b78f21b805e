"""What `storage.session_index.SessionIndex` promises, in Postgres and in a real Elasticsearch."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from servers import eventually, free_port
from session_documents import NOON, WHOLE, doc, lets_through, many

from heatwake.settings import Settings, load
from storage.postgres import Database
from storage.session_index import FACETS, SessionDoc, SessionFilter, SessionIndex, Sort
from storage.session_index.elasticsearch import ElasticsearchSessions
from storage.session_index.postgres import PostgresSessions

ORDERS: dict[Sort, Callable[[SessionDoc], Any]] = {
    "newest": lambda one: -one.started_at.timestamp(),
    "oldest": lambda one: one.started_at.timestamp(),
    "longest": lambda one: one.started_at - one.ended_at,
    "most_clicks": lambda one: -one.clicks,
    "most_pages": lambda one: -one.page_views,
}


@pytest.fixture(scope="module", params=["postgres", pytest.param("elasticsearch", marks=pytest.mark.full)])
def index(request: pytest.FixtureRequest) -> SessionIndex:
    if request.param == "postgres":
        settings: Settings = request.getfixturevalue("database_settings")
        return PostgresSessions(Database(settings, "app"))
    return ElasticsearchSessions(request.getfixturevalue("elasticsearch_url"), prefix=f"test-{secrets.token_hex(4)}")


@pytest.fixture(scope="module")
def crowd(index: SessionIndex, other_projects: Callable[[], int]) -> list[SessionDoc]:
    """Four hundred sessions of one project, beside twenty of another."""
    every, others = many(other_projects(), 400), many(other_projects(), 20, seed=2)
    index.upsert(every)
    index.upsert(others)
    found(index, every)
    found(index, others)
    return every


def found(index: SessionIndex, docs: list[SessionDoc]) -> None:
    """Wait until a search shows exactly these sessions as they are."""
    project = docs[0].project_id
    eventually(
        lambda: (
            [one for one in walk(index, project) if one not in docs] == []
            and index.search(project, WHOLE).total == len(docs)
        ),
        "the sessions to be found",
    )


def walk(
    index: SessionIndex, project: int, where: SessionFilter = WHOLE, sort: Sort = "newest", limit: int = 500
) -> list[SessionDoc]:
    """The whole list, page by page."""
    shown: list[SessionDoc] = []
    cursor = None
    while True:
        page = index.search(project, where, sort, limit, cursor)
        assert len(page.items) <= limit
        shown += page.items
        cursor = page.cursor
        if cursor is None:
            return shown
        assert len(page.items) == limit


def changed(**conditions: Any) -> SessionFilter:
    return msgspec.structs.replace(WHOLE, **conditions)


def test_document_comes_back_as_it_went_in(index: SessionIndex, project: int) -> None:
    started_at = NOON + dt.timedelta(microseconds=123_457)
    whole = doc(
        project,
        started_at=started_at,
        ended_at=started_at + dt.timedelta(hours=3, microseconds=1),
        page_views=7,
        clicks=2_000_000_000,
        events=9,
        entry_address="shop.example/ä?x='\"\\%_*",
        exit_address="x" * 2_000,
        device="tablet",
        browser="Firefox",
        os="Linux",
        country="DE",
        language="de-AT",
        screen_w=1920,
        referrer_host="news.example",
        utm_source="letter",
        utm_medium="email",
        utm_campaign="autumn",
        user_ref="user 7",
        traits={"plan": 'pro "x"', "seats": 3, "share": 0.5, "paid": False, "left": None},
        recording_bytes=2**40,
        recording_events=3,
    )
    index.upsert([whole])
    found(index, [whole])
    assert index.search(project, WHOLE).items == [whole]


def test_later_upsert_replaces_the_earlier(index: SessionIndex, project: int) -> None:
    first = doc(project, clicks=1, browser="Firefox")
    other = doc(project)
    index.upsert([first, other])
    later = msgspec.structs.replace(first, clicks=5, ended_at=NOON + dt.timedelta(hours=1), browser="Chrome")
    index.upsert([later])
    found(index, [later, other])
    assert index.facets(project, WHOLE)["browser"] == [("Chrome", 1)]
    index.upsert([later, later])
    found(index, [later, other])
    index.upsert([])


FILTERS = {
    "device": {"devices": ["mobile", "tablet"]},
    "browser": {"browsers": ["Firefox"]},
    "browser unknown": {"browsers": ["", "Safari"]},
    "os": {"oses": ["iOS", "Windows"]},
    "country": {"countries": ["DE"]},
    "referrer": {"referrer_hosts": ["site3.example", "site4.example"]},
    "utm source is exact": {"utm_sources": ["letter"]},
    "utm medium": {"utm_mediums": ["email"]},
    "utm campaign": {"utm_campaigns": ["autumn"]},
    "trait is exact": {"traits": {"plan": "team"}},
    "trait that is a number": {"traits": {"seats": "12"}},
    "trait that is true": {"traits": {"paid": "true"}},
    "two traits": {"traits": {"plan": "Team", "seats": "12"}},
    "trait that nobody has": {"traits": {"colour": "team"}},
    "trait with quotes": {"traits": {'pl"an': "'\\"}},
    "user": {"user_ref": "user-1"},
    "user that is not there": {"user_ref": "user-"},
    "page": {"page": "products"},
    "page of the exit": {"page": "thanks"},
    "page with wildcards": {"page": "ä*?"},
    "page with an underscore": {"page": "a_b"},
    "page with a per cent sign": {"page": "0%"},
    "page with a backslash": {"page": "\\"},
    "page host": {"page": "WWW.shop.example/"},
    "entry": {"entry": "PRODUCTS"},
    "entry with wildcards": {"entry": "ä*?"},
    "exit": {"exit": "products"},
    "entry and exit": {"entry": "cart", "exit": "thanks"},
    "at most so long": {"max_duration_ms": 3_000},
    "from so long to so long": {"min_duration_ms": 1_000, "max_duration_ms": 2_000},
    "custom events": {"min_events": 25},
    "duration": {"min_duration_ms": 3_000},
    "duration to the millisecond": {"min_duration_ms": 3_001},
    "page views": {"min_page_views": 2},
    "clicks": {"min_clicks": 3},
    "rage clicks": {"min_rage_clicks": 1},
    "dead clicks": {"min_dead_clicks": 2},
    "error clicks": {"min_error_clicks": 1},
    "recorded": {"recorded": True},
    "not recorded": {"recorded": False},
    "none of them": {"session_ids": []},
    "start": {"start": NOON},
    "start a microsecond later": {"start": NOON + dt.timedelta(microseconds=1)},
    "end": {"end": NOON},
    "empty period": {"start": NOON, "end": NOON},
    "zone": {"start": NOON.astimezone(dt.timezone(dt.timedelta(hours=-11)))},
    "all at once": {
        "devices": ["desktop", "mobile"],
        "recorded": True,
        "min_clicks": 1,
        "page": "shop",
        "oses": ["iOS"],
    },
}


@pytest.mark.parametrize("conditions", FILTERS.values(), ids=FILTERS.keys())
def test_filter_lets_through_what_it_says(
    index: SessionIndex, crowd: list[SessionDoc], conditions: dict[str, Any]
) -> None:
    where = changed(**conditions)
    wanted = {one.session_id for one in crowd if lets_through(where, one)}
    project = crowd[0].project_id
    assert {one.session_id for one in walk(index, project, where)} == wanted
    assert set(index.ids(project, where, 1_000)) == wanted
    assert index.search(project, where, limit=1).total == len(wanted)


def test_filter_by_session_ids(index: SessionIndex, crowd: list[SessionDoc]) -> None:
    some = [one.session_id for one in crowd[:70]]
    where = changed(session_ids=[*some, uuid.uuid4()], devices=["desktop"])
    expected = {one.session_id for one in crowd[:70] if one.device == "desktop"}
    assert set(index.ids(crowd[0].project_id, where, 1_000)) == expected


def test_filter_leaves_out_what_it_names(index: SessionIndex, crowd: list[SessionDoc]) -> None:
    gone = [one.session_id for one in crowd[:90]]
    where = changed(without_ids=[*gone, uuid.uuid4()], devices=["desktop"])
    expected = {one.session_id for one in crowd[90:] if one.device == "desktop"}
    assert set(index.ids(crowd[0].project_id, where, 1_000)) == expected
    both = changed(session_ids=[one.session_id for one in crowd[80:100]], without_ids=gone)
    assert set(index.ids(crowd[0].project_id, both, 1_000)) == {one.session_id for one in crowd[90:100]}


@pytest.mark.parametrize(("count_to", "total"), [(None, 400), (1_000, 400), (400, 400), (150, 150)])
def test_total_stops_where_it_may(
    index: SessionIndex, crowd: list[SessionDoc], count_to: int | None, total: int
) -> None:
    page = index.search(crowd[0].project_id, WHOLE, limit=5, count_to=count_to)
    assert (page.total, len(page.items)) == (total, 5)


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("limit", [7, 500])
def test_paging_shows_each_session_once_in_order_with_ties(
    index: SessionIndex, crowd: list[SessionDoc], sort: Sort, limit: int
) -> None:
    where = changed(recorded=True)
    wanted = [one for one in crowd if one.recording_events > 0]
    wanted.sort(key=lambda one: (ORDERS[sort](one), one.session_id))
    assert walk(index, crowd[0].project_id, where, sort, limit) == wanted


def test_total_is_the_same_on_every_page(index: SessionIndex, crowd: list[SessionDoc]) -> None:
    project = crowd[0].project_id
    first = index.search(project, WHOLE, "longest", 300)
    second = index.search(project, WHOLE, "longest", 300, first.cursor)
    assert (first.total, second.total, len(second.items), second.cursor) == (400, 400, 100, None)


def test_page_that_ends_the_list_has_no_cursor(index: SessionIndex, crowd: list[SessionDoc]) -> None:
    ids = [one.session_id for one in crowd[:3]]
    assert index.search(crowd[0].project_id, changed(session_ids=ids), limit=3).cursor is None
    assert index.search(crowd[0].project_id, changed(session_ids=ids), limit=2).cursor is not None


NOBODY = uuid.UUID(int=7)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "ä",
        "a" * 5_000,
        encoded("{}"),
        encoded("null"),
        encoded('["newest"]'),
        encoded('["newest",1,"no id"]'),
        encoded(f'["newest","1","{NOBODY}"]'),
        encoded(f'["newest",1.5,"{NOBODY}"]'),
        encoded(f'["newest",{10**30},"{NOBODY}"]'),
        encoded(f'["newest",{2**63 - 1},"{NOBODY}"]'),
        encoded(f'["newest",{-(10**17)},"{NOBODY}"]'),
        encoded(f'["longest",5,"{NOBODY}"]'),
        encoded(f'["secret_column",5,"{NOBODY}"]'),
    ],
)
def test_cursor_that_was_not_given_out_is_refused(index: SessionIndex, project: int, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        index.search(project, WHOLE, "newest", 50, cursor)


def test_cursor_of_another_order_is_refused(index: SessionIndex, crowd: list[SessionDoc]) -> None:
    cursor = index.search(crowd[0].project_id, WHOLE, "newest", 5).cursor
    with pytest.raises(ValueError, match="cursor"):
        index.search(crowd[0].project_id, WHOLE, "most_pages", 5, cursor)


@pytest.mark.parametrize("limit", [-1, 0, 501])
def test_page_of_a_wrong_length_is_refused(index: SessionIndex, project: int, limit: int) -> None:
    with pytest.raises(ValueError, match="1 to 500"):
        index.search(project, WHOLE, limit=limit)


def test_facets_are_the_ten_commonest_values(index: SessionIndex, crowd: list[SessionDoc]) -> None:
    where = changed(min_clicks=1)
    told = index.facets(crowd[0].project_id, where)
    assert list(told) == list(FACETS)
    for facet in FACETS:
        counted = Counter(value for one in crowd if one.clicks and (value := getattr(one, facet)))
        commonest = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:10]
        assert told[facet] == commonest, facet
    assert len(told["referrer_host"]) == 10


@pytest.mark.parametrize("facet", FACETS)
def test_values_of_a_facet_for_each_session(index: SessionIndex, crowd: list[SessionDoc], facet: str) -> None:
    where = changed(oses=["Linux"])
    wanted = {one.session_id: getattr(one, facet) for one in crowd if one.os == "Linux"}
    assert index.values(crowd[0].project_id, where, facet, 1_000) == wanted
    assert len(index.values(crowd[0].project_id, where, facet, 5)) == 5


def test_unknown_facet_is_refused(index: SessionIndex, project: int) -> None:
    with pytest.raises(ValueError, match="user_ref"):
        index.values(project, WHOLE, "user_ref", 5)


def test_ids_are_at_most_the_limit(index: SessionIndex, crowd: list[SessionDoc]) -> None:
    some = index.ids(crowd[0].project_id, WHOLE, 30)
    assert len(set(some)) == 30
    assert set(some) <= {one.session_id for one in crowd}
    assert index.ids(crowd[0].project_id, WHOLE, 0) == []


def test_more_sessions_than_one_answer_holds(index: SessionIndex, project: int) -> None:
    docs = [doc(project, started_at=NOON + dt.timedelta(seconds=number), device="mobile") for number in range(10_050)]
    for start in range(0, len(docs), 3_000):
        index.upsert(docs[start : start + 3_000])
    eventually(lambda: index.search(project, WHOLE, limit=1).total == len(docs), "all sessions to be found")
    wanted = {one.session_id for one in docs}
    assert set(index.ids(project, WHOLE, 2_000_000)) == wanted
    assert len(set(index.ids(project, WHOLE, 10_007))) == 10_007
    assert index.values(project, WHOLE, "device", 2_000_000) == dict.fromkeys(wanted, "mobile")
    index.delete(project, list(wanted))
    eventually(lambda: index.search(project, WHOLE, limit=1).total == 0, "all sessions to be gone")


def test_projects_do_not_see_each_other(index: SessionIndex, other_projects: Callable[[], int]) -> None:
    shared = uuid.uuid4()
    mine, theirs = (doc(other_projects(), session_id=shared, browser=browser) for browser in ("Firefox", "Chrome"))
    index.upsert([mine, theirs])
    found(index, [mine])
    found(index, [theirs])
    assert index.facets(mine.project_id, WHOLE)["browser"] == [("Firefox", 1)]
    index.delete(theirs.project_id, [shared])
    eventually(lambda: index.search(theirs.project_id, WHOLE).total == 0, "theirs to be gone")
    assert index.search(mine.project_id, WHOLE).items == [mine]


def test_deleted_session_is_forgotten_even_before_it_could_be_found(index: SessionIndex, project: int) -> None:
    kept = doc(project, started_at=NOON - dt.timedelta(days=30))
    gone = [doc(project), doc(project, started_at=NOON - dt.timedelta(days=31))]
    index.upsert([kept, *gone])
    index.delete(project, [*(one.session_id for one in gone), uuid.uuid4()])
    found(index, [kept])
    index.delete(project, [])
    assert index.ids(project, WHOLE, 10) == [kept.session_id]


def test_project_without_sessions_has_empty_answers(index: SessionIndex, project: int) -> None:
    page = index.search(project, WHOLE)
    assert (page.items, page.total, page.cursor) == ([], 0, None)
    assert index.ids(project, WHOLE, 10) == []
    assert index.values(project, WHOLE, "os", 10) == {}
    assert index.facets(project, WHOLE) == {facet: [] for facet in FACETS}
    index.delete(project, [uuid.uuid4()])


def test_size_grows_with_the_documents(index: SessionIndex, crowd: list[SessionDoc]) -> None:
    eventually(lambda: index.size()[0] >= len(crowd), "the documents to be counted")
    assert index.size()[1] > 10_000
    index.check()


@pytest.mark.full
def test_more_session_ids_than_one_condition_may_have(elasticsearch_url: str, project: int) -> None:
    index = ElasticsearchSessions(elasticsearch_url, prefix=f"test-{secrets.token_hex(4)}")
    docs = many(project, 5)
    index.upsert(docs)
    found(index, docs)
    huge = [one.session_id for one in docs[:3]] + [uuid.uuid4() for _ in range(66_000)]
    assert index.search(project, changed(session_ids=huge), limit=1).total == 3


@pytest.mark.full
def test_index_that_is_not_there_yet_is_empty(elasticsearch_url: str) -> None:
    fresh = ElasticsearchSessions(elasticsearch_url, prefix=f"test-{secrets.token_hex(4)}")
    fresh.check()
    assert fresh.size()[0] == 0
    assert fresh.search(1, WHOLE).items == []
    assert fresh.ids(1, WHOLE, 10) == []
    assert fresh.facets(1, WHOLE) == {facet: [] for facet in FACETS}
    fresh.delete(1, [uuid.uuid4()])


def unreachable() -> list[SessionIndex]:
    port = free_port()
    nowhere = load({"HEATWAKE_POSTGRES_DSN": f"host=127.0.0.1 port={port} dbname=heatwake connect_timeout=1"})
    return [
        PostgresSessions(Database(nowhere, "app")),
        ElasticsearchSessions(f"http://127.0.0.1:{port}", retries=0),
    ]


@pytest.mark.parametrize("which", [0, 1], ids=["postgres", "elasticsearch"])
def test_unreachable_store_is_an_os_error(which: int) -> None:
    gone = unreachable()[which]
    calls: list[Callable[[], Any]] = [
        gone.check,
        lambda: gone.upsert([doc(1)]),
        lambda: gone.search(1, WHOLE),
        lambda: gone.ids(1, WHOLE, 1),
        lambda: gone.delete(1, [uuid.uuid4()]),
    ]
    for call in calls if which else calls[:1]:
        with pytest.raises(OSError, match=r"Postgres|Elasticsearch"):
            call()
