"""Co-designing police-training curricula with the community."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(given: Mapping[str, Any] | None = None) -> Flask:
    """The whole application; settings that do not fit stop it here.

    Flask is imported here and not above: the child process that reads an uploaded file imports
    this package too, and needs none of it.
    """
    from flask import Flask

    from feedback_app import config
    from feedback_app.web.translating import SpokenTemplates

    app = Flask(
        __name__,
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
    )
    app.jinja_environment = SpokenTemplates
    app.config.from_mapping(config.load(given or {}))
    _bind_extensions(app)
    _add_glue(app)
    _add_features(app)

    from feedback_app.web import identity

    identity.check_routes(app)
    return app


def _bind_extensions(app: Flask) -> None:
    from feedback_app import extensions, models  # noqa: F401 - the mapper needs every table
    from feedback_app.core.media import Media

    extensions.db.init_app(app)
    app.extensions["media"] = Media(Path(app.config["MEDIA"]))
    extensions.csrf.init_app(app)
    extensions.mail.init_app(app)
    extensions.limiter.init_app(app)
    extensions.compress.init_app(app)


def _add_glue(app: Flask) -> None:
    from feedback_app.extensions import login_manager
    from feedback_app.web import (
        converters,
        errors,
        health,
        identity,
        security,
        stylesheets,
        templating,
    )

    converters.init_app(app)
    templating.init_app(app)
    stylesheets.init_app(app)
    security.init_app(app)
    identity.init_app(app, login_manager)
    errors.init_app(app)
    app.register_blueprint(health.bp)


FEATURES = (
    "rounds.views",
    "rounds.feed_views",
    "rounds.hosting",
    "rounds.planning_views",
    "rounds.second_views",
    "rounds.kit_views",
    "rounds.background_views",
    "rounds.word_views",
    "comments.numbers_views",
    "comments.views",
    "comments.receipts",
    "comments.keeping_views",
    "comments.offline_views",
    "comments.list_views",
    "comments.spoken_views",
    "comments.session_views",
    "comments.helper_views",
    "comments.joining_views",
    "comments.inviting_views",
    "comments.offering_views",
    "comments.translating_views",
    "comments.waiting_views",
    "comments.flood_views",
    "curricula.views",
    "curricula.covering_views",
    "curricula.authoring",
    "exchange.views",
    "exchange.file_views",
    "exchange.letter_views",
    "exchange.onto_views",
    "exchange.matrix_views",
    "exchange.matrix_file_views",
    "triage.moderating",
    "triage.publishing",
    "triage.public",
    "triage.clock_views",
    "triage.letter_views",
    "triage.bulk_views",
    "triage.sharing_views",
    "triage.view_keeping_views",
    "triage.subjects_public",
    "triage.sample_views",
    "triage.ready_views",
    "organizations.views",
    "accounts.views",
    "notifications.views",
    "notifications.outbox_views",
    "log.views",
)


def _add_features(app: Flask) -> None:
    for feature in FEATURES:
        app.register_blueprint(import_module(f"feedback_app.{feature}").bp)
