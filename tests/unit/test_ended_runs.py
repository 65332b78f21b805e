"""A run of the tests that is told to end leaves nothing running."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from door import until

from heatwake.settings import ROOT

WAITING = """
import time
from pathlib import Path
import pytest

@pytest.fixture
def server():
    Path("began").touch()
    yield
    Path("ended").touch()

def test_waits(server):
    time.sleep(60)
"""


def test_fixtures_of_a_run_that_is_told_to_end_are_torn_down(tmp_path: Path) -> None:
    (tmp_path / "test_waiting.py").write_text(WAITING)
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-c", os.devnull, "--rootdir", ".", "test_waiting.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        until((tmp_path / "began").exists, "the run to have begun")
        process.terminate()
        assert process.wait(30) == 2, "as after Ctrl-C"
        assert (tmp_path / "ended").exists()
    finally:
        process.kill()
