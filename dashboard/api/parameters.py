"""Parameters of the query string and bodies, checked against msgspec types to the last name and value."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Final, TypeVar

import msgspec
from flask import Request
from msgspec import Meta
from werkzeug.datastructures import MultiDict

from dashboard.errors import Problem
from dashboard.queries.filters import MOST_TRAITS, Filters, traits_of
from dashboard.queries.periods import Period, last
from storage.session_index import Device

Type = TypeVar("Type")
Text = Annotated[str, Meta(max_length=200)]
Texts = Annotated[list[Text], Meta(max_length=20)]
Trait = Annotated[str, Meta(max_length=200, pattern=r"^\s*[^:\s][^:]*:.*\S", description="`name:value`")]
Traits = Annotated[list[Trait], Meta(max_length=MOST_TRAITS)]
Page = Annotated[
    str, Meta(min_length=1, max_length=2000, description="A page's id, or its address: shop.example/products")
]
Moment = Annotated[dt.datetime, Meta(tz=True)]
Limit = Annotated[int, Meta(ge=1, le=500)]
Number = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Cursor = Annotated[str, Meta(min_length=1, max_length=500, description="`next` of the answer before")]

_INTEGER: Final = re.compile(r"^-?\d{1,18}$")
_FIELD: Final = re.compile(r"^Object (missing required|contains unknown) field `(.*)`$")
_RENAME: Final = {"from_": "from"}
_DEFAULT_DAYS: Final = 30


class SessionConditions(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, rename=_RENAME):
    """Which sessions a question is about; conditions all hold, of several values of one any does."""

    browser: Texts = []
    os: Texts = []
    country: Texts = []
    referrer: Texts = []
    utm_source: Texts = []
    utm_medium: Texts = []
    utm_campaign: Texts = []
    user: Text = ""
    trait: Traits = []
    visited: Text = ""
    entry: Text = ""
    exit: Text = ""
    min_duration_ms: Number = 0
    max_duration_ms: Number = 0
    min_pages: Number = 0
    min_clicks: Number = 0
    min_rage_clicks: Number = 0
    min_dead_clicks: Number = 0
    min_error_clicks: Number = 0
    min_events: Number = 0
    recorded: bool | None = None

    def as_filters(self, devices: list[Device]) -> Filters:
        """The same for the queries."""
        return Filters(
            devices=devices,
            browsers=self.browser,
            oses=self.os,
            countries=self.country,
            referrer_hosts=self.referrer,
            utm_sources=self.utm_source,
            utm_mediums=self.utm_medium,
            utm_campaigns=self.utm_campaign,
            user_ref=self.user,
            traits=traits_of(self.trait),
            page=self.visited,
            entry=self.entry,
            exit=self.exit,
            min_duration_ms=self.min_duration_ms,
            max_duration_ms=self.max_duration_ms,
            min_page_views=self.min_pages,
            min_clicks=self.min_clicks,
            min_rage_clicks=self.min_rage_clicks,
            min_dead_clicks=self.min_dead_clicks,
            min_error_clicks=self.min_error_clicks,
            min_events=self.min_events,
            recorded=self.recorded,
        )


class DeviceConditions(SessionConditions, kw_only=True, frozen=True, forbid_unknown_fields=True, rename=_RENAME):
    """SessionConditions with the kinds of device."""

    device: list[Device] = []

    @property
    def filters(self) -> Filters:
        return self.as_filters(self.device)


class InPeriod(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, rename=_RENAME):
    """From a time up to, not including, another (RFC 3339); the last 30 days by default."""

    from_: Moment | None = None
    to: Moment | None = None


def period(start: dt.datetime | None, end: dt.datetime | None) -> Period:
    """The period of these two; a missing end is the end of today (UTC), a missing start 30 days before the end."""
    for name, moment in (("from", start), ("to", end)):
        if moment is not None and not 2000 <= moment.year <= 2100:
            raise Problem("invalid_parameter", f"{name}: its year lies between 2000 and 2100.")
    if end is None:
        if start is None:
            return last(_DEFAULT_DAYS)
        end = last(1).end
    start = start or end - dt.timedelta(days=_DEFAULT_DAYS)
    try:
        return Period(start.astimezone(dt.UTC), end.astimezone(dt.UTC))
    except ValueError as error:
        raise Problem("invalid_parameter", f"from, to: {error}") from error


def query_of(arguments: MultiDict[str, str], wanted: type[Type] | None) -> Type | None:
    """The query string as the type that a route takes. Raises Problem `invalid_parameter` with the name."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(wanted)} if wanted else {}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for name, texts in arguments.lists():
        if name not in fields:
            takes = f"it takes {', '.join(sorted(fields))}" if fields else "it takes none"
            raise Problem("invalid_parameter", f"{name[:100]}: the route has no such parameter; {takes}.")
        if any("\0" in text for text in texts):
            raise Problem("invalid_parameter", f"{name}: it has a NUL character.")
        plain = [_plain(msgspec.inspect.type_info(fields[name].type), text) for text in texts]
        many = isinstance(msgspec.inspect.type_info(fields[name].type), msgspec.inspect.ListType)
        if not many and len(texts) > 1:
            raise Problem("invalid_parameter", f"{name}: it may be given once.")
        values[name] = plain if many else plain[0]
    if wanted is None:
        return None
    try:
        return msgspec.convert(values, wanted)
    except msgspec.ValidationError as error:
        raise Problem("invalid_parameter", _named(str(error))) from error


def body_of(request: Request, wanted: type[Type]) -> Type:
    """The JSON body as the type that a route takes. Raises Problem."""
    if request.mimetype != "application/json":
        raise Problem("unsupported_media_type")
    body = request.get_data(cache=False)
    if b"\\u0000" in body:
        raise Problem("malformed_body", "The body has a NUL character in a text.")
    try:
        return msgspec.json.decode(body, type=wanted)
    except msgspec.ValidationError as error:
        raise Problem("invalid_parameter", _named(str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("malformed_body", f"The body is no JSON: {error}") from error


def _plain(kind: Any, text: str) -> Any:
    """A text as the number or truth value that its type wants; any other text stays and is judged by its type."""
    inspect = msgspec.inspect
    kinds = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    for one in kinds:
        if isinstance(one, inspect.Metadata):
            one = one.type
        if isinstance(one, inspect.ListType):
            return _plain(one.item_type, text)
        if isinstance(one, inspect.IntType) and _INTEGER.match(text):
            return int(text)
        if isinstance(one, inspect.BoolType) and text in ("true", "false"):
            return text == "true"
    return text


def _named(message: str) -> str:
    """msgspec's message with the parameter's name in front: `limit: Expected `int` <= 500`."""
    said, _, place = message.partition(" - at `$")
    name = place.rstrip("`").lstrip(".")
    field = _FIELD.match(said)
    if field:
        name = f"{name}.{field[2]}" if name else field[2]
        said = "it is missing" if field[1] == "missing required" else "there is no such field"
    return f"{name}: {said}." if name else f"{said}."
