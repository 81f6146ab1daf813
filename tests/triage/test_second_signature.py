"""Rule 8: nobody decides alone on comments about their own text, or on any where two must."""

import pytest
from sqlalchemy import select

from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.organizations.models import Membership
from feedback_app.rounds.models import Answering
from feedback_app.triage import rules
from feedback_app.triage.checklist import checklist
from feedback_app.triage.letters import answer_letter
from feedback_app.triage.models import Disposition, Outcome, Signature
from feedback_app.triage.services import (
    confirm_disposition,
    publish_disposition,
    record_disposition,
)
from feedback_app.triage.together import Answer
from feedback_app.triage.work_models import Assignment, InternalNote
from tests.comments.test_letters import LETTER, send


@pytest.fixture
def writer(make):
    return make.moderator()


@pytest.fixture
def point(make, writer):
    """A comment on words that the moderator wrote, in a round that answers one by one."""
    revision = make.revision(sections=[{"changed_by_id": writer.id}, {}])
    return make.point(round=make.round(revision=revision, answering=Answering.ONE_BY_ONE))


def decide(session, make, point, account):
    return record_disposition(
        session,
        point,
        actor=make.actor(account),
        outcome=Outcome.NOTED,
        rationale="Thank you.",
        office="Training",
        authority="Director",
    )


def test_an_answer_about_ones_own_text_waits_for_a_second_moderator(
    session, make, point, writer, browser
):
    second = make.moderator()
    given = decide(session, make, point, writer)

    session.commit()
    browser.sign_in(writer)
    publishing = f"/triage/dispositions/{given.public_id}/publish"
    assert "It can be published after that." in browser.get(publishing).text
    assert "Publish this answer" not in browser.get(publishing).text
    with pytest.raises(rules.AnswerWaitsForSignature):
        publish_disposition(session, given, actor=make.actor(writer))
    confirm_disposition(session, given, actor=make.actor(second))
    publish_disposition(session, given, actor=make.actor(writer))

    assert given.confirmed_as is Signature.MODERATOR
    assert given.published_at is not None
    assert not given.decided_alone


def test_an_answer_about_somebody_elses_text_needs_no_signature(session, make, point):
    given = decide(session, make, point, make.moderator())

    assert not given.needs_second
    with pytest.raises(rules.SignatureNotNeeded):
        confirm_disposition(session, given, actor=make.actor(make.moderator()))


def test_a_comment_on_the_whole_course_speaks_of_every_section(session, make, writer):
    revision = make.revision(sections=[{"changed_by_id": writer.id}, {}])
    whole = make.point(round=make.round(revision=revision), section_key=None)
    other = make.point(
        round=make.round(revision=revision), section_key=revision.sections[1].key
    )

    assert decide(session, make, whole, writer).needs_second
    assert not decide(session, make, other, writer).needs_second


def test_nobody_signs_their_own_answer(session, make, point, writer):
    make.moderator()
    given = decide(session, make, point, writer)

    with pytest.raises(rules.OwnAnswer):
        confirm_disposition(session, given, actor=make.actor(writer))


@pytest.mark.parametrize(
    ("who", "signature"), [("host", Signature.HOST), ("reviewer", Signature.BOARD)]
)
def test_host_or_board_sign_only_where_the_department_has_no_second(
    session, make, point, writer, who, signature
):
    signer = make.actor(getattr(make, who)())
    given = decide(session, make, point, writer)
    confirm_disposition(session, given, actor=signer)
    assert given.confirmed_as is signature

    make.moderator()
    again = decide(session, make, point, writer)
    with pytest.raises(rules.SecondModeratorFirst):
        confirm_disposition(session, again, actor=signer)


@pytest.mark.parametrize("who", ["author", "manager", "host_manager", "administrator"])
def test_nobody_else_signs(session, make, point, writer, who):
    given = decide(session, make, point, writer)

    with pytest.raises(NotFound):
        confirm_disposition(session, given, actor=make.actor(getattr(make, who)()))


def test_without_anybody_to_sign_the_answer_says_that_one_person_decided(
    session, make, point, writer
):
    given = decide(session, make, point, writer)

    publish_disposition(session, given, actor=make.actor(writer))

    assert given.decided_alone


def test_a_signature_is_given_once_and_to_the_newest_answer(session, make, point, writer):
    second = make.actor(make.moderator())
    old = decide(session, make, point, writer)
    new = decide(session, make, point, writer)
    confirm_disposition(session, new, actor=second)

    for given in (old, new):
        with pytest.raises(rules.SignatureNotNeeded):
            confirm_disposition(session, given, actor=second)


def newest(session):
    session.expire_all()
    return session.scalars(select(Disposition).order_by(Disposition.id.desc())).first()


@pytest.mark.one_engine
def test_where_a_department_asks_for_two_a_second_moderator_signs_or_sends_back(
    session, make, browser
):
    manager, first, own = make.manager(), make.moderator(), make.round()
    points = [make.point(round=own, body=f"Comment {n}.") for n in range(2)]
    signing = f"/organizations/{make.department().slug}/signing"
    browser.sign_in(manager)
    refused = browser.post(signing, **browser.get(signing).hidden(), asks_for_two="y")
    assert refused.error_of("asks_for_two").startswith("Your department has one moderator.")
    second = make.moderator()
    before = decide(session, make, make.point(round=own, body="Earlier."), first)
    split = decide(session, make, make.point(round=own, body="Two things."), first)
    split.point.retired_at = split.point.comment.submitted_at
    session.commit()
    page = browser.get(signing)
    assert "1 answer is written and not public yet." in page.text
    page = browser.post(signing, **page.hidden(), asks_for_two="y")
    assert "1 answer now waits for a second signature." in browser.get(page.location).text
    session.refresh(before)
    assert before.needs_second, "the public page says that two sign every answer"
    confirm_disposition(session, before, actor=make.actor(second))
    public = f"/departments/{make.department().slug}"
    assert (
        "Two moderators of this department sign every answer. Where" in browser.get(public).text
    )

    given = [decide(session, make, point, first) for point in points]
    session.commit()
    publishing = f"/triage/{own.slug}/publish"
    browser.sign_in(first)
    page = browser.get(f"/triage/points/{points[0].public_id}")
    assert "asks for two moderators on every answer, so it waits" in page.text
    assert browser.get(f"/triage/dispositions/{given[0].public_id}/sign").status_code == 403
    assert "2 answers wait for their second signature" in browser.get(publishing).text

    browser.sign_in(second)
    page = browser.get(f"/triage/{own.slug}/signatures")
    sign = f"/triage/dispositions/{given[0].public_id}/sign"
    assert sign in page.data.decode()
    page = browser.get(sign)
    silent = browser.post(sign, **page.hidden(), back="1", words=" ")
    assert silent.error_of("words") == "Write at least one sentence."
    sent_on = browser.post(sign, **page.hidden(), back="1", words="Name the order.")
    assert given[1].public_id in sent_on.location, "the next one to read follows"
    session.expire_all()
    assert given[0].returned_at is not None
    assert given[0].confirmed_at is None
    assert session.scalars(select(InternalNote.body)).all() == ["Name the order."]
    assert session.scalars(select(Assignment.assigned_to_id)).all() == [first.id]
    assert checklist(session, own).returned == 1
    page = browser.get(f"/triage/points/{points[0].public_id}")
    assert "Sent back, not signed" in page.text

    session.commit()
    decide(session, make, points[0], first)
    session.commit()
    again = newest(session)
    assert again.needs_second
    assert again.returned_at is None
    for answer in (given[1], again):
        sign = f"/triage/dispositions/{answer.public_id}/sign"
        last = browser.post(sign, **browser.get(sign).hidden())
    assert last.location.endswith("/signatures")
    assert "Nothing waits for your signature." in browser.get(last.location).text
    browser.post(publishing, **browser.get(publishing).hidden())
    again = newest(session)
    assert again.published_at is not None
    assert again.confirmed_as is Signature.MODERATOR
    assert not again.decided_alone

    browser.sign_in(manager)
    browser.post(signing, **browser.get(signing).hidden())
    entries = session.scalars(
        select(LogEntry.facts).where(LogEntry.kind == "organization.signing_changed")
    ).all()
    assert entries == [{"two": True, "given_before": 1}, {"two": False, "given_before": 0}]


def test_the_answer_to_a_letter_is_signed_once_for_all_who_sent_it(session, make, browser):
    own, first, second = make.round(), make.moderator(), make.moderator()
    make.department().asks_for_two = True
    sent = send(session, make, own, *[LETTER] * 4)
    said = Answer(outcome=Outcome.ADOPTED, rationale="In.", office="Desk", authority="Chief")
    given = answer_letter(
        session, sent[-1][1], actor=make.actor(first), answer=said, left_out=[]
    ).answers
    other = decide(session, make, make.point(round=own), first)
    changed = decide(session, make, given[3].point, first)
    session.commit()
    browser.sign_in(second)
    sign = f"/triage/dispositions/{given[0].public_id}/sign"
    listed = browser.get(f"/triage/{own.slug}/signatures")
    assert [li.select_one("a")["href"] for li in listed.soup.select("ul.todo li")] == [
        sign,
        f"/triage/dispositions/{other.public_id}/sign",
        f"/triage/dispositions/{changed.public_id}/sign",
    ]
    assert "this answer to 3 senders" in listed.text
    page = browser.get(sign)
    assert "Sign it for all 3 senders" in page.text
    assert page.soup.find("a", string="Given to everybody who sent this letter")

    signed = browser.post(sign, **page.hidden(), letter="1")

    assert other.public_id in signed.location
    session.expire_all()
    assert [a.confirmed_as for a in given[:3]] == [Signature.MODERATOR] * 3
    assert {a.confirmed_at for a in (given[3], other, changed)} == {None}
    entry = session.scalars(select(LogEntry).order_by(LogEntry.position.desc())).first()
    assert (entry.kind, entry.facts) == ("letter.signed", {"answers": 3, "side": "moderator"})
    assert "Sign it for" not in browser.get(signed.location).text


@pytest.mark.one_engine
def test_a_host_finds_what_waits_for_it_only_where_nobody_else_can_sign(
    session, make, browser, point, writer
):
    given = decide(session, make, point, writer)
    browser.sign_in(make.host())
    session.commit()
    slug = point.comment.round.slug
    here = f"/triage/{slug}/signatures"
    assert here in browser.get(f"/host/rounds/{slug}").data.decode()
    sign = f"/triage/dispositions/{given.public_id}/sign"

    page = browser.get(sign)
    assert "Send it back" not in page.text
    assert sign in browser.get(here).data.decode()
    make.moderator()
    session.commit()
    assert sign not in browser.get(here).data.decode()
    session.delete(session.scalars(select(Membership).order_by(Membership.id.desc())).first())
    session.commit()
    signed = browser.post(sign, **page.hidden())

    assert "You have signed this answer." in browser.get(signed.location).text
