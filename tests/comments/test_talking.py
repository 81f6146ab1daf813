"""Replying, one level deep and marked, and agreeing once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from feedback_app.comments import services
from feedback_app.comments.holders import NOBODY
from feedback_app.comments.models import Endorsement, Voice
from feedback_app.comments.rules import (
    CommentWithdrawn,
    OneReplyEach,
    OnlyAuthorsReply,
    OwnComment,
    PeriodOver,
    RepliesStayFlat,
    SpeaksForOthers,
)
from feedback_app.core import clock
from feedback_app.policy import VISITOR
from feedback_app.rounds.models import Round
from tests.comments.acts import KEY, holder_of, said, send, sent


def reply(session, parent, body: str = "Thank you.", **values):
    values = {"actor": VISITOR, "holder": NOBODY, "sent": sent(body)} | values
    return services.reply(session, parent, said=said(body), key=KEY, **values)


def agree(session, comment, **values):
    values = {"actor": VISITOR, "holder": NOBODY, "sent": sent("agree")} | values
    return services.endorse(session, comment, key=KEY, **values)


def test_a_reply_is_counted_apart_and_has_no_point(session, make):
    round_ = make.round(open=True)
    comment = send(session, round_).comment

    answer = reply(session, comment).comment
    session.refresh(comment)

    assert comment.replies_count == 1
    assert session.scalar(select(Round.comments_count).where(Round.id == round_.id)) == 1
    assert (answer.points, answer.kind, answer.voice) == ([], None, Voice.RESIDENT)


def test_whoever_speaks_for_an_organization_is_marked(session, make):
    comment = send(session, make.round(open=True)).comment

    for account, voice in (
        (make.moderator(), Voice.DEPARTMENT),
        (make.host(), Voice.HOST),
        (make.reviewer(), Voice.BOARD),
    ):
        answer = reply(session, comment, actor=make.actor(account)).comment
        assert answer.voice is voice
        assert answer.organization_id is not None
        assert answer.participation is None


def test_a_reply_is_not_replied_to_and_a_withdrawn_comment_neither(session, make):
    taken = send(session, make.round(open=True))
    answer = reply(session, taken.comment).comment

    with pytest.raises(RepliesStayFlat):
        reply(session, answer)
    services.withdraw(session, taken.comment, actor=VISITOR, holder=holder_of(taken))
    with pytest.raises(CommentWithdrawn):
        reply(session, taken.comment)


def test_after_closing_the_author_answers_each_reply_once_and_others_not_at_all(
    session, make, time
):
    round_ = make.round(open=True)
    taken = send(session, round_)
    mine = {"holder": holder_of(taken)}
    time.now = round_.closes_at + timedelta(days=3)

    with pytest.raises(OnlyAuthorsReply):
        reply(session, taken.comment)
    with pytest.raises(OneReplyEach):
        reply(session, taken.comment, **mine)
    reply(session, taken.comment, actor=make.actor(make.moderator()))
    reply(session, taken.comment, "Because of my brother.", **mine)
    with pytest.raises(OneReplyEach):
        reply(session, taken.comment, "And once more.", **mine)


def test_a_withdrawn_reply_is_no_longer_counted(session, make):
    comment = send(session, make.round(open=True)).comment
    answer = reply(session, comment)

    services.withdraw(session, answer.comment, actor=VISITOR, holder=holder_of(answer))
    session.refresh(comment)

    assert comment.replies_count == 0


def test_one_person_agrees_once(session, make):
    comment = send(session, make.round(open=True)).comment

    first = agree(session, comment)
    agree(session, comment, holder=holder_of(first))

    assert comment.endorsements_count == 1
    assert session.scalar(select(func.count()).select_from(Endorsement)) == 1


def test_an_agreement_can_be_taken_back_after_closing_too(session, make, time):
    round_ = make.round(open=True)
    comment = send(session, round_).comment
    given = agree(session, comment)
    time.now = round_.closes_at + timedelta(days=3)

    services.unendorse(session, comment, actor=VISITOR, holder=holder_of(given))

    assert comment.endorsements_count == 0


def test_nobody_agrees_with_oneself_for_the_department_or_after_closing(session, make, time):
    round_ = make.round(open=True)
    taken = send(session, round_)

    with pytest.raises(OwnComment):
        agree(session, taken.comment, holder=holder_of(taken))
    with pytest.raises(SpeaksForOthers):
        agree(session, taken.comment, actor=make.actor(make.author()))
    time.now = round_.closes_at + timedelta(hours=1)
    assert not round_.is_open(clock.now())
    with pytest.raises(PeriodOver):
        agree(session, taken.comment)
