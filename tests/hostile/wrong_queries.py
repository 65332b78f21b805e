"""Query strings of `/c/e` and `/c/r` that are wrong in one of many ways."""

from __future__ import annotations

import random


def wrong_query(chance: random.Random, right: str) -> str:
    """`right` with something missing, twice, elsewhere, encoded or replaced."""
    parts = right.split("&")
    at = chance.randrange(len(parts))
    name = parts[at][0]
    way = chance.randrange(9)
    if way == 0:
        del parts[at]
    elif way == 1:
        parts.append(parts[chance.randrange(len(parts))])
    elif way == 2:
        parts[at] = f"{name}=" + chance.choice(
            [
                "",
                "%00",
                "%0d%0a",
                "-1",
                "1e9",
                "+1",
                "a" * 900,
                "a" * 5_000,
                "..%2f",
                "'",
                "\xe9",
                "%",
                "%zz",
                "0x1",
                "1;",
                "9" * 15,
                "F" * 32,
            ]
        )
    elif way == 3:
        chance.shuffle(parts)
    elif way == 4:
        parts.insert(
            at,
            chance.choice(["&&&", "=", "x", "v", "k=", "%", "__proto__=1", "x=" + "y" * 2_000, "s[]=1", "\xff=\x80"]),
        )
    elif way == 5:
        parts[at] = parts[at].replace("=", chance.choice(["%3d", "==", "", ";", "=="]))
    elif way == 6:
        text = bytearray(right, "latin-1")
        for _ in range(chance.randint(1, 3)):
            text[chance.randrange(len(text))] = chance.choice(b"0123456789abcdefghijklmnopqrstuvwxyz&=%;+?!~\x80\xff")
        return text.decode("latin-1")
    elif way == 7:
        return right[: chance.randrange(len(right))]
    else:
        return right.replace("&", chance.choice([";", "&&", "&amp;", "%26"]))
    return "&".join(parts)
