"""Pages of a department about its own work: who has how much, what authors were asked."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from feedback_app import policy
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.organizations.models import Organization
from feedback_app.organizations.queries import get_organization
from feedback_app.policy import OrganizationKind, Permission
from feedback_app.triage import sharing
from feedback_app.triage.lot_views import page_number, pages
from feedback_app.triage.sharing import Asked, Office
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language

bp = Blueprint("sharing", __name__)
ASKED_LABELS = {
    Asked.OPEN: N_("Wait for an answer"),
    Asked.ANSWERED: N_("Answered"),
    Asked.TAKEN_BACK: N_("Taken back"),
}


@bp.get("/departments/<slug:slug>/load")
@guarded(Permission.SEE_LOAD)
def load(slug: str) -> ResponseReturnValue:
    """Who has how many comments to answer, by when, and what nobody has."""
    department = _department(slug, Permission.SEE_LOAD)
    office = Office(department.id)
    return render_template(
        "sharing/load.html",
        department=department,
        loads=sharing.loads_of(db.session, department, current_language()),
        gives=policy.allows(current_actor(), Permission.TRIAGE, office),
    )


@bp.get("/departments/<slug:slug>/questions")
@guarded(Permission.PROPOSE_CAUSE)
def questions(slug: str) -> ResponseReturnValue:
    """Everything that moderators asked the authors of courses, and their answers."""
    department = _department(slug, Permission.PROPOSE_CAUSE)
    asked = request.args.get("state", "")
    state = Asked(asked) if asked in set(Asked) else Asked.OPEN
    number = page_number()
    rows = sharing.questions_of(db.session, department.id, state, after=number * sharing.SHOWN)
    shown = rows[: sharing.SHOWN]
    return render_template(
        "sharing/questions.html",
        department=department,
        rows=shown,
        titles=sharing.round_titles(db.session, shown, current_language()),
        counts=sharing.questions_counted(db.session, department.id),
        state=state,
        labels=ASKED_LABELS,
        moderates=policy.allows(current_actor(), Permission.TRIAGE, Office(department.id)),
        **pages(".questions", number, len(rows) > sharing.SHOWN, slug=slug, state=state.value),
    )


def _department(slug: str, permission: Permission) -> Organization:
    department = get_organization(db.session, slug, kind=OrganizationKind.DEPARTMENT)
    policy.require(current_actor(), permission, Office(department.id))
    return department
