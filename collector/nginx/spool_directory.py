"""The directory of the spool, which nginx's workers write to whatever user they run as."""

from __future__ import annotations

import shutil
from pathlib import Path

from heatwake.settings import SettingsError


def make_spool(path: Path, user: str | None) -> None:
    """Make `path` if it is missing and give it, with what waits there, to `user`; None: to whoever this is.

    Raises SettingsError where it can't be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)  # it holds what visitors sent
        if user:
            for place in (path, *path.iterdir()):
                shutil.chown(place, user)
    except FileNotFoundError:
        pass  # a node that runs already has just drained a segment
    except OSError as error:
        raise SettingsError(
            f"The spool's directory {path} can't be used: {error.strerror}. See collector.spool."
        ) from error
