"""A node's Flask monolith: the cooler paths behind the door (sites, the loader, full checks), on a unix socket.

Only the node's nginx reaches it. `create_app` is all that may be imported from here.
"""

from __future__ import annotations

import os

from flask import Flask
from prometheus_client import CollectorRegistry

from collector.monolith import checks, health, loader, request_log, site_answers
from collector.monolith.site_directory import SiteDirectory
from heatwake.logs import start_logs
from heatwake.settings import Settings, load
from storage.cache import open_cache
from storage.postgres import Database


def create_app(settings: Settings | None = None) -> Flask:
    """The application of one node; nothing is connected before the first request."""
    settings = settings or load()
    start_logs(f"monolith-{os.environ.get('HEATWAKE_NODE', '1')}", settings.log_level)
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = max(
        settings.collector.body_limit_events, settings.collector.body_limit_recording
    )
    database = Database(settings, "worker", size=4)
    registry = CollectorRegistry()
    directory = SiteDirectory(database, open_cache(settings), settings.collector.site_cache_s, registry)
    request_log.attach(app, registry)
    app.register_blueprint(site_answers.blueprint(directory))
    app.register_blueprint(loader.blueprint(directory, settings))
    app.register_blueprint(checks.blueprint())
    app.register_blueprint(health.blueprint(database, registry))
    return app
