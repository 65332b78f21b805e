"""Which stores the data was written to at the last start, so that a start with others says what it won't show."""

from __future__ import annotations

import json

from heatwake.settings import Settings
from ops.console import say


def tell(settings: Settings) -> None:
    """Say it if recordings or the session list lie elsewhere since the last start; note where they lie now."""
    path = settings.var / "data" / "last-stores.json"
    now = {"blobs": settings.blobs.store, "sessions": settings.sessions}
    before = json.loads(path.read_text()) if path.exists() else now
    if before["blobs"] != now["blobs"]:
        say(f"  Recordings made so far lie in the {before['blobs']} store; this shape shows those in {now['blobs']}.")
    if before["sessions"] != now["sessions"]:
        say(f"  The session list was searched in {before['sessions']}; this shape lists what {now['sessions']} knows.")
    if before != now:
        say("  Nothing is lost: `bin/down` and `bin/up` in the earlier shape show it again.")
    path.write_text(json.dumps(now))
