"""No table that names a session is forgotten when a session is removed."""

from __future__ import annotations

from running_stack import Stack

from storage.postgres import Database
from storage.session_removal import BY_DAY, BY_SESSION


def test_every_table_that_names_a_session_is_among_those_that_a_removal_goes_through(stack: Stack) -> None:
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        named = connection.execute(
            "SELECT c.table_name FROM information_schema.columns c"
            " JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = 'public'::regnamespace"
            " WHERE c.table_schema = 'public' AND c.column_name = 'session_id'"
            " AND t.relkind IN ('r', 'p') AND NOT t.relispartition"
        ).fetchall()
    assert {table for (table,) in named} == {*BY_DAY, *BY_SESSION}


def test_every_other_column_of_ids_is_known_to_be_empty_or_hashed_when_an_erasure_is_done(stack: Stack) -> None:
    """`erasures` names whom one is about until it is done; `sessions.continuations` goes with its row."""
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        named = connection.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c"
            " JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = 'public'::regnamespace"
            " WHERE c.table_schema = 'public' AND (c.udt_name IN ('uuid', '_uuid')) AND c.column_name <> 'session_id'"
            " AND t.relkind IN ('r', 'p') AND NOT t.relispartition"
        ).fetchall()
    assert set(named) == {
        ("sessions", "visitor_id"),
        ("sessions", "continuations"),
        ("erasures", "visitor_ids"),
    }
