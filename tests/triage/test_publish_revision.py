"""Publishing a draft: what it refuses, its exits in daylight, what it takes along."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.comments.models import Placement
from feedback_app.core.errors import NotAllowed
from feedback_app.curricula.models import Change, RevisionState
from feedback_app.curricula.sealing import ChangeNoteMissing, MaterialReasonMissing
from feedback_app.log import queries as log
from feedback_app.log.models import LogEntry
from feedback_app.notifications.models import OutboxMessage
from feedback_app.triage.adoption import release
from feedback_app.triage.apart import told_apart
from feedback_app.triage.gate import Listed
from feedback_app.triage.models import Cause, CauseKind, Outcome
from feedback_app.triage.publication import (
    DraftMoved,
    FindingsNotAccepted,
    ReasonOwed,
    RoundStillOpen,
    WordsLost,
)
from feedback_app.triage.theme_models import ThemeAnswer
from tests.triage.redrafting import Redraft


@pytest.fixture
def redraft(session, make):
    return Redraft(session, make)


def last_entry(session):
    return session.scalars(select(LogEntry).order_by(LogEntry.position.desc())).first()


def test_a_change_made_for_a_comment_is_published_with_its_answer(redraft, session):
    redraft.reword()
    answer = redraft.answer()
    adoption = redraft.tie(answer)

    published = redraft.publish()

    assert published.state is RevisionState.PUBLISHED
    assert answer.published_at == published.published_at
    assert (adoption.exact, adoption.hunk) == ("speaks", 1)
    change = session.scalars(select(Change)).one()
    assert (change.section_key, change.kinds) == (redraft.first, ["reworded"])
    entry = last_entry(session)
    assert entry.kind == "revision.published"
    assert entry.facts["answers"] == 1
    assert set(entry.commitments) == {"answers", "adoptions"}


def test_nothing_is_published_while_people_comment_on_the_version_before(redraft, make):
    redraft.reword()
    redraft.explain()
    make.round(revision=redraft.base, open=True)

    with pytest.raises(RoundStillOpen):
        redraft.publish()


def test_a_comment_without_an_answer_needs_a_public_reason(redraft, session):
    redraft.comment()

    with pytest.raises(ReasonOwed) as refused:
        redraft.publish()
    assert refused.value.at == "reason_undecided"

    redraft.publish(because={"undecided": "The interpreter is ill; answers come on Friday."})
    override = session.scalars(
        select(LogEntry).where(LogEntry.kind == "revision.overridden")
    ).one()
    assert override.facts == {
        "number": 2,
        "undecided": 1,
        "reason": "The interpreter is ill; answers come on Friday.",
    }
    assert override in log.exceptions(session)


def test_what_needs_no_answer_holds_up_nothing(redraft, time):
    comment = redraft.comment()
    redraft.comment(parent=comment, kind=None)
    redraft.comment(is_late=True)
    comment.withdrawn_at = time.now

    redraft.publish()

    assert redraft.draft.is_public


def test_comments_of_rounds_before_the_last_one_are_listed_too(redraft):
    open_since_version_one = redraft.point()
    redraft.publish(because={"undecided": "Later."})
    second = Redraft.again(redraft)

    assert [p.public_id for p in second.gate().undecided] == [open_since_version_one.public_id]


def test_an_answer_that_waits_for_its_second_signature_is_no_answer_yet(redraft, make):
    answer = redraft.answer(needs_second=True, outcome=Outcome.NOTED)

    assert redraft.gate().undecided == []  # nobody else could sign

    make.moderator()
    assert [p.public_id for p in redraft.gate().undecided] == [answer.point.public_id]


def test_a_promise_without_words_needs_a_public_reason_and_stays_a_promise(redraft):
    answer = redraft.answer()

    with pytest.raises(ReasonOwed) as refused:
        redraft.publish()
    assert refused.value.kind is Listed.PROMISES

    redraft.publish(because={"promises": "The cards are being printed."})
    assert answer.published_at is None


def test_a_change_without_a_cause_needs_one_or_a_public_reason(redraft):
    redraft.reword()

    with pytest.raises(ReasonOwed) as refused:
        redraft.publish()
    assert refused.value.kind is Listed.UNCAUSED

    redraft.explain(hunk=1, excerpt="speaks")
    redraft.publish()


def test_a_comment_named_as_a_cause_needs_an_answer_tied_to_the_words(redraft):
    redraft.reword()
    point = redraft.point()
    redraft.answer(point, outcome=Outcome.NOTED)
    redraft.explain(kind=CauseKind.POINT, point=point)

    with pytest.raises(ReasonOwed) as refused:
        redraft.publish()

    assert refused.value.kind is Listed.UNADOPTED


def test_the_words_of_an_answer_follow_the_draft_while_it_is_edited(redraft):
    redraft.reword()
    adoption = redraft.tie(redraft.answer())
    redraft.write(redraft.first, "One officer", "Only one of the officers at the door")
    redraft.explain()

    redraft.publish()

    text = redraft.draft.sections[0].text
    assert text[adoption.start : adoption.end] == adoption.exact == "speaks"


def test_words_that_are_gone_from_the_draft_stop_publishing_until_untied(redraft):
    redraft.reword()
    adoption = redraft.tie(redraft.answer())
    redraft.write(redraft.first, "speaks", "should speak where practical")

    with pytest.raises(WordsLost):
        redraft.publish()

    release(redraft.session, adoption, actor=redraft.moderator)
    assert len(redraft.gate().promises) == 1


def test_the_reason_of_a_change_that_was_taken_back_is_left_out(redraft, session):
    redraft.reword()
    redraft.explain(hunk=1, excerpt="speaks")
    redraft.write(redraft.first, "speaks", "should speak where practical")

    assert len(redraft.gate().gone) == 1
    redraft.publish()

    assert session.scalars(select(Cause)).all() == []


def test_a_draft_edited_after_it_was_checked_is_checked_again(redraft):
    from feedback_app.triage.gate import prepare

    prepared = prepare(redraft.session, redraft.draft)
    redraft.reword()

    with pytest.raises(DraftMoved):
        redraft.publish(prepared=prepared)


def test_comments_are_carried_to_the_new_words(redraft, session):
    redraft.reword()
    redraft.explain()
    comment = redraft.comment(quote="should speak where practical")
    redraft.answer(comment.points[0], outcome=Outcome.NOTED)

    redraft.publish()

    placement = session.scalars(select(Placement)).one()
    assert placement.comment_id == comment.id
    assert placement.revision_id == redraft.draft.id
    assert last_entry(session).facts["carried"] == 1


def test_whoever_left_an_address_is_told_once_that_there_is_an_answer(redraft, session, make):
    redraft.reword()
    part = make.participation(
        redraft.round, code_hash="c" * 64, notice_address="ray@example.org", locale="es"
    )
    redraft.tie(redraft.answer(redraft.point(participation=part)))

    redraft.publish()

    mail = session.scalars(select(OutboxMessage)).one()
    assert (mail.template, mail.recipient, mail.locale) == (
        "comment_answered",
        "ray@example.org",
        "es",
    )
    assert "body" not in mail.values


def test_whoever_was_promised_a_change_is_told_when_the_words_have_come(redraft, session, make):
    redraft.reword()
    part = make.participation(
        redraft.round, account_id=make.account(hears_of_answers=True, email="al@example.org").id
    )
    public = redraft.base.published_at
    redraft.tie(redraft.answer(redraft.point(participation=part), published_at=public))

    redraft.publish()

    mail = session.scalars(select(OutboxMessage)).one()
    assert (mail.template, mail.recipient) == ("words_changed", "al@example.org")


def test_a_change_note_and_a_reason_for_not_material_are_asked_for(redraft):
    redraft.reword()
    redraft.explain()

    with pytest.raises(ChangeNoteMissing):
        redraft.publish(change_note=" ")
    with pytest.raises(MaterialReasonMissing):
        redraft.publish(is_material=False)


def test_an_author_cannot_publish(redraft):
    with pytest.raises(NotAllowed):
        redraft.publish(actor=redraft.author)


def test_what_the_check_found_is_looked_at_before_it_is_public(redraft, make, run, session):
    """On the page, in the service and on the command line alike."""
    redraft.write(redraft.first, "Count it.", "Answer key: b. Count it.")
    redraft.explain()
    with pytest.raises(FindingsNotAccepted) as refused:
        redraft.publish()
    assert [finding.code for finding in refused.value.findings] == ["answer_key"]

    moderator = make.moderator()
    course = redraft.base.curriculum.slug
    wanted = ["curricula", "publish", course, "--as", moderator.email, "--change-note", "Keys."]
    session.commit()
    told = run(*wanted)
    assert (told.exit_code, told.output.strip().count("\n")) == (1, 0)
    assert "Answer key" in told.output

    assert run(*wanted, "--accept-findings").exit_code == 0
    assert session.get(type(redraft.draft), redraft.draft.id).is_public


def test_a_first_version_needs_no_gate(session, make):
    from feedback_app.triage.gate import prepare
    from feedback_app.triage.publication import publish_revision

    draft = make.revision(published=False)

    publish_revision(
        session,
        draft,
        actor=make.actor(make.manager()),
        prepared=prepare(session, draft),
    )

    assert draft.is_public
    assert last_entry(session).facts["sections"] == 2


def test_answers_by_subject_are_told_apart_before_publishing(session, make, redraft):
    one, other, _alone = redraft.answer(), redraft.answer(), redraft.answer()
    theme = make.theme(redraft.round, one.point, other.point, title="Waiting for a medic")
    for answer in (one, other):
        session.add(ThemeAnswer(disposition_id=answer.id, theme_id=theme.id))
    redraft.answer(other.point)  # by itself, afterwards
    session.flush()

    (told,) = told_apart(session, redraft.base.curriculum_id).subjects

    assert (told.title, told.points) == ("Waiting for a medic", 1)
