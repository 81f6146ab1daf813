"""What a second person reads of a comment in order to judge it, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from feedback_app.comments.conduct import Eyes, Measure, Sight, sees
from feedback_app.comments.details import personal_details
from feedback_app.comments.masking import Shape, cover, places_of, shape_of
from feedback_app.comments.measure_models import TakenMeasure
from feedback_app.comments.models import Comment
from feedback_app.core.html import render_comment

NO_WORDS = Markup()


@dataclass(frozen=True)
class Judged:
    """The words to be judged, with personal details covered.

    `shapes` tell of each phrase that the measure covers what kind of words it is. `phrases` are
    those that it would cover in words which everybody reads anyway.
    """

    body: str = ""
    html: Markup = NO_WORDS
    suggested_wording: str = ""
    name: str = ""
    shapes: Sequence[tuple[Shape, int]] = ()
    phrases: Sequence[str] = ()


def judged(measure: TakenMeasure, standing: Iterable[TakenMeasure]) -> Judged:
    """Of what everybody reads, the words as they stand; of the rest, as little as will do.

    Covered is what the measures that stand for its comment cover; those of others may be there.
    """
    comment = measure.comment
    if sees(comment.state, Eyes.SECOND) is not Sight.TEXT:
        return Judged()
    covered = [p for m in standing if m.works for p in m.phrases if m.comment_id == comment.id]
    if sees(comment.state, Eyes.PUBLIC) is not Sight.TEXT:
        return _less(comment, [*covered, *measure.phrases], measure.phrases)
    shown = comment.current
    return Judged(
        body=shown.body,
        html=shown.html,
        suggested_wording=shown.suggested_wording or "",
        name=comment.display_name or "",
        shapes=[shape_of(phrase) for phrase in measure.phrases if phrase in covered],
        phrases=[phrase for phrase in measure.phrases if phrase not in covered]
        if measure.kind is Measure.MASK
        else (),
    )


def _less(comment: Comment, phrases: Sequence[str], named: Sequence[str]) -> Judged:
    original = comment.current.original

    def less(text: str) -> str:
        found = [text[start:end] for start, end in personal_details(text)]
        return cover(text, places_of(text, [*phrases, *found]))

    body = less(original.body)
    return Judged(
        body=body,
        html=render_comment(body).html,
        suggested_wording=less(original.suggested_wording or ""),
        name=less(comment.sealed_name or comment.display_name or ""),
        shapes=[shape_of(phrase) for phrase in named],
    )
