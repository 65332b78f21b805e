"""`heatwake dead-letters`: records that the worker could not use; look at them, run them again, or drop them."""

from __future__ import annotations

import argparse
import base64
import contextlib
import datetime as dt
import gzip
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from collector.records import Record
from collector.worker.dead_letters import NotWhole, again, record_of
from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from storage.event_stream import EventStream, open_event_stream
from storage.event_stream.dead_letters import DeadLetter

SHOWN = 20
ERROR_LENGTH = 100  # characters of a line


def add(commands: Any) -> None:
    """Add `dead-letters list`, `show`, `rerun` and `drop`."""
    group = commands.add_parser("dead-letters", help="records that the worker could not use").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    listing = group.add_parser("list", help="the newest, without what visitors sent")
    listing.add_argument("--reason", metavar="R", help="only those with this reason, for example poisoned")
    listing.add_argument("--limit", type=int, default=SHOWN, metavar="N", help=f"at most so many, else {SHOWN}")
    listing.add_argument("--json", action="store_true", help="as one JSON array")
    listing.set_defaults(run=run_list)
    show = group.add_parser("show", help="one with its whole record, and so with what a visitor sent")
    show.add_argument("id", metavar="ID", help="as `list` shows it")
    show.add_argument("--json", action="store_true", help="as one JSON object")
    show.set_defaults(run=run_show)
    for name, run, what in (
        ("rerun", run_rerun, "put back into the stream, each once"),
        ("drop", run_drop, "forget for good"),
    ):
        act = group.add_parser(name, help=what)
        act.add_argument("ids", metavar="ID", nargs="*", help="as `list` shows it")
        act.add_argument("--all", action="store_true", help="all there are")
        act.add_argument("--reason", metavar="R", help="with --all: only those with this reason")
        act.add_argument("--json", action="store_true", help="the numbers as one JSON object")
        act.set_defaults(run=run)


def run_list(settings: Settings, asked: argparse.Namespace) -> int:
    """Print the newest."""
    stream = open_event_stream(settings)
    listed = [summary(letter) for letter in islice(_chosen(stream, asked.reason), max(0, asked.limit))]
    if asked.json:
        print(json.dumps(listed, indent=2))
        return 0
    for one in listed:
        whose = f"project {one['project_id']}  {one['channel']}" if one["request_id"] else "not readable"
        print(f"{one['id']}  {one['buried_at']}  {one['reason']}  {whose}  {one['bytes']:,} bytes")
        print(f"    request {one['request_id'] or '-'}: {one['error'][:ERROR_LENGTH]}")
    print(f"{len(listed)} of {stream.dead_length()} dead letters.")
    return 0


def summary(letter: DeadLetter) -> dict[str, Any]:
    """What can be told of a letter without showing what a visitor sent."""
    record = _record(letter)
    return {
        "id": letter.source,
        "buried_at": dt.datetime.fromtimestamp(letter.buried_ms / 1000, dt.UTC).isoformat(timespec="seconds"),
        "reason": letter.reason,
        "error": letter.error.partition("\n")[0],
        "bytes": len(letter.record),
        "project_id": record.project_id if record else None,
        "channel": record.channel if record else None,
        "request_id": record.request_id if record else None,
        "received_ms": record.received_ms if record else None,
    }


def run_show(settings: Settings, asked: argparse.Namespace) -> int:
    """Print one, whole."""
    letter = open_event_stream(settings).dead_letter(asked.id)
    if letter is None:
        raise CommandError(f"There is no dead letter {asked.id}; `heatwake dead-letters list` shows those there are.")
    record = _record(letter)
    whole = summary(letter) | {"error": letter.error, "user_agent": None, "query": None}
    if record:
        whole |= {"user_agent": record.ua.decode(errors="replace"), "query": record.query.decode(errors="replace")}
    body = record.body if record else letter.record
    with contextlib.suppress(OSError, EOFError):
        body = gzip.decompress(body)
    try:
        whole["body"] = body.decode()
    except UnicodeDecodeError:
        whole["body_base64"] = base64.b64encode(body).decode()
    if asked.json:
        print(json.dumps(whole, indent=2))
    else:
        for name, value in whole.items():
            print(f"{name:<12} {value}")
    return 0


def run_rerun(settings: Settings, asked: argparse.Namespace) -> int:
    """Put back into the stream what was asked for."""
    stream = open_event_stream(settings)
    done, left = 0, []
    for letter in _asked_for(stream, asked):
        try:
            done += stream.put_back(letter.source, again(letter))
        except NotWhole as error:
            left.append(str(error))
    if asked.json:
        print(json.dumps({"rerun": done, "left": left}))
    else:
        print(f"{done} dead letters are in the stream again; one that still can't be used is buried anew.")
        for why in left:
            print(f"  left where it is, since it holds no whole record: {why}")
    return 1 if left else 0


def run_drop(settings: Settings, asked: argparse.Namespace) -> int:
    """Forget what was asked for."""
    stream = open_event_stream(settings)
    dropped = sum(stream.drop_dead(letter.source) for letter in _asked_for(stream, asked))
    print(json.dumps({"dropped": dropped}) if asked.json else f"{dropped} dead letters dropped.")
    return 0


def _asked_for(stream: EventStream, asked: argparse.Namespace) -> list[DeadLetter] | Iterator[DeadLetter]:
    """The letters that the command names, as they are now; one that comes meanwhile is not among them."""
    if asked.all == bool(asked.ids):
        raise CommandError("Name the dead letters by their ids, or all of them by --all.")
    if asked.reason and not asked.all:
        raise CommandError("--reason chooses among --all.")
    ids = asked.ids or [letter.source for letter in _chosen(stream, asked.reason)]
    found = ((source, stream.dead_letter(source)) for source in ids)
    if asked.all:
        return (letter for _, letter in found if letter)
    listed = list(found)
    if missing := [source for source, letter in listed if letter is None]:
        raise CommandError(f"There is no dead letter {', '.join(missing)}; maybe it was run again already.")
    return [letter for _, letter in listed if letter]


def _chosen(stream: EventStream, reason: str | None) -> Iterator[DeadLetter]:
    return (letter for letter in stream.all_dead() if reason in (None, letter.reason))


def _record(letter: DeadLetter) -> Record | None:
    try:
        return record_of(letter)
    except NotWhole:
        return None
