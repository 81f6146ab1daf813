"""Naming why a section changed."""

from __future__ import annotations

import pytest

from feedback_app.core.errors import NotFound
from feedback_app.curricula.drafting import DraftIsClosed
from feedback_app.triage.causes import (
    CauseWithoutComment,
    CauseWithoutNote,
    CommentLeft,
    CommentOfAnotherCourse,
    UnknownSection,
    causes_of,
    remove_cause,
)
from feedback_app.triage.changes import causes_with_comments, explain, letter
from feedback_app.triage.gate import locate_causes, prepare
from feedback_app.triage.models import CauseKind
from tests.triage.redrafting import Redraft


@pytest.fixture
def redraft(session, make):
    return Redraft(session, make)


def test_the_same_reason_said_twice_is_one_reason(redraft, session):
    point = redraft.point()

    first = redraft.explain(kind=CauseKind.POINT, point=point, hunk=1)
    again = redraft.explain(kind=CauseKind.POINT, point=point, hunk=1)
    whole = redraft.explain(kind=CauseKind.POINT, point=point)

    assert again is first
    assert causes_of(session, redraft.draft.id) == [first, whole]


@pytest.mark.parametrize("kind", [kind for kind in CauseKind if kind is not CauseKind.POINT])
def test_every_reason_but_a_comment_needs_a_sentence(redraft, kind):
    with pytest.raises(CauseWithoutNote):
        redraft.explain(kind=kind, note="  ")


def test_a_comment_as_a_reason_must_be_named_of_this_course_and_still_there(
    redraft, make, time
):
    with pytest.raises(CauseWithoutComment):
        redraft.explain(kind=CauseKind.POINT)
    with pytest.raises(CommentOfAnotherCourse):
        redraft.explain(kind=CauseKind.POINT, point=make.point())
    withdrawn = redraft.point()
    withdrawn.comment.withdrawn_at = time.now
    with pytest.raises(CommentLeft):
        redraft.explain(kind=CauseKind.POINT, point=withdrawn)


def test_a_reason_belongs_to_a_section_of_the_draft_or_of_the_version_before(redraft):
    with pytest.raises(UnknownSection):
        redraft.explain("zzzzzzzz")


def test_somebody_of_another_department_finds_no_draft(redraft, make):
    redraft.author = make.actor(make.host())

    with pytest.raises(NotFound):
        redraft.explain()


def test_once_published_reasons_stay_as_they_are(redraft):
    redraft.reword()
    cause = redraft.explain()
    redraft.publish()

    with pytest.raises(DraftIsClosed):
        remove_cause(redraft.session, cause, actor=redraft.author)
    with pytest.raises(DraftIsClosed):
        redraft.explain()


def test_comments_behind_one_change_share_a_letter_and_other_reasons_have_their_own(
    redraft, session
):
    redraft.reword()
    redraft.write(redraft.first, "Count it.", "Count to sixty.")
    for _ in range(2):
        redraft.explain(kind=CauseKind.POINT, point=redraft.point(), hunk=1, excerpt="speaks")
    redraft.explain(kind=CauseKind.LAW, note="Code 5, section 2.", hunk=1, excerpt="speaks")
    comparison = prepare(session, redraft.draft).comparison
    causes = causes_with_comments(session, redraft.draft.id, redraft.author)

    found = explain(
        comparison.section(redraft.first), causes, locate_causes(comparison, causes)
    )

    assert list(found.letters[1]) == ["a", "b"]
    assert [(card.letter, len(card.rows)) for card in found.all_cards] == [
        ("a", 2),
        ("b", 1),
        ("c", 0),
    ]
    assert list(found.letters[2]) == ["c"]  # nobody has said why yet


def test_letters_go_on_after_z():
    assert [letter(n) for n in (0, 25, 26, 52)] == ["a", "z", "aa", "ba"]
