"""The key that signs sign-ins and forms: from the settings, or made once and kept where only its owner can read it."""

from __future__ import annotations

import hashlib
import os
import secrets

from heatwake.settings import Settings


def secret_key(settings: Settings) -> str:
    """The key; all processes of the installation get the same one, also those that start at once the first time."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.var / "secrets" / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        part = path.with_name(f"secret_key.{os.getpid()}.part")
        part.touch(mode=0o600)
        part.write_text(secrets.token_hex(32))
        try:
            os.link(part, path)
        except FileExistsError:
            pass  # another process was first; its key is everybody's
        finally:
            part.unlink()
    return path.read_text().strip()


def cookie_name(key: str, purpose: str) -> str:
    """A cookie's name of this installation: cookies know no ports, and two installations may share a host."""
    return f"hw_{purpose}_{hashlib.sha256(key.encode()).hexdigest()[:8]}"
