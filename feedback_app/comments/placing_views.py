"""The author of a comment objects to the place where its words are said to be now."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.comments import placing
from feedback_app.comments.leaving_views import own
from feedback_app.comments.models import Placement
from feedback_app.comments.queries import titles_in
from feedback_app.comments.reading_views import bp
from feedback_app.curricula.queries import get_section, newest_published
from feedback_app.extensions import db, limiter
from feedback_app.web import limits
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, public


@bp.route("/comments/<public_id:comment_id>/place", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def misplaced(comment_id: str) -> ResponseReturnValue:
    """Both places, the old words and the new; its author may say that they are wrong."""
    form = EmptyForm()
    sent = form.validate_on_submit()
    comment, holder = own(comment_id)
    revision = newest_published(db.session, comment.revision.curriculum_id)
    placement: Placement | None = None
    if revision is not None:
        placement = placing.find_placement(db.session, comment.id, revision.id)
    if sent and revision is not None:
        placing.object_to_place(
            db.session, comment, revision, actor=current_actor(), holder=holder
        )
        db.session.commit()
        flash(_("Thank you. A person will look for the right place."), "success")
        return redirect(url_for("comments.show", comment_id=comment_id), 303)
    before, now = comment.anchor.exact if comment.anchor else "", ""
    if revision and placement:
        titles = titles_in(db.session, {comment.revision_id, revision.id})
        before = before or _section(titles, comment.revision_id, comment.section_key)
        now = _section(titles, revision.id, placement.section_key)
        if placement.section_key and placement.end:
            section = get_section(db.session, revision, placement.section_key)
            now = section.text[placement.start : placement.end]
    page = render_template(
        "comments/misplaced.html",
        comment=comment,
        placement=placement,
        number=revision.number if revision is not None else None,
        before=before,
        now=now,
        form=form,
    )
    return page, 422 if form.form_errors else 200


def _section(
    titles: Mapping[tuple[int, str], tuple[str, str]], id_: int, key: str | None
) -> str:
    return " ".join(titles.get((id_, key or ""), ()))
