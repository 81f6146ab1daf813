"""Hiding needs a second person from elsewhere; what nobody confirms comes back."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_app.comments import appeals, measures, requests, rules, services
from feedback_app.comments.conduct import ConductReason, Measure, State
from feedback_app.comments.holders import Holder
from feedback_app.comments.projection import standing
from feedback_app.comments.rises import HOUR, LEAST, hours_of, rises_from
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.housekeeping import tidy
from feedback_app.log.models import LogEntry
from feedback_app.policy import VISITOR
from feedback_app.rounds.models import Holding
from tests.comments.acts import KEY, holder_of, said, send, sent
from tests.comments.conducting import NAME, Conduct

pytestmark = pytest.mark.one_engine


def kinds(session):
    return [entry.kind for entry in session.query(LogEntry).order_by(LogEntry.position)]


def test_what_is_urgent_is_covered_at_once_and_comes_back_after_a_day(
    database, session, make, time
):
    conduct = Conduct(session, make)
    comment = conduct.comment("Wait until I find you.")
    counted = conduct.round.comments_count

    conduct.taken(comment, Measure.HIDE, reason=ConductReason.THREAT)

    session.refresh(conduct.round)
    assert comment.state is State.HIDDEN
    assert conduct.round.comments_count == counted - 1
    for hours, state in ((23, State.HIDDEN), (2, State.SHOWN)):
        session.commit()
        time.move(hours=hours)
        tidy(database)
        session.expire_all()
        assert comment.state is state
    assert conduct.round.comments_count == counted
    assert kinds(session) == ["comment.hidden", "measure.ended"]


def test_what_is_not_urgent_is_shown_until_a_second_person_agrees(session, make):
    conduct = Conduct(session, make)
    comment = conduct.comment("Buy cheap watches.")

    measure = conduct.taken(comment, Measure.HIDE, reason=ConductReason.SPAM)

    assert comment.state is State.SHOWN
    measures.confirm(session, measure, actor=conduct.reviewer)
    assert comment.state is State.HIDDEN
    assert not comment.needs_answer
    assert kinds(session) == ["measure.proposed", "comment.hidden"]


def test_the_second_person_comes_from_elsewhere_and_never_from_the_department(session, make):
    conduct = Conduct(session, make)
    measure = conduct.taken(conduct.comment("One."), Measure.HIDE)
    session.flush()

    colleague = make.actor(make.host())
    for actor, error in (
        (conduct.host, rules.SecondFromElsewhere),
        (colleague, rules.SecondFromElsewhere),
        (make.actor(make.moderator()), NotFound),
        (make.actor(make.manager()), NotFound),
        (VISITOR, NotFound),
    ):
        with pytest.raises(error):
            measures.confirm(session, measure, actor=actor)
    for account in (make.moderator(), make.manager(), make.author()):
        with pytest.raises(NotFound):
            measures.take(
                session,
                conduct.comment("Two."),
                actor=make.actor(account),
                kind=Measure.HIDE,
                reason=ConductReason.THREAT,
            )
    assert measures.refuse(session, measure, actor=conduct.reviewer).ended_how == "refused"
    with pytest.raises(rules.MeasureOver):
        measures.confirm(session, measure, actor=conduct.reviewer)
    assert measure.comment.state is State.SHOWN


def test_one_person_with_two_hats_has_the_departments_narrower_one(session, make):
    conduct = Conduct(session, make)
    account = make.host()
    both = make.actor(make.moderator())
    hats = type(both)(account.id, both.grants | make.actor(account).grants)

    with pytest.raises(NotFound):
        measures.take(
            session,
            conduct.comment("One."),
            actor=hats,
            kind=Measure.HIDE,
            reason=ConductReason.THREAT,
        )


def test_whoever_runs_the_site_may_only_cover_what_cannot_wait(session, make):
    conduct = Conduct(session, make)
    admin = make.actor(make.administrator())
    comment = conduct.comment("One.")

    for kind, reason in (
        (Measure.HIDE, ConductReason.SPAM),
        (Measure.ERASE, ConductReason.CHILD),
        (Measure.MASK, ConductReason.CHILD),
    ):
        with pytest.raises(rules.OnlyUrgent):
            measures.take(
                session, comment, actor=admin, kind=kind, reason=reason, phrases=["One"]
            )
    measure = measures.take(
        session, comment, actor=admin, kind=Measure.HIDE, reason=ConductReason.CHILD
    )
    measures.confirm(session, measure, actor=conduct.host)
    assert comment.state is State.HIDDEN


def test_no_other_reason_than_those_of_the_list_hides_anything(session, make):
    conduct = Conduct(session, make)
    comment = conduct.comment("You are all fools.")

    for kind, reason, phrases, error in (
        (Measure.HIDE, ConductReason.OWN_WISH, (), rules.UnknownReason),
        (Measure.MASK, ConductReason.SPAM, ("fools",), rules.UnknownReason),
        (Measure.MASK, ConductReason.CHILD, (), rules.NoWordsGiven),
        (Measure.MASK, ConductReason.CHILD, ("wise",), rules.WordsNotThere),
        (Measure.MASK, ConductReason.OWN_WISH, ("fools",), rules.NobodyAskedForIt),
    ):
        with pytest.raises(error):
            conduct.taken(comment, kind, reason=reason, phrases=phrases)
    assert comment.state is State.SHOWN


def test_a_writers_own_wish_needs_no_second_person_also_after_closing(session, make):
    conduct = Conduct(session, make, open=False)
    comment = conduct.comment(f"{NAME} was there.")
    conduct.wished(comment, NAME)

    conduct.taken(comment, Measure.MASK, reason=ConductReason.OWN_WISH, phrases=[NAME])

    assert comment.state is State.MASKED
    assert comment.current.body == "▮▮▮ was there."
    assert kinds(session) == ["comment.covering_asked", "comment.masked"]


def test_the_author_appeals_once_and_the_board_decides(session, make):
    conduct = Conduct(session, make)
    comment = conduct.hidden("A hard word, but no threat.", reason=ConductReason.THREAT)
    (measure,) = standing(session, comment)
    holder = Holder(account_id=comment.participation.account_id)

    def appeal(by=holder, words="Read it again."):
        return appeals.appeal(session, measure, actor=VISITOR, holder=by, words=words)

    with pytest.raises(rules.NotYours):
        appeal(Holder(account_id=make.account().id))
    with pytest.raises(rules.SayWhy):
        appeal(words=" ")
    appeal()
    with pytest.raises(rules.AppealedBefore):
        appeal()
    with pytest.raises(NotFound):
        appeals.decide_appeal(session, measure, actor=conduct.host, grants=True, reply="No.")
    appeals.decide_appeal(
        session, measure, actor=make.actor(make.reviewer()), grants=True, reply="You are right."
    )

    assert comment.state is State.SHOWN
    assert kinds(session)[-2:] == ["measure.appealed", "appeal.decided"]


def test_a_round_may_hold_first_comments_or_all_until_the_host_has_read_them(session, make):
    first = make.round(open=True, holding=Holding.FIRST)
    all_ = make.round(open=True, holding=Holding.ALL)
    host = make.actor(make.host())

    for round_, then in ((first, State.SHOWN), (all_, State.HELD)):
        taken = send(session, round_, "My first.")
        assert taken.comment.state is State.HELD
        assert send(session, round_, "Another's.").comment.state is State.HELD
        requests.release(session, taken.comment, actor=host)
        again = send(session, round_, "My second.", holder=holder_of(taken))
        assert again.comment.state is then
        session.refresh(round_)
        assert round_.comments_count == (2 if then is State.SHOWN else 1)
        with pytest.raises(rules.NotHeld):
            requests.release(session, taken.comment, actor=host)


def test_a_reply_that_is_held_counts_when_it_is_shown(session, make, browser):
    round_ = make.round(open=True, holding=Holding.ALL)
    host = make.actor(make.host())
    comment = make.comment(round=round_, body="They ask too much.")

    def replied(words):
        return services.reply(
            session,
            comment,
            actor=VISITOR,
            sent=sent(words),
            said=said(words),
            key=KEY,
            holder=Holder(),
        )

    first, second = replied("I think so, too."), replied("I do not.")
    session.refresh(comment)
    assert comment.replies_count == 0
    page = browser.get(f"/comments/{comment.public_id}")
    assert "1 reply waiting" in page.text
    assert "I think so, too." not in page.html

    requests.release(session, first.comment, actor=host)
    services.withdraw(session, second.comment, actor=VISITOR, holder=holder_of(second))
    session.refresh(comment)
    assert comment.replies_count == 1


def test_what_is_not_shown_can_neither_be_answered_nor_agreed_with_nor_reported(session, make):
    conduct = Conduct(session, make)

    for comment, error in (
        (conduct.held("One."), rules.NotShownNow),
        (conduct.hidden("Two."), rules.NotShownNow),
        (conduct.erased("Three."), rules.CommentErased),
        (conduct.withdrawn("Four."), rules.CommentWithdrawn),
    ):
        with pytest.raises(error):
            requests.report(
                session,
                comment,
                actor=VISITOR,
                holder=Holder(),
                reason=ConductReason.SPAM,
            )


def test_an_hour_far_above_the_others_is_noted_and_a_busy_period_is_not(session, make, browser):
    opened = clock.now() - timedelta(hours=100)
    until = opened + timedelta(hours=100)

    (rise,) = rises_from([(50, 31, 130)], opened_at=opened, until=until)
    assert (rise.began_at, rise.count) == (opened + timedelta(hours=50), 31)
    busy = [(hour, 25, 2500) for hour in range(100)]
    assert rises_from(busy, opened_at=opened, until=until) == []
    assert rises_from([(50, 19, 19)], opened_at=opened, until=until) == []

    round_ = make.round(open=True)
    for minute in range(20):
        make.comment(
            round=round_, submitted_at=round_.opens_at + timedelta(hours=3, minutes=minute)
        )
    page = browser.get(f"/rounds/{round_.slug}/moderation")
    assert "20 comments came in within one hour." in page.text


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 45)), max_size=12))
def test_hours_that_hold_enough_are_those_that_counting_each_instant_finds(groups):
    """Groups that begin at any minute and go on for half an hour, also over an hour's end."""
    opened = clock.now()
    came = [
        opened + timedelta(minutes=minute + n * 30 / many)
        for minute, many in groups
        for n in range(many)
    ]
    each = Counter((at - opened) // HOUR for at in came)
    full = sorted((hour, count) for hour, count in each.items() if count >= LEAST)

    assert hours_of(came, opened) == [(hour, count, len(came)) for hour, count in full]


def test_whoever_looks_after_conduct_finds_what_waits(session, make, browser):
    conduct = Conduct(session, make)
    conduct.taken(conduct.comment("One."), Measure.HIDE)
    queue = f"/host/rounds/{conduct.round.slug}/conduct"

    # The host began it and cannot be its own second person.
    for account, sees in (
        (make.reviewer(), True),
        (make.host(), False),
        (make.author(), False),
    ):
        browser.sign_in(account)
        assert (queue in browser.get("/host/conduct").html) is sees
