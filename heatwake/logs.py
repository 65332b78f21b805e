"""Structured logs: one JSON object a line on standard error, with the request id; never a visitor's data."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any


class JsonLines(logging.Formatter):
    """`{"at", "level", "process", "event", …fields}`; fields are passed as `extra={"fields": {…}}`."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "process": self.process,
            "event": record.getMessage(),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def start_logs(process: str, level: str) -> None:
    """Send every log line of this process to standard error as JSON. `process`: its name in the Procfile."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def event(logger: logging.Logger, level: int, name: str, **fields: Any) -> None:
    """Log that `name` happened, with fields."""
    logger.log(level, name, extra={"fields": fields})
