"""Answers through the cache: `@cached` keeps what a query gave, by project, question and the project's version."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import msgspec

from dashboard.auth.access import Access, Needs
from dashboard.services import current
from storage.cache import project_space

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer", bound=msgspec.Struct)


def _filling(asked: list[Any]) -> bool:
    """Whether the asked period is still filling (a session may go on for a while after it began)."""
    ends = [value.end for value in asked if hasattr(value, "end")]
    return not ends or max(ends) > dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)


def cached(
    answer: type[Answer], needs: Needs = "read"
) -> Callable[[Callable[Concatenate[Access, Asked], Answer]], Callable[Concatenate[Access, Asked], Answer]]:
    """Keep a query's answer: for seconds while its period is still filling, for minutes when it lies in the past.

    All arguments but the access must be msgspec-encodable; two people who see the same project share the answer.
    Raises Forbidden for an access that does not allow what the query `needs`: who sees one recording asks of no other.
    """

    def decorate(query: Callable[Concatenate[Access, Asked], Answer]) -> Callable[Concatenate[Access, Asked], Answer]:
        def ask(access: Access, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            access.demand(needs)
            services = current()
            asked = hashlib.sha256(msgspec.msgpack.encode((args, kwargs), enc_hook=str)).hexdigest()[:32]
            version = services.cache.version(project_space(access.project_id))
            key = f"{query.__module__}.{query.__name__}:{access.project_id}:{access.session_id}:{version}:{asked}"
            kept = services.aggregates.get(key)
            if kept is not None:
                return msgspec.msgpack.decode(kept, type=answer)
            fresh = query(access, *args, **kwargs)
            dashboard = services.settings.dashboard
            filling = _filling([*args, *kwargs.values()])
            seconds = dashboard.live_cache_s if filling else dashboard.closed_cache_s
            services.aggregates.set(key, msgspec.msgpack.encode(fresh), timeout=seconds)
            return fresh

        return cast(Callable[Concatenate[Access, Asked], Answer], update_wrapper(ask, query))

    return decorate
