"""A SessionFilter as an Elasticsearch query; only filters, so that the server can keep them in its cache."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from storage.session_index import SessionFilter, traits

_TERMS_AT_ONCE: Final = 65_536  # the server's limit for one `terms`


def _micros(at: dt.datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def _terms(field: str, values: list[str]) -> dict[str, Any]:
    """One of `values`, however many they are."""
    parts = [values[start : start + _TERMS_AT_ONCE] for start in range(0, len(values), _TERMS_AT_ONCE)] or [[]]
    every = [{"terms": {field: part}} for part in parts]
    return every[0] if len(every) == 1 else {"bool": {"should": every}}


def _contains(field: str, text: str) -> dict[str, Any]:
    escaped = re.sub(r"([*?\\])", r"\\\1", text)
    return {"wildcard": {field: {"value": f"*{escaped}*", "case_insensitive": True}}}


def conditions(project_id: int, where: SessionFilter) -> dict[str, Any]:
    """The query that the sessions which `where` lets through fulfil."""
    every: list[dict[str, Any]] = [
        {"term": {"project_id": str(project_id)}},
        {"range": {"started_us": {"gte": _micros(where.start), "lt": _micros(where.end)}}},
    ]
    lists = {
        "device": [str(device) for device in where.devices],
        "browser": where.browsers,
        "os": where.oses,
        "country": where.countries,
        "referrer_host": where.referrer_hosts,
        "utm_source": where.utm_sources,
        "utm_medium": where.utm_mediums,
        "utm_campaign": where.utm_campaigns,
    }
    every += [_terms(field, values) for field, values in lists.items() if values]
    least = {
        "duration_us": where.min_duration_ms * 1000,
        "page_views": where.min_page_views,
        "clicks": where.min_clicks,
        "rage_clicks": where.min_rage_clicks,
        "dead_clicks": where.min_dead_clicks,
        "error_clicks": where.min_error_clicks,
        "events": where.min_events,
    }
    every += [{"range": {field: {"gte": number}}} for field, number in least.items() if number]
    if where.max_duration_ms:
        every.append({"range": {"duration_us": {"lte": where.max_duration_ms * 1000}}})
    if where.user_ref:
        every.append({"term": {"user_ref": where.user_ref}})
    every += [_terms("trait", traits.tokens(name, text)) for name, text in where.traits.items()]
    every += [
        _contains(field, text) for field, text in (("entry_address", where.entry), ("exit_address", where.exit)) if text
    ]
    if where.page:
        every.append({"bool": {"should": [_contains(name, where.page) for name in ("entry_address", "exit_address")]}})
    if where.recorded is not None:
        every.append({"term": {"recorded": where.recorded}})
    if where.session_ids is not None:
        every.append(_terms("session_id", [str(session_id) for session_id in where.session_ids]))
    if where.without_ids:
        without = _terms("session_id", [str(session_id) for session_id in where.without_ids])
        return {"bool": {"filter": every, "must_not": without}}
    return {"bool": {"filter": every}}
