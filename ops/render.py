"""Configuration files of servers, from `ops/templates/`."""

from __future__ import annotations

from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, target: Path, mode: int = 0o644, **values: object) -> Path:
    """Write `ops/templates/<template>` with `$name` replaced to `target`; a name without a value is a KeyError."""
    text = Template((TEMPLATES / template).read_text()).substitute(values)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=mode)
    target.chmod(mode)
    target.write_text(text)
    return target
