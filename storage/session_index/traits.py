"""Traits of users (`heatwake("identify", id, traits)`) as filters ask for them: by name and value, both texts."""

from __future__ import annotations

import json
from typing import Any


def readings(text: str) -> list[Any]:
    """The values that a person may mean by `text`: itself, and the number, truth value or null that it is in JSON."""
    try:
        value = json.loads(text)
    except ValueError:
        return [text]
    if not isinstance(value, str | list | dict) and value == value and abs(value or 0) < 1e15:
        return [text, value]
    return [text]


def token(name: str, value: Any) -> str:
    """A trait as one keyword; a number without a part behind the point is the same with and without the point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps([name, value], ensure_ascii=False)


def tokens(name: str, text: str) -> list[str]:
    """The keywords that a session with the trait `name` of this value, as a person writes it, may have."""
    return [token(name, value) for value in readings(text)]
