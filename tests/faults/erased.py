"""A person who visits a site, for tests of erasure: what they send, and by which texts they are known."""

from __future__ import annotations

import gzip
import json
import secrets
import time
import uuid
from dataclasses import dataclass, field

from door import Door, Site, Visitor, events
from recorded_visit import HOME, click, page, recording
from running_stack import Stack


@dataclass
class Person:
    """One browser, whose site says who it is."""

    user: str = field(default_factory=lambda: f"person-{secrets.token_hex(8)}@people.example")
    visitor: Visitor = field(default_factory=Visitor)
    clicks: int = 0
    _numbers: dict[str, int] = field(default_factory=lambda: {"e": 0, "r": 0})

    @property
    def session(self) -> uuid.UUID:
        return uuid.UUID(self.visitor.session)

    @property
    def id(self) -> uuid.UUID:
        return uuid.UUID(self.visitor.visitor)

    @property
    def known_by(self) -> list[bytes]:
        """All texts and bytes that say that something is theirs, in lower case."""
        ids = [self.visitor.session, self.visitor.visitor]
        dashed = [str(uuid.UUID(one)) for one in ids]
        # Regular letters among the raw bytes are compared in lower case, as the search does.
        return [*(one.encode() for one in (*ids, *dashed, self.user)), *(bytes.fromhex(one).lower() for one in ids)]

    def begin(self, stack: Stack, site: Site, clicks: int) -> None:
        """A page view with clicks, who they are, and a recording."""
        at = int(time.time() * 1000) - 2_000
        who = {"k": "identify", "t": at + 50, "id": self.user, "traits": {"plan": self.user}}
        self.send(stack, site, "e", events(page(HOME, at), who, *(click("#buy", at + 100) for _ in range(clicks))))
        self.clicks += clicks
        self.send(stack, site, "r", gzip.compress(json.dumps(recording(at)).encode()))

    def go_on(self, stack: Stack, site: Site, clicks: int) -> None:
        """More clicks, and who they are once more."""
        at = int(time.time() * 1000)
        who = {"k": "identify", "t": at, "id": self.user, "traits": {}}
        self.send(stack, site, "e", events(who, *(click("#buy", at) for _ in range(clicks))))
        self.clicks += clicks

    def send(self, stack: Stack, site: Site, channel: str, body: bytes) -> None:
        """The next request of the channel, acknowledged."""
        door = Door(stack)
        number = self._numbers[channel]
        self._numbers[channel] += 1
        answer = door.send(f"/c/{channel}?{self.visitor.query(site.key, number)}", body)
        door.close()
        assert answer.status == 204, answer.body
