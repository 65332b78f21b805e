"""Values that do not belong where they are put, and how to put one anywhere into a JSON value."""

from __future__ import annotations

import json
import random
from typing import Any

# As JSON text, since some of it no encoder would write.
NUMBERS = [
    "-1",
    "-0",
    "-0.0",
    "0.1",
    "1e1",
    "1E+2",
    "1e999",
    "-1e999",
    "1e-999",
    "NaN",
    "Infinity",
    "-Infinity",
    "01",
    "+1",
    ".5",
    "5.",
    "0x10",
    "2147483647",
    "2147483648",
    "-2147483649",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "99999999999999",
    "100000000000000",
    "9" * 400,
    "0." + "3" * 400,
    "1e308",
    "-1e308",
    "5e-324",
    "1_000",
]
TEXTS = [
    '""',
    '"\\u0000"',
    '"\\ud83d"',
    '"\\ude00\\ud83d"',
    '"\\ud83d\\ude00"',
    '"\\udfff"',
    '"\\uD800\\uDBFF\\uDC00"',
    '"\\\\u0000"',
    '"\\u202e\\ufeff\\u2028"',
    '"\x01"',
    '"\x00"',
    '"\n"',
    '"\x7f"',
    '"\\x41"',
    '"\\u12"',
    '"\\"',
    '"' + "x" * 70_000 + '"',
    '"' + "\\u0000" * 400 + '"',
    '"' + "\\\\" * 900 + '"',
    '"\u00e9\u4e2d\U0001f600"',
    '"\'; DROP TABLE sessions; --"',
    '"<script>alert(1)</script>"',
    '"{{7*7}}"',
    '"../../../../etc/passwd"',
    '"%s%n${jndi:ldap://x}"',
    '"{}"',
    '"NULL"',
    '"\\\\N"',
    '"http://[::1"',
    '"//"',
    '"https://a@b:99999/?utm_source=%00%ff&utm_medium=%ED%A0%80"',
    '"javascript:alert(1)"',
]
OTHERS = [
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[[[[]]]]",
    '{"k":"page"}',
    "[null]",
    '{"":{}}',
    "[" * 600 + "]" * 600,
    '{"a":' * 300 + "1" + "}" * 300,
    "tru",
    "",
    ",",
    "/* */1",
    "undefined",
    '{"a":1,"a":2}',
    "[1,]",
    "{'a':1}",
    "\ufeff1",
]
STRANGE = NUMBERS + TEXTS + OTHERS

_PLACE = "@@place@@"


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside."""
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += paths(one, (*path, key))
    return found


def put(value: Any, path: tuple[Any, ...], text: str) -> bytes:
    """`value` as JSON with `text` at the end of `path`."""
    copy = json.loads(json.dumps(value))
    at = copy
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = _PLACE
    return json.dumps(copy).replace(f'"{_PLACE}"', text).encode("utf-8", "surrogatepass")


def renamed(chance: random.Random, value: dict[str, Any]) -> bytes:
    """`value` as JSON with a key missing, twice, empty or of another kind of letter."""
    pairs = [(key, json.dumps(one)) for key, one in value.items()]
    at = chance.randrange(len(pairs))
    key, text = pairs[at]
    way = chance.randrange(5)
    if way == 0:
        del pairs[at]
    elif way == 1:
        pairs.insert(chance.randrange(len(pairs)), (key, chance.choice(STRANGE)))
    elif way == 2:
        pairs[at] = (key.upper(), text)
    elif way == 3:
        pairs[at] = (chance.choice(["", "__proto__", "\\u0000", "constructor", "x" * 3_000]), text)
    else:
        pairs.append((f"extra{at}", chance.choice(STRANGE)))
    return ("{" + ",".join(f'"{name}":{one}' for name, one in pairs) + "}").encode("utf-8", "surrogatepass")
