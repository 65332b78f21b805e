"""How a session document lies in Elasticsearch: one index a month, so that retention drops whole indices."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from storage.session_index import FACETS, SessionDoc, traits
from storage.session_index.cursors import value

_INTEGER: Final = {"type": "integer"}
_KEYWORD: Final = {"type": "keyword"}
# Only what is filtered, sorted or counted is indexed; the whole document comes back from its source.
MAPPING: Final[dict[str, Any]] = {
    "dynamic": False,
    "properties": {
        "project_id": {"type": "keyword", "doc_values": False},
        "session_id": _KEYWORD,
        "started_us": {"type": "long"},
        "duration_us": {"type": "long"},
        "page_views": _INTEGER,
        **dict.fromkeys(("clicks", "rage_clicks", "dead_clicks", "error_clicks", "events"), _INTEGER),
        "recorded": {"type": "boolean"},
        "user_ref": {"type": "keyword", "doc_values": False},
        "trait": {"type": "keyword", "doc_values": False, "ignore_above": 8_000},  # a keyword has at most 32 KB
        "entry_address": {"type": "keyword", "doc_values": False},
        "exit_address": {"type": "keyword", "doc_values": False},
        **dict.fromkeys(FACETS, _KEYWORD),
    },
}
SETTINGS: Final[dict[str, Any]] = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "500ms",  # a document is promised to be found within a second
    "max_result_window": 10_000,
}


def index_name(prefix: str, doc: SessionDoc) -> str:
    """The index of the document's month."""
    return f"{prefix}-{doc.day:%Y-%m}"


def document_id(project_id: int, session_id: object) -> str:
    """The same for the same session, so that writing it again replaces it."""
    return f"{project_id}.{session_id}"


def source(doc: SessionDoc) -> bytes:
    """The document as JSON, with the numbers that it is sorted by."""
    fields = msgspec.to_builtins(doc) | {
        "project_id": str(doc.project_id),
        "started_us": value(doc, "newest"),
        "duration_us": value(doc, "longest"),
        "recorded": doc.recording_events > 0,
        "trait": [traits.token(name, value) for name, value in doc.traits.items()],
    }
    return msgspec.json.encode(fields)


def document(stored: dict[str, Any]) -> SessionDoc:
    """What `source` was made of."""
    return msgspec.convert(stored | {"project_id": int(stored["project_id"])}, SessionDoc)
