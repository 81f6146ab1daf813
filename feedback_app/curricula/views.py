"""Courses and their versions, for everybody."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.curricula import queries, services
from feedback_app.curricula.covering_queries import covers_of
from feedback_app.curricula.labels import GROUND_LABELS
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import listings
from feedback_app.rounds.queries import standings_of
from feedback_app.rounds.standings import LABELS as STANDING_LABELS
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language

bp = Blueprint("curricula", __name__)


@bp.get("/curricula")
@public
def index() -> ResponseReturnValue:
    """Every course with a published version."""
    courses = queries.curricula(db.session, on=clock.now().date())
    return render_template("curricula/index.html", courses=courses)


@bp.get("/curricula/<slug:slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """One course: what it is, its versions with their standings, its comment periods."""
    viewer = current_actor()
    curriculum = queries.get_curriculum(db.session, slug, viewer=viewer)
    revisions = queries.revisions_of(db.session, curriculum, viewer=viewer)
    newest = next((revision for revision in revisions if revision.is_public), None)
    return render_template(
        "curricula/show.html",
        curriculum=curriculum,
        revisions=revisions,
        newest=newest,
        outline=queries.outline(db.session, newest.id, words=False) if newest else [],
        standings=standings_of(db.session, curriculum),
        standing_labels=STANDING_LABELS,
        rounds=listings.rounds_of(
            db.session,
            viewer=viewer,
            locale=current_language(),
            curriculum_id=curriculum.id,
        ),
        writes=policy.allows(viewer, Permission.READ_DRAFT, curriculum),
        publishes=policy.allows(viewer, Permission.PUBLISH_REVISION, curriculum),
    )


@bp.get("/curricula/<slug:slug>/revisions/<number:number>")
@public
def revision(slug: str, number: int) -> ResponseReturnValue:
    """The whole text of one version; what is not shown keeps its place and says why."""
    viewer = current_actor()
    curriculum = queries.get_curriculum(db.session, slug)
    shown = queries.get_revision(db.session, curriculum, number, viewer=viewer)
    sections = queries.outline(db.session, shown.id)
    changes = queries.changes_in(db.session, shown.id) if shown.base_id else []
    return render_template(
        "curricula/revision.html",
        curriculum=curriculum,
        revision=shown,
        sections=sections,
        words=sum(section.words for section in sections if not section.is_withheld),
        changes={change.section_key: change for change in changes},
        removed=[change for change in changes if "removed" in change.kinds],
        standing=standings_of(db.session, curriculum)[shown.id],
        standing_labels=STANDING_LABELS,
        rounds=listings.rounds_of(
            db.session, viewer=viewer, locale=current_language(), revision_id=shown.id
        ),
        reads_withheld=policy.allows(viewer, Permission.READ_WITHHELD, shown),
        covers=covers_of(db.session, shown.id),
        covers_words=shown.is_public
        and policy.allows(viewer, Permission.TAKE_OUT_OF_VIEW, shown),
        ground_labels=GROUND_LABELS,
    )


@bp.route(
    "/curricula/<slug:slug>/revisions/<number:number>/withheld/<key:key>",
    methods=["GET", "POST"],
)
@guarded(Permission.READ_WITHHELD)
def withheld(slug: str, number: int, key: str) -> ResponseReturnValue:
    """A passage that is not shown, for the board's staff; asking for it is noted."""
    viewer = current_actor()
    curriculum = queries.get_curriculum(db.session, slug)
    shown = queries.get_revision(db.session, curriculum, number, viewer=viewer)
    policy.require(viewer, Permission.READ_WITHHELD, shown)
    section = queries.get_section(db.session, shown, key)
    if not section.is_withheld or not shown.is_public:
        raise NotFound
    form = EmptyForm()
    passage = None
    if form.validate_on_submit():
        passage = services.read_passage(db.session, section, actor=viewer)
        db.session.commit()
    return render_template(
        "curricula/withheld.html",
        curriculum=curriculum,
        revision=shown,
        section=section,
        passage=passage,
        form=form,
    )
