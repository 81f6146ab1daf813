"""Whether the process lives, and whether its database is the one it expects."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from feedback_app.core import schema
from feedback_app.extensions import db
from feedback_app.web.identity import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return {"status": "ok"}


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Ready when the database answers and stands at the newest migration."""
    try:
        at = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return {"status": "no database"}, 503
    if at != schema.head():
        return {"status": "migrations are missing"}, 503
    return {"status": "ok"}
