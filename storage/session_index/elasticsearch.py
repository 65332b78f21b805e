"""The session index in Elasticsearch; uses nothing that needs a licence, a script or a data stream."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from storage.session_index import FACETS, SessionDoc, SessionFilter, SessionPage, Sort
from storage.session_index.conditions import conditions
from storage.session_index.cursors import checked_limit, read, write
from storage.session_index.documents import MAPPING, SETTINGS, document, document_id, index_name, source

_AT_ONCE: Final = 2_000  # documents of one bulk request
_PAGE: Final = 10_000  # hits of one page when all are fetched: the server's limit
_KEPT_OPEN: Final = "1m"
_ORDERS: Final[dict[Sort, dict[str, str]]] = {
    "newest": {"started_us": "desc"},
    "oldest": {"started_us": "asc"},
    "longest": {"duration_us": "desc"},
    "most_clicks": {"clicks": "desc"},
    "most_pages": {"page_views": "desc"},
}

_T = TypeVar("_T")


class SessionIndexUnavailable(OSError):
    """Elasticsearch can't be reached or does not take the request; the text says why."""


class ElasticsearchSessions:
    """The promises of `storage.session_index.SessionIndex`; every request may be repeated, and is, `retries` times."""

    def __init__(self, url: str, prefix: str = "heatwake-sessions", answer_s: float = 10.0, retries: int = 3) -> None:
        self._prefix = prefix
        self._every = f"{prefix}-*"
        self._client = Elasticsearch(url, request_timeout=answer_s, max_retries=retries, retry_on_timeout=True)
        self._ready = False

    @contextmanager
    def _reaching(self) -> Iterator[Elasticsearch]:
        """The client, with its errors as ours."""
        try:
            yield self._client
        except (ApiError, TransportError) as error:
            raise SessionIndexUnavailable(f"Elasticsearch: {error}") from error

    def _make_template(self, client: Elasticsearch) -> None:
        """What the index of a new month is made after."""
        if not self._ready:
            client.indices.put_index_template(
                name=self._prefix,
                index_patterns=[self._every],
                priority=500,
                template={"settings": SETTINGS, "mappings": MAPPING},
            )
            # The months that are there already, from before a field was added.
            client.indices.put_mapping(
                index=self._every, properties=MAPPING["properties"], allow_no_indices=True, ignore_unavailable=True
            )
            self._ready = True

    def upsert(self, docs: list[SessionDoc]) -> None:
        """Add or replace; found after the next refresh, twice a second."""
        with self._reaching() as client:
            if docs:
                self._make_template(client)
            for batch in _batches(docs):
                lines: list[Any] = []
                for doc in batch:
                    where = {
                        "_index": index_name(self._prefix, doc),
                        "_id": document_id(doc.project_id, doc.session_id),
                    }
                    lines += [{"index": where}, source(doc)]
                self._bulk(client, lines)

    def _bulk(self, client: Elasticsearch, lines: list[Any]) -> None:
        """Run the operations. Raises SessionIndexUnavailable if one is refused; a missing document is no refusal."""
        told = client.bulk(operations=lines, filter_path="items.*.status,items.*.error")
        for item in told.get("items", []):
            for result in item.values():
                if result["status"] >= 300 and result["status"] != 404:
                    raise SessionIndexUnavailable(f"Elasticsearch refused a document: {result.get('error')}")

    def search(
        self,
        project_id: int,
        where: SessionFilter,
        sort: Sort = "newest",
        limit: int = 50,
        cursor: str | None = None,
        count_to: int | None = None,
    ) -> SessionPage:
        """Sessions in this order; the total is exact up to `count_to`."""
        checked_limit(limit)
        after: list[Any] | None = None
        if cursor is not None:
            place = read(cursor, sort)
            after = [place.value, str(place.session_id)]
        with self._reaching() as client:
            told = client.search(
                index=self._every,
                query=conditions(project_id, where),
                sort=[_ORDERS[sort], {"session_id": "asc"}],
                size=limit + 1,
                allow_partial_search_results=False,
                search_after=after,
                track_total_hits=True if count_to is None else count_to,
                filter_path="hits.total.value,hits.hits._source",
            )
        hits = told["hits"].get("hits", [])
        total = told["hits"]["total"]["value"]
        docs = [document(hit["_source"]) for hit in hits[:limit]]
        return SessionPage(
            docs,
            total if count_to is None else min(total, count_to),
            write(docs[-1], sort) if len(hits) > limit else None,
        )

    def ids(self, project_id: int, where: SessionFilter, limit: int) -> list[uuid.UUID]:
        """The ids alone, at most `limit`."""
        return [uuid.UUID(fields["session_id"][0]) for fields in self._all(project_id, where, ["session_id"], limit)]

    def values(self, project_id: int, where: SessionFilter, facet: str, limit: int) -> dict[uuid.UUID, str]:
        """The value of one of FACETS for each session. Raises ValueError for another name."""
        if facet not in FACETS:
            raise ValueError(f"no facet {facet!r}; there are {', '.join(FACETS)}")
        found = self._all(project_id, where, ["session_id", facet], limit)
        return {uuid.UUID(fields["session_id"][0]): fields[facet][0] for fields in found}

    def _all(
        self, project_id: int, where: SessionFilter, fields: list[str], limit: int
    ) -> Iterator[dict[str, list[str]]]:
        """These fields of every session that matches, page by page from one point in time."""
        with self._reaching() as client:
            try:
                point = client.open_point_in_time(index=self._every, keep_alive=_KEPT_OPEN)["id"]
            except NotFoundError:
                return  # no month has an index yet
            try:
                after: list[Any] | None = None
                while limit > 0:
                    told = client.search(
                        pit={"id": point, "keep_alive": _KEPT_OPEN},
                        query=conditions(project_id, where),
                        sort=["_shard_doc"],
                        size=min(limit, _PAGE),
                        search_after=after,
                        allow_partial_search_results=False,
                        source=False,
                        stored_fields="_none_",
                        docvalue_fields=[{"field": field} for field in fields],
                        track_total_hits=False,
                        filter_path="pit_id,hits.hits.fields,hits.hits.sort",
                    )
                    point = told.get("pit_id", point)
                    hits = told.get("hits", {}).get("hits", [])
                    yield from (hit["fields"] for hit in hits)
                    limit -= len(hits)
                    if len(hits) < _PAGE:
                        break
                    after = hits[-1]["sort"]
            finally:
                client.close_point_in_time(id=point)

    def facets(self, project_id: int, where: SessionFilter) -> dict[str, list[tuple[str, int]]]:
        """For each of FACETS the ten commonest values, commonest first; exact up to 10,000 values a month."""
        with self._reaching() as client:
            told = client.search(
                index=self._every,
                query=conditions(project_id, where),
                size=0,
                allow_partial_search_results=False,
                aggs={
                    facet: {"terms": {"field": facet, "size": 10, "shard_size": 10_000, "exclude": [""]}}
                    for facet in FACETS
                },
            )
        found = told.get("aggregations", {})
        return {
            facet: [(bucket["key"], bucket["doc_count"]) for bucket in found.get(facet, {}).get("buckets", [])]
            for facet in FACETS
        }

    def delete(self, project_id: int, session_ids: list[uuid.UUID]) -> None:
        """Forget these in whichever month they lie, also those that no search would show yet."""
        with self._reaching() as client:
            for index in client.indices.get(index=self._every, features="aliases"):
                for batch in _batches(session_ids):
                    self._bulk(
                        client,
                        [{"delete": {"_index": index, "_id": document_id(project_id, one)}} for one in batch],
                    )

    def check(self) -> None:
        """Raise SessionIndexUnavailable if no node answers or a part of the index can't be searched."""
        with self._reaching() as client:
            health = client.cluster.health(index=self._every, timeout="1s", filter_path="status")
        if health["status"] == "red":
            raise SessionIndexUnavailable("Elasticsearch: a part of the session index is missing (cluster health red)")

    def size(self) -> tuple[int, int]:
        """(documents, bytes) kept."""
        with self._reaching() as client:
            told = client.indices.stats(index=self._every, metric=["docs", "store"])["_all"]
        primaries, total = told.get("primaries", {}), told.get("total", {})
        return primaries.get("docs", {}).get("count", 0), total.get("store", {}).get("size_in_bytes", 0)


def _batches(items: list[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
