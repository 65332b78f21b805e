"""Every command of `heatwake` is documented, and every documented one exists."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest

from heatwake.cli import main, parser
from heatwake.settings import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def commands(
    top: argparse.ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The leaves: `project create` and its parser."""
    groups = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield " ".join(words), top
    for group in groups:
        for name, below in group.choices.items():
            yield from commands(below, (*words, name))


COMMANDS = dict(commands(parser()))


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    rows = re.findall(r"^\| `bin/heatwake ([a-z-]+(?: [a-z-]+)*)", OPERATIONS, re.M)
    assert sorted(rows) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_is_documented_and_has_a_help_text(name: str) -> None:
    row = next(line for line in OPERATIONS.splitlines() if re.match(rf"\| `bin/heatwake {name}[ `]", line))
    for action in COMMANDS[name]._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        assert action.help, f"{name} {action.dest}"
        for option in action.option_strings[-1:]:
            assert option in row


def test_unknown_command_names_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["statsu"])
    assert ended.value.code == 2
    assert "status" in capsys.readouterr().err


def test_wrong_setting_ends_a_command_with_its_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEATWAKE_COLLECTOR_NODES", "many")
    assert main(["status"]) == 1
    assert "collector.nodes is 'many'" in capsys.readouterr().err
