"""The first project, against a real Postgres."""

from __future__ import annotations

import psycopg
from running_stack import Stack

from storage.first_project import ensure_first_project


def test_first_project_is_made_once_however_often_it_is_asked_for(stack: Stack) -> None:
    owner = stack.settings.dsn("owner")
    words = ("First account", "First project", "https://shop.example", "firstsitekey0000", "hw_first_api_key")
    made = {ensure_first_project(owner, *words) for _ in range(3)}
    moved = (*words[:2], "https://new-shop.example", *words[3:])
    made |= {ensure_first_project(owner, *moved) for _ in range(2)}
    assert len(made) == 1
    with psycopg.connect(owner) as connection:
        sites = connection.execute("SELECT site_key, origins FROM sites WHERE project_id = %s", tuple(made)).fetchall()
        keys = connection.execute("SELECT prefix FROM api_keys WHERE project_id = %s", tuple(made)).fetchall()
    assert sites == [("firstsitekey0000", ["https://shop.example", "https://new-shop.example"])]
    assert keys == [("hw_first",)]
