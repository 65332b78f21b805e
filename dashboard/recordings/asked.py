"""Which recordings an address asks for, in which order: for the list, and for the player's previous and next.

Beyond project, period and segment (`View`) the address names: `sort`; `cursor`, where the list begins; `watched` and
`tag`, by what the project's members keep; `f`, `step`, `outcome` or `funnel_step`, what it was opened from; `playlist`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

import msgspec

from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.queries import playlists, recording_marks
from dashboard.queries.filters import Filters
from dashboard.queries.periods import Period
from dashboard.queries.recordings import COUNTED, Recordings, recordings, recordings_of
from dashboard.recordings.behind import Behind, of_saved_funnel, read_behind
from dashboard.shell.view import View, read_view
from storage.session_index import Sort

ROWS: Final = 50
# The list's own conditions, as a saved segment keeps them beside those of every page.
OWN: Final = ("watched", "tag", "funnel_step", "f", "step", "outcome")


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list; `playlist`: its ids in their order, None where none is looked at."""

    access: Access
    view: View
    behind: Behind | None
    period: Period
    filters: Filters
    sort: Sort
    playlist: list[uuid.UUID] | None = None

    def found(self, cursor: str | None = None, count_to: int = COUNTED, limit: int = ROWS) -> Recordings:
        """A page of the list. Raises ValueError for a cursor that is none of this list."""
        if self.playlist is not None:
            return recordings_of(self.access, self.playlist)
        return recordings(self.access, self.period, self.filters, self.sort, limit, cursor, count_to)

    def parameters(self, **changes: object) -> dict[str, object]:
        """What leads from a row on to the same list: its order, its place in it, its conditions."""
        names = ("cursor", "playlist", "cols", "watched", "tag", "funnel_step")
        kept: dict[str, object] = {name: self.view.own[name] for name in names if name in self.view.own}
        if self.sort != "newest":
            kept["sort"] = self.sort
        if self.behind and "funnel_step" not in kept:
            kept |= self.behind.parameters()
        return kept | changes

    @property
    def narrowed(self) -> bool:
        """Whether there is any condition beyond the period."""
        return self.behind is not None or self.filters != Filters()


def sort_of(view: View) -> Sort:
    """The order that the address asks for."""
    asked = view.own.get("sort", "newest")
    return cast(Sort, asked) if asked in get_args(Sort) else "newest"


def tags_of(view: View) -> list[str]:
    """The tags that the address names: sessions that have any of them."""
    return [tag.strip() for tag in view.own.get("tag", "").split(",") if tag.strip()]


def playlist_of(view: View) -> int | None:
    """The playlist that the address names."""
    text = view.own.get("playlist", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None


def read_asked(search: str | None, keep: uuid.UUID | None = None) -> Asked:
    """What the address' query asks for; `keep`: a session that is in the list though it has been watched since."""
    view = read_view(search)
    access = guard.access(view.project_id)
    playlist_id = playlist_of(view)
    there = playlists.playlist_sessions(access, playlist_id) if playlist_id is not None else None
    behind = read_behind(search) or of_saved_funnel(access, view.own.get("funnel_step", ""))
    period, filters = behind.narrowed(access, view) if behind else (view.period, view.filters)
    filters = _by_marks(access, view, filters, keep)
    return Asked(access, view, behind, period, filters, sort_of(view), there)


def _by_marks(access: Access, view: View, filters: Filters, keep: uuid.UUID | None) -> Filters:
    """The filters with what the project's members keep about recordings, as ids."""
    among: set[uuid.UUID] | None = None if filters.session_ids is None else set(filters.session_ids)
    changes: dict[str, Any] = {}
    watched = view.own.get("watched")
    if watched == "1":
        seen = set(recording_marks.all_watched(access))
        among = seen if among is None else among & seen
    elif watched == "0":
        changes["without_ids"] = sorted(set(recording_marks.all_watched(access)) - {keep})
    tags = tags_of(view)
    if tags:
        tagged = set(recording_marks.tagged(access, tags))
        among = tagged if among is None else among & tagged
    if among is not None:
        changes["session_ids"] = sorted(among)
    return msgspec.structs.replace(filters, **changes)
