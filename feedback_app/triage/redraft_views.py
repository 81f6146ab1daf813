"""A draft's changes and why they were made: the redline so far, naming causes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments.beside import Beside
from feedback_app.comments.models import Point
from feedback_app.comments.queries import beside_section
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.comparison import Comparison, SectionComparison
from feedback_app.curricula.models import Revision
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage import asking, cause_queries, hunks
from feedback_app.triage import changes as explained
from feedback_app.triage.causes import (
    CauseWithoutComment,
    get_cause,
    name_cause,
    remove_cause,
)
from feedback_app.triage.changes import ExplainedSection
from feedback_app.triage.changes_public import arrange, bp, drawing_tools, quote_of
from feedback_app.triage.compared import draft_with_base
from feedback_app.triage.gate import locate_causes
from feedback_app.triage.gate_forms import CAUSE_LABELS, CauseForm
from feedback_app.triage.gate_views import words_around
from feedback_app.triage.models import CauseKind
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded

PUBLIC_ID = re.compile(r"[a-z2-7]{26}")


class UnknownComment(Invalid):
    message = N_("There is no comment at this address.")
    field = "elsewhere"


@bp.get("/authoring/<slug:slug>/changes")
@guarded(Permission.READ_DRAFT)
def draft_changes(slug: str) -> ResponseReturnValue:
    """The draft against the version before, each change with its reasons so far."""
    viewer = current_actor()
    revision = curricula.get_draft(db.session, slug, viewer=viewer)
    comparison = draft_with_base(db.session, revision)
    page = None
    if comparison is not None:
        causes = explained.causes_with_comments(db.session, revision.id, viewer)
        page = arrange(
            curricula.outline(db.session, revision.id, words=False),
            {at: s for at, s in enumerate(comparison.sections, start=1) if s.is_changed},
            causes,
            locate_causes(comparison, causes),
        )
    return render_template(
        "triage/draft_changes.html",
        curriculum=revision.curriculum,
        revision=revision,
        page=page,
        writes=policy.allows(viewer, Permission.PROPOSE_CAUSE, revision),
        publishes=policy.allows(viewer, Permission.PUBLISH_REVISION, revision),
        **drawing_tools(),
    )


@bp.route("/authoring/<slug:slug>/changes/<key:key>/cause", methods=["GET", "POST"])
@guarded(Permission.PROPOSE_CAUSE)
def cause(slug: str, key: str) -> ResponseReturnValue:
    """Say why a section, or one numbered change in it, is different."""
    form = CauseForm()
    if form.is_submitted():
        db.let_go()
    with db.reading() as session:
        revision = _draft(session, slug, Permission.PROPOSE_CAUSE)
        section = _changed_section(draft_with_base(session, revision), key)
        number = _number(section)
        offered = _offered(session, revision, section, number)
        form.points.choices = dict(offered)
        if not form.is_submitted():
            form.version.data = str(revision.version)
            return _cause_page(session, revision, section, number, form), 200
        if not form.validate():
            return _cause_page(session, revision, section, number, form), 422
        if form.version.data != str(revision.version):
            form.version.data = str(revision.version)
            return _cause_page(session, revision, section, number, form, is_stale=True), 409
    excerpt = hunks.words_of(section, number) if number else ""
    try:
        _name(slug, section.key, number, excerpt, form)
    except Invalid as error:
        db.let_go()
        with db.reading() as session:
            form.reject(_beside_its_field(error))
            revision = _draft(session, slug, Permission.PROPOSE_CAUSE)
            return _cause_page(session, revision, section, number, form), 422
    db.session.commit()
    flash(_("The reason is noted. It becomes public with the version."), "success")
    return redirect(url_for(".draft_changes", slug=slug, _anchor=section.key), 303)


def _name(slug: str, key: str, number: int | None, excerpt: str, form: CauseForm) -> None:
    """One cause, or one for each chosen comment; all or none."""
    revision = _draft(db.session, slug, Permission.PROPOSE_CAUSE)
    kind = form.kind.data
    common: dict[str, Any] = {
        "actor": current_actor(),
        "section_key": key,
        "kind": kind,
        "hunk": number,
        "excerpt": excerpt,
    }
    if kind is not CauseKind.POINT:
        name_cause(db.session, revision, note=form.note.data or "", **common)
        return
    points = _points(db.session, form)
    if not points:
        raise CauseWithoutComment
    for point in points:
        name_cause(db.session, revision, point=point, **common)


def _points(session: Session, form: CauseForm) -> list[Point]:
    found = cause_queries.points_named(session, form.points.data or [])
    typed = (form.elsewhere.data or "").strip()
    if typed:
        named = PUBLIC_ID.search(typed)
        point = (
            cause_queries.find_first_point(session, named.group(), viewer=current_actor())
            if named
            else None
        )
        if point is None:
            raise UnknownComment
        found.append(point)
    return found


def _beside_its_field(error: Invalid) -> Invalid:
    if error.at == "point":
        error.at = "points"
    return error


def _draft(session: Session, slug: str, permission: Permission) -> Revision:
    revision = curricula.get_draft(session, slug, viewer=current_actor())
    policy.require(current_actor(), permission, revision)
    return revision


def _changed_section(comparison: Comparison | None, key: str) -> SectionComparison:
    section = hunks.find_section(comparison, key)
    if section is None or not section.is_changed:
        raise NotFound
    return section


def _number(section: SectionComparison) -> int | None:
    """The change that the address names; none means the section as a whole."""
    given = request.args.get("hunk", "")
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 6:
        raise NotFound
    number = int(given)
    if not 1 <= number <= len(section.hunks):
        raise NotFound
    return number


def _offered(
    session: Session, revision: Revision, section: SectionComparison, number: int | None
) -> list[tuple[str, str]]:
    """Points of this section's comments, those about the changed words first."""
    beside = beside_section(session, revision, section.old_key or section.key, current_actor())
    if number is not None:
        hunk = section.hunk(number)
        words = section.old_text()[hunk.old_start : hunk.old_end]
        beside = sorted(
            beside, key=lambda each: not _about(each.exact, words, section, hunk.old_start)
        )
    ids = {each.card.id: place for place, each in enumerate(beside)}
    rows = cause_queries.points_of_comments(session, ids)
    rows.sort(key=lambda point: (ids[point.comment_id], point.number))
    return [
        (
            point.public_id,
            _(
                "%(name)s: %(words)s",
                name=point.comment.display_name or _("Unnamed"),
                words=quote_of(point.passage),
            ),
        )
        for point in rows
    ]


def _about(quote: str, words: str, section: SectionComparison, start: int) -> bool:
    """Whether a quote of the old text and the changed words overlap."""
    at = section.old_text().find(quote) if quote else -1
    return at >= 0 and at < start + len(words) + 1 and start < at + len(quote) + 1


def _cause_page(
    session: Session,
    revision: Revision,
    section: SectionComparison,
    number: int | None,
    form: CauseForm,
    *,
    is_stale: bool = False,
) -> str:
    before, after = words_around(section, number)
    causes = explained.causes_with_comments(session, revision.id, current_actor())
    places = locate_causes(Comparison((section,)), causes)
    return render_template(
        "triage/cause.html",
        curriculum=revision.curriculum,
        revision=revision,
        section=section,
        number=number,
        before=before,
        after=after,
        form=form,
        named=[
            cause
            for cause in causes
            if cause.section_key == section.key and places.get(cause.id, -1) == number
        ],
        quote_of=quote_of,
        cause_labels=CAUSE_LABELS,
        is_stale=is_stale,
    )


@bp.route("/authoring/<slug:slug>/causes/<public_id:cause_id>/remove", methods=["GET", "POST"])
@guarded(Permission.PROPOSE_CAUSE)
def take_cause_back(slug: str, cause_id: str) -> ResponseReturnValue:
    """Take back a reason that was named by mistake."""
    revision = _draft(db.session, slug, Permission.PROPOSE_CAUSE)
    found = get_cause(db.session, revision, cause_id)
    form = EmptyForm()
    if form.validate_on_submit():
        remove_cause(db.session, found, actor=current_actor())
        db.session.commit()
        flash(_("The reason is taken back."), "success")
        return redirect(url_for(".draft_changes", slug=slug), 303)
    page = render_template(
        "triage/take_cause_back.html",
        curriculum=revision.curriculum,
        revision=revision,
        cause=found,
        form=form,
        quote_of=quote_of,
        cause_labels=CAUSE_LABELS,
    )
    return page, 422 if form.errors else 200


@bp.app_context_processor
def beside_a_draft() -> dict[str, Any]:
    """What the section editor's partial of reasons calls."""

    def explained_section(
        revision: Revision, comparison: SectionComparison
    ) -> ExplainedSection:
        causes = explained.causes_with_comments(db.session, revision.id, current_actor())
        places = locate_causes(Comparison((comparison,)), causes)
        return explained.explain(comparison, causes, places)

    def unexplained(
        revision: Revision, comparison: SectionComparison, beside: Sequence[Beside]
    ) -> list[asking.Unexplained]:
        return asking.unexplained(db.session, revision, comparison, beside)

    return {
        "explained_section": explained_section,
        "redline_tools": drawing_tools,
        "unexplained": unexplained,
        "quote_of": quote_of,
    }
