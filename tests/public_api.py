"""The public API as a customer's program asks it, for tests."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

from running_stack import Stack


class PublicApi:
    """Asks about one project with its API key."""

    def __init__(self, stack: Stack, project_id: int, api_key: str) -> None:
        self._base = f"{stack.edge}/api/v1/projects/{project_id}"
        self._headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}

    def get(self, path: str, **query: str | int) -> Any:
        """The answer to GET; fails the test for another status than 200. `from` is spelled `from_`."""
        asked = urlencode({name.rstrip("_"): value for name, value in query.items()})
        return self._ask(urllib.request.Request(f"{self._base}{path}?{asked}", headers=self._headers))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to POST; fails the test for another status than 200."""
        data = json.dumps(body).encode()
        return self._ask(urllib.request.Request(f"{self._base}{path}", data, self._headers))

    def delete(self, path: str) -> None:
        """DELETE; fails the test for another status than 204."""
        self._ask(urllib.request.Request(f"{self._base}{path}", headers=self._headers, method="DELETE"))

    def _ask(self, request: urllib.request.Request) -> Any:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{request.full_url}: {error.code} {error.read().decode()}") from error
