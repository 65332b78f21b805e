"""A record that can't be stored stops nobody: it is put aside, and after the cause is mended it is run again, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from door import PAGE, Door, Site, Visitor, events, new_site, until
from event_records import held, workers
from running_stack import Stack
from stored import Stored
from trial import Try


@contextmanager
def refusing(stack: Stack, user_ref: str) -> Iterator[None]:
    """The database refuses sessions of this user, as it would refuse a value that nobody foresaw."""
    check = f"ALTER TABLE sessions ADD CONSTRAINT poison CHECK (user_ref <> '{user_ref}') NOT VALID"
    with psycopg.connect(stack.settings.dsn("owner"), autocommit=True) as connection:
        connection.execute(check.encode())
        try:
            yield
        finally:
            connection.execute("ALTER TABLE sessions DROP CONSTRAINT poison")


def letters(stack: Stack, site: Site) -> list[dict[str, Any]]:
    """The project's dead letters as the command shows them."""
    listed = stack.run("dead-letters", "list", "--limit", "100000", "--json")
    assert listed.returncode == 0, listed.stderr
    return [letter for letter in json.loads(listed.stdout) if letter["project_id"] == site.project_id]


def rerun(stack: Stack, *ids: str) -> int:
    """How many the command says that it has put back."""
    done = stack.run("dead-letters", "rerun", "--json", *ids)
    assert done.returncode == 0, done.stderr
    return int(json.loads(done.stdout)["rerun"])


def test_poisoned_records_are_put_aside_under_load_and_count_once_when_run_again(stack: Stack, trial: Try) -> None:
    site, door = new_site(stack), Door(stack)
    stored, poison = Stored(stack, site), {"k": "identify", "t": 0, "id": f"poison of {site.key}"}
    until(lambda: door.send(f"/c/e?{Visitor().query(site.key)}", events(PAGE)).status == 204, "the site to be known")
    with trial("3 poisoned records") as load:

        def poison_a_batch() -> None:
            with refusing(stack, str(poison["id"])):
                with held(stack, *workers(stack)):
                    for number in range(30):
                        body = events(PAGE, poison) if number in (7, 19, 20) else events(PAGE)
                        assert door.send(f"/c/e?{Visitor().query(site.key)}", body).status == 204
                stored.until_ledger(accepted=28, poisoned=3)

        load.break_it(poison_a_batch)
        aside = letters(stack, site)
        assert [(letter["reason"], letter["channel"]) for letter in aside] == [("poisoned", "e")] * 3
        assert all('constraint "poison"' in letter["error"] and site.key not in str(letter) for letter in aside)
        ids = [letter["id"] for letter in aside]
        assert rerun(stack, *ids) == 3
        stored.until_ledger(accepted=31, poisoned=0)
        again = stack.run("dead-letters", "rerun", *ids)
        assert (again.returncode, again.stdout) == (1, "")
        assert ids[0] in again.stderr
    door.close()
    assert letters(stack, site) == []
    sessions = stored.rows("SELECT page_views, user_ref FROM sessions WHERE project_id = %s")
    assert sorted(sessions) == [(1, "")] * 28 + [(1, str(poison["id"]))] * 3


def test_letter_that_still_can_not_be_used_is_put_aside_again_and_counted_once(stack: Stack) -> None:
    site, door = new_site(stack), Door(stack)
    stored = Stored(stack, site)
    until(lambda: door.send(f"/c/e?{Visitor().query(site.key)}", events(PAGE)).status == 204, "the site to be known")
    secret = b'{"e":[{"k":"click","t":"a secret of the visitor"}]}'
    assert door.send(f"/c/e?{Visitor().query(site.key)}", secret).status == 204
    door.close()
    stored.until_ledger(accepted=1, malformed=1)
    [letter] = letters(stack, site)
    assert "secret" not in str(letter)
    shown = json.loads(stack.run("dead-letters", "show", "--json", letter["id"]).stdout)
    assert shown["body"] == secret.decode()
    assert rerun(stack, letter["id"]) == 1
    [second] = until(
        lambda: [one for one in letters(stack, site) if one["id"] != letter["id"]], "the letter to be buried anew"
    )
    assert second["request_id"] == letter["request_id"]
    until(lambda: stored.ledger() == {"accepted": 1, "malformed": 1}, "one verdict to stand")
    dropped = stack.run("dead-letters", "drop", "--json", second["id"])
    assert json.loads(dropped.stdout) == {"dropped": 1}
    assert letters(stack, site) == []
