"""`GET /internal/loader/<key>.js`: the script that a customer's page names, with the site's configuration in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response

from collector.monolith.site_directory import SiteDirectory
from heatwake.settings import ROOT, Settings
from storage.postgres import DatabaseUnavailable
from storage.site_rules import ALL_SESSIONS, CONSENT
from storage.sites import Site

DIST = ROOT / "snippet" / "dist"
PLACE = "__HEATWAKE_CONFIG__"


class NotBuilt(RuntimeError):
    """The tracker's files are not there; the text names the missing one and what to do."""


def render(settings: Settings, key: str, site: Site, dist: Path = DIST) -> str:
    """The loader for a site. Raises NotBuilt."""
    try:
        names: str = json.loads((dist / "manifest.json").read_text())["names"]
        text = (dist / "loader.js").read_text()
        config: dict[str, Any] = {
            "key": key,
            "collector": settings.public_url,
            "files": f"{settings.cdn_url}/t/{names}",
            "record": site.record and ("".join(site.known) or True),
        }
        if site.sample_below < ALL_SESSIONS:
            config["sample"] = f"{site.sample_below:08x}"
        if not site.keep_do_not_track:
            config["all"] = True
        if site.consent != "none":
            config["ask"] = CONSENT.index(site.consent)
        if site.privacy != "normal":
            config["privacy"] = site.privacy
    except (OSError, KeyError, ValueError) as error:
        raise NotBuilt(f"The tracker is not built ({error}); bin/up builds it.") from error
    if PLACE not in text:
        raise NotBuilt(f"{dist / 'loader.js'} has no place for the configuration ({PLACE}).")
    return text.replace(PLACE, json.dumps(config, separators=(",", ":")))


def blueprint(directory: SiteDirectory, settings: Settings) -> Blueprint:
    """The loader's route."""
    routes = Blueprint("loader", __name__)

    def script(text: str, status: int, max_age_s: int) -> Response:
        answer = Response(text, status, mimetype="text/javascript")
        answer.headers["Cache-Control"] = f"max-age={max_age_s}" if max_age_s else "no-store"
        return answer

    @routes.get("/internal/loader/<key>.js")
    def loader(key: str) -> Response:
        try:
            site = directory.lookup([key])[key].site
            if site is None:
                return script("/* Heatwake: no site has this key, or it is switched off. */\n", 404, 5)
            return script(render(settings, key, site), 200, 60)
        except (DatabaseUnavailable, NotBuilt) as error:
            # The page goes on without the tracker; the reason is for whoever looks at why.
            return script(f"/* Heatwake is not available: {type(error).__name__}. */\n", 503, 0)

    return routes
