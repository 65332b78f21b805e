"""Heatwake's own Dash components: `Player`, `RecordingFile`, `HeatmapView`; made by `npm run build` in components/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ._imports_ import *  # noqa: F403
from ._imports_ import __all__

_NAMESPACE = "heatwake_components"
__version__: str = json.loads((Path(__file__).parent / "package.json").read_text())["version"]

_js_dist: list[dict[str, Any]] = [
    {"relative_package_path": "heatwake_components.js", "namespace": _NAMESPACE},
    # Loaded by heatwake_components.js when a player or a map first needs it.
    {"relative_package_path": "async-replay.js", "namespace": _NAMESPACE, "async": True},
]
_css_dist: list[dict[str, Any]] = [{"relative_package_path": "heatwake_components.css", "namespace": _NAMESPACE}]

for _name in __all__:
    locals()[_name]._js_dist = _js_dist
    locals()[_name]._css_dist = _css_dist
