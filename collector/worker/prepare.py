"""The steps of a batch in their order, and what they need to know in between: from stream entries to a `Delta`.

Reads from Postgres, gives names their ids there; writes nothing else. Nothing here depends on an earlier batch but what
the database holds (some of which is remembered, see open_sessions), so that a batch can be prepared again by any worker
at any time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping

import psycopg

from collector.worker import early, over_limit, silences, snapshots, tally
from collector.worker import sessionize as people
from collector.worker.chunks import Blob, Picture, fold_chunks
from collector.worker.commit import Delta
from collector.worker.decode import Bad, Decoded, Request
from collector.worker.dictionary import Dictionaries
from collector.worker.fold import Fold, pages_of
from collector.worker.known import Look
from collector.worker.late import Late
from collector.worker.open_sessions import OpenSessions
from collector.worker.seen_assets import SeenAssets
from collector.worker.seen_boxes import SeenBoxes
from collector.worker.sessionize import Sessionized, SessionKey
from collector.worker.site_masks import SiteMasks
from collector.worker.string_addresses import StringAddresses
from storage import early_requests, page_layouts, recording_pack, recording_strings, upkeep
from storage.blobs import BlobStore
from storage.early_requests import EarlyRequest
from storage.naming import Limits
from storage.postgres import Database
from storage.sessions import Continuation, KnownSession
from storage.stream_offsets import Step


class UnusableRecord(RuntimeError):
    """A step ended badly because of something in the batch; the cause says how."""


class Preparer:
    """Prepares batches; keeps the ids of names, what is known of open sessions, and which boxes are fresh."""

    def __init__(self, database: Database, blobs: BlobStore, limits: Limits) -> None:
        self._database = database
        self._blobs = blobs
        self._names = Dictionaries(limits)
        self._boxes = SeenBoxes()
        self._assets = SeenAssets()
        self._strings = StringAddresses(blobs)
        self._open = OpenSessions()
        self._masks = SiteMasks()
        self._late = Late(database)
        self._days: set[str] = set()  # that have partitions

    def prepare(
        self,
        read: Callable[[], Decoded],
        poisoned: Collection[Bad],
        steps: Mapping[int, Step],
    ) -> Delta:
        """What a batch comes to that `read` gives. `poisoned`: what was left out of it, to be buried.

        Raises UnusableRecord if a step can't take a record, DatabaseUnavailable, psycopg.Error.
        """
        try:
            return self._prepare(read(), poisoned, steps)
        except (OSError, psycopg.Error, NameError, ImportError, MemoryError):
            raise  # a store, our code or the machine: no record is to blame, and none may be buried for it
        except Exception as error:
            # Whatever it is, it must not stop the stream: who called finds the record and buries it.
            raise UnusableRecord(f"{type(error).__name__}: {error}") from error

    def committed(self, delta: Delta) -> None:
        """This is in the database now."""
        self._boxes.written(delta.boxes)
        self._assets.named(delta.assets)
        self._open.committed(delta.sessions, delta.views)
        self._open.forget([(one.project_id, one.session) for one in delta.continuations])

    def forget(self) -> None:
        """Believe nothing of what the database held of sessions: shards have changed hands, or rows are gone."""
        self._open.forget()

    def _prepare(
        self,
        decoded: Decoded,
        poisoned: Collection[Bad],
        steps: Mapping[int, Step],
    ) -> Delta:
        self._late.look()
        requests, erased = self._late.split(decoded.requests)
        found, waiting, continuations = self._sessionize(requests)
        late = early.arrived(waiting, found.views, decoded.columns)
        self._names.pages.learn(self._database, pages_of([*found.arrivals, *late]))
        nameless_pages = self._names.pages.over
        fold = Fold(decoded.columns, self._names.pages.ids)
        fold.add(found.arrivals)
        placed = [one for one, arrival in zip(waiting, late, strict=True) if arrival.view.page_id is not None]
        fold.place([arrival for arrival in late if arrival.view.page_id is not None])
        fold.place([arrival for arrival in fold.early if not early.waits(arrival)])
        ids = self._names.number(self._database, decoded.columns)
        nameless = over_limit.requests(found.arrivals, nameless_pages, self._names)
        folded = fold.placed(ids)
        self._boxes.learn(self._database, folded.boxes.pages)
        chunks = fold_chunks(found.arrivals, self._masks.masks(self._database), self._strings.shown)
        rows, blobs = self._snapshots(chunks.pictures)
        views = list(dict.fromkeys(arrival.view for arrival in found.arrivals))
        bad = [*decoded.bad, *found.bad, *poisoned]
        return Delta(
            steps=steps,
            sessions=list(dict.fromkeys(view.session_ for view in views)),
            continuations=continuations,
            views=views,
            arrivals=found.arrivals,
            heat=folded.heat,
            facts=folded.facts,
            boxes=over_limit.with_a_place(self._boxes.worth_writing(folded.boxes), self._names),
            early=early.kept(filter(early.waits, fold.early)),
            placed=placed,
            chunks=chunks.rows,
            assets=self._assets.worth_naming(chunks.assets),
            snapshots=rows,
            blobs=[*chunks.blobs, *blobs],
            scrubbed=chunks.scrubbed,
            ledger=tally.ledger(found, decoded.counts, bad, nameless, erased),
            bad=bad,
        )

    def _sessionize(self, requests: list[Request]) -> tuple[Sessionized, list[EarlyRequest], list[Continuation]]:
        """The requests by session, what waits for their page views' page events, sessions that go on as others."""
        if not requests:
            return people.sessionize([], {}, {}), [], []
        first, last = people.days_to_look_at(requests)
        with self._database.transaction() as connection:
            look = Look(connection, self._open, first, last)
            known = look.sessions(dict.fromkeys((one.project_id, one.session) for one in requests))
            continued: list[tuple[SessionKey, str]] = []
            if suspected := silences.suspects(requests, known):
                continued = self._settle(look, suspected, known)
            mine = people.sessions_of(requests, known)
            self._see_to_days({session.day for session in mine.values()})
            stored = look.views([key for key in people.views_of(requests) if key[:2] in known], known)
            pageless = people.with_page_event(requests, [key for key, view in stored.items() if view.page_id is None])
            waiting = early_requests.of_views(
                connection, [(key[0], mine[key[:2]].day, key[1], key[2]) for key in pageless]
            )
            continuations = [
                Continuation(key[0], (known[key] if key in known else mine[key]).day, key[1], continuation)
                for key, continuation in continued
            ]
        return people.sessionize(requests, mine, stored), waiting, continuations

    def _settle(
        self,
        look: Look,
        suspected: Mapping[SessionKey, list[Request]],
        known: dict[SessionKey, KnownSession],
    ) -> list[tuple[SessionKey, str]]:
        """Give every request of the suspected sessions the one that it belongs to; adds to `known`."""
        families = {key: [key[1], *(known[key].continuations if key in known else ())] for key in suspected}
        known |= look.sessions(
            (project_id, member) for (project_id, first), members in families.items() for member in members[1:]
        )
        wanted = [
            (project_id, member, request.page_view)
            for (project_id, first), own in suspected.items()
            for request in own
            for member in families[project_id, first]
            if (project_id, member) in known
        ]
        return silences.settle(suspected, known, look.views(list(dict.fromkeys(wanted)), known).keys())

    def _see_to_days(self, days: set[str]) -> None:
        """A request may come days late, after a long time in the spool or the stream; its day needs partitions then.

        Those of former days may have been dropped meanwhile (storage.removal.retention): they are asked for each time.
        """
        former = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=2)).isoformat()
        for day in sorted(day for day in days if day not in self._days or day < former):
            date = dt.date.fromisoformat(day)
            upkeep.ensure_days(self._database, date, date)
            self._days.add(day)

    def _whole(self, project_id: int, event: bytes) -> bytes:
        return recording_pack.completed(event, recording_strings.getter(self._blobs, project_id))

    def _snapshots(self, pictures: list[Picture]) -> tuple[list[page_layouts.NewSnapshot], list[Blob]]:
        if not pictures:
            return [], []
        unknown = {
            (picture.view.project_id, picture.address): ""
            for picture in pictures
            if picture.view.page_id is None and picture.address
        }
        self._names.pages.learn(self._database, unknown)
        owned = [
            (page, picture)
            for picture in pictures
            if (page := snapshots.page_of(picture, self._names.pages.ids)) is not None
            and not over_limit.is_other(self._names.pages, page[0], page[1])
        ]
        with self._database.transaction() as connection:
            ages = page_layouts.snapshot_ages(connection, list({page for page, _ in owned}))
        return snapshots.packed(snapshots.choose(owned, ages), self._whole)
