"""Who wrote or reported a comment is told by mail what was done with it, without its words."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.comments import appeals, measures, requests, services
from feedback_app.comments.conduct import ConductReason, Measure
from feedback_app.comments.holders import Holder
from feedback_app.comments.models import Voice
from feedback_app.core import clock
from feedback_app.notifications.following_models import Follower, Telling
from feedback_app.notifications.models import OutboxMessage
from feedback_app.notifications.sending import Letter
from feedback_app.organizations.models import Membership
from feedback_app.policy import VISITOR, Role
from feedback_app.triage.telling import tell_commenters
from feedback_app.web.mailing import compose
from tests.comments.conducting import NAME, Conduct

pytestmark = pytest.mark.one_engine
BODY = f"{NAME} will see what comes of it."


def outbox(session):
    session.flush()
    return [
        (m.template, m.recipient, m.values.get("done") or m.values.get("acted"))
        for m in session.query(OutboxMessage).order_by(OutboxMessage.id)
    ]


def written(conduct, make, address="w@example.org", **values):
    part = make.participation(
        conduct.round, code_hash="c" * 64, notice_address=address, **values
    )
    return conduct.comment(BODY, part=part), Holder(code_hash="c" * 64)


def test_its_writer_is_told_of_each_change_and_of_the_boards_word(session, make, time):
    conduct = Conduct(session, make)
    comment, holder = written(conduct, make)

    first = conduct.taken(comment, Measure.HIDE, reason=ConductReason.THREAT)
    measures.confirm(session, first, actor=conduct.reviewer)
    time.move(hours=1)
    appeals.appeal(session, first, actor=VISITOR, holder=holder, words="I meant the vote.")
    appeals.decide_appeal(
        session, first, actor=make.actor(make.reviewer()), grants=True, reply="So it reads."
    )
    time.move(hours=1)
    second = conduct.taken(comment, Measure.MASK, phrases=[NAME])
    time.move(hours=1)
    measures.lift(session, second, actor=conduct.host)

    assert outbox(session) == [
        ("conduct_done", "w@example.org", "hidden"),
        ("appeal_decided", "w@example.org", None),
        ("conduct_done", "w@example.org", "covered"),
        ("conduct_done", "w@example.org", "restored"),
    ]


def test_what_is_only_proposed_or_has_no_address_is_not_mailed(session, make):
    conduct = Conduct(session, make)
    comment, _holder = written(conduct, make)
    silent = conduct.comment("One.")

    conduct.taken(comment, Measure.HIDE, reason=ConductReason.SPAM)
    conduct.confirmed(silent, Measure.HIDE)

    assert outbox(session) == []


def test_whoever_reported_is_told_if_they_left_a_way(session, make):
    conduct = Conduct(session, make)
    comments = [conduct.comment("One."), conduct.comment("Two.")]
    wants = make.account(hears_of_answers=True, email="reader@example.org")
    quiet = make.account(email="quiet@example.org")
    for comment in comments:
        for account in (wants, quiet):
            requests.report(
                session,
                comment,
                actor=make.actor(account),
                holder=Holder(account_id=account.id),
                reason=ConductReason.SPAM,
            )

    conduct.taken(comments[0], Measure.HIDE, reason=ConductReason.SPAM)
    measures.leave_as_it_is(session, comments[1], actor=conduct.host)

    assert outbox(session) == [
        ("report_settled", "reader@example.org", 1),
        ("report_settled", "reader@example.org", 0),
    ]


@pytest.mark.parametrize("locale", ["en", "es"])
def test_these_mails_speak_both_languages_and_hold_no_words_of_the_comment(
    app, session, make, locale
):
    conduct = Conduct(session, make)
    comment, holder = written(conduct, make, locale=locale)
    requests.report(session, comment, actor=VISITOR, holder=holder, reason=ConductReason.THREAT)
    measure = conduct.taken(comment, Measure.HIDE, reason=ConductReason.THREAT, phrases=[NAME])
    appeals.appeal(session, measure, actor=VISITOR, holder=holder, words="No threat.")
    appeals.decide_appeal(
        session, measure, actor=conduct.reviewer, grants=False, reply="It is one."
    )

    letters = session.query(OutboxMessage).all()
    assert {m.template for m in letters} == {"conduct_done", "report_settled", "appeal_decided"}
    with app.app_context():
        for m in letters:
            mail = compose(app, Letter("x", m.template, locale, m.recipient, m.values))
            for text in (mail.subject, mail.body, mail.html):
                assert NAME not in text
                assert "comes of it" not in text
                assert "threat" not in text.lower()
            spanish = "comentario" in mail.body or "consulta" in mail.body
            assert spanish is (locale == "es")
            path = "/es/receipts/mine" if locale == "es" else "/receipts/mine"
            assert path in mail.body


def test_whoever_wants_quiet_subjects_has_them_in_every_mail_about_a_comment(
    app, browser, session, make, time
):
    conduct = Conduct(session, make)
    account = make.account(hears_of_answers=True, email="shared@example.org")
    browser.sign_in(account)
    told = {"name": "Ana", "locale": "en", "hears_of_answers": "y", "is_quiet": "y"}
    assert browser.post("/account", **told).status_code == 303
    assert browser.get("/account").soup.find(id="f-is_quiet").has_attr("checked")
    by_account = conduct.comment(
        BODY, part=make.participation(conduct.round, account_id=account.id)
    )
    by_code, holder = written(conduct, make)
    services.ask_for_notice(
        session,
        by_code,
        actor=VISITOR,
        holder=holder,
        address="w@example.org",
        code="one-two",
        locale="en",
        is_quiet=True,
    )
    for comment in (by_account, by_code):
        conduct.confirmed(comment, Measure.HIDE)
        time.move(hours=1)
        for template in ("comment_answered", "words_changed"):
            answer = make.disposition(point=comment.points[0])
            tell_commenters(session, template, [answer], at=clock.now())

    letters = session.query(OutboxMessage).all()
    assert len(letters) == 7
    with app.app_context():
        for m in letters:
            mail = compose(app, Letter("x", m.template, "en", m.recipient, m.values))
            assert mail.subject == "News for you", m.template


def test_leads_are_told_what_became_of_the_response_of_their_organization(session, make):
    round_ = make.round()
    asked = make.partner(hears_of_answers=True, confirmed_at=clock.now())
    silent = make.partner()
    inside = make.partner(hears_of_answers=True, confirmed_at=clock.now())
    session.add(
        Membership(account_id=inside.id, organization_id=round_.department_id, role=Role.AUTHOR)
    )
    comment = make.comment(
        round=round_,
        voice=Voice.ORGANIZATION,
        organization_id=make.partner_organization().id,
        written_by_id=asked.id,
        participation=None,
    )
    answers = [make.disposition(point=comment.points[0])]

    tell_commenters(session, "comment_answered", answers, at=clock.now())

    (letter,) = session.scalars(select(OutboxMessage)).all()
    assert letter.recipient == asked.email
    assert letter.values["path"] == f"/comments/{comment.public_id}"
    told = session.scalars(
        select(Follower.account_id).join(Telling, Telling.follower_id == Follower.id)
    )
    assert set(told) == {asked.id, silent.id}
