"""What every migration promises in its first lines, and that files are taken in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.migrate import MIGRATIONS, MigrationError, migrations

FILES = sorted(MIGRATIONS.glob("*.sql"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_migration_says_what_it_does_which_locks_it_takes_and_how_to_undo_it(path: Path) -> None:
    comment, _, body = path.read_text().partition("\nSET ")
    kind = path.name.split("_")[1]
    assert comment.startswith(f"-- {kind}: ")
    assert "locks: " in comment
    assert "undo: " in comment
    assert "lock_timeout" in body.splitlines()[0]


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [int(one.name[:4]) for one in migrations()] == list(range(1, len(FILES) + 1))


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["0001_expand_a.sql", "0001_expand_b.sql"], "the same number"),
        (["0001_a.sql"], "is named"),
        (["1_expand_a.sql"], "is named"),
    ],
)
def test_wrong_name_is_refused(tmp_path: Path, names: list[str], says: str) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(MigrationError, match=says):
        migrations(tmp_path)
