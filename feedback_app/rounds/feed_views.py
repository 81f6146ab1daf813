"""What has happened to comment periods and courses, as feeds."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response
from flask_babel import gettext as _

from feedback_app.core import clock
from feedback_app.curricula.queries import get_curriculum
from feedback_app.extensions import db
from feedback_app.notifications.telling import News
from feedback_app.notifications.wording import sentence
from feedback_app.organizations.models import OrganizationKind
from feedback_app.organizations.queries import get_organization
from feedback_app.policy import VISITOR
from feedback_app.rounds.history import history
from feedback_app.web.feeds import Entry, feed
from feedback_app.web.identity import public
from feedback_app.web.templating import current_language

bp = Blueprint("feeds", __name__)


@bp.get("/feeds/rounds.atom")
@public
def rounds() -> Response:
    """Every comment period of the site."""
    news = history(db.session, at=clock.now(), revisions=False)
    return feed(_("Comment periods"), _entries(news), page="/rounds")


@bp.get("/feeds/curricula/<slug:slug>.atom")
@public
def course(slug: str) -> Response:
    """One course: its versions and its comment periods; the same for whoever asks."""
    curriculum = get_curriculum(db.session, slug, viewer=VISITOR)
    news = history(db.session, at=clock.now(), curriculum_id=curriculum.id)
    return feed(curriculum.title, _entries(news), page=f"/curricula/{slug}")


@bp.get("/feeds/departments/<slug:slug>.atom")
@public
def department(slug: str) -> Response:
    """All courses of one department."""
    found = get_organization(db.session, slug, kind=OrganizationKind.DEPARTMENT)
    news = history(db.session, at=clock.now(), department_id=found.id)
    return feed(found.name, _entries(news), page=f"/departments/{slug}/follow")


def _entries(news: Sequence[News]) -> list[Entry]:
    language = current_language()
    return [
        Entry(
            path=each.path,
            mark="-".join(each.once_key.replace(":", "-").split()),
            title=sentence(each.kind, each.title_in(language), each.facts, each.time_zone),
            at=each.happened_at,
        )
        for each in news
    ]
