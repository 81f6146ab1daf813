"""Changing one's words, and leaving: at any time, and only by the one who wrote."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback_app.comments import services
from feedback_app.comments.changing import wording_mark
from feedback_app.comments.holders import NOBODY
from feedback_app.comments.models import CommentKind
from feedback_app.comments.rules import (
    ChangedMeanwhile,
    CommentWithdrawn,
    EditingEnded,
    NameReserved,
    NotYours,
)
from feedback_app.core.html import render_comment
from feedback_app.log.queries import about
from feedback_app.policy import VISITOR
from feedback_app.rounds.models import Round
from tests.comments.acts import holder_of, send, sent


def edit(session, comment, holder, body: str, version: str | None = None):
    return services.edit_comment(
        session,
        comment,
        actor=VISITOR,
        holder=holder,
        version=version or wording_mark(comment),
        body=body,
        html=render_comment(body).html,
    )


def describe(session, comment, holder, **values):
    given = {"kind": None, "display_name": None, "language": "en"} | values
    return services.describe_comment(session, comment, actor=VISITOR, holder=holder, **given)


def kinds(session, comment) -> list[str]:
    return [entry.kind for entry in about(session, comment.public_id)]


def test_an_edit_within_fifteen_minutes_takes_the_place_of_what_was_sent(session, make, time):
    taken = send(session, make.round(open=True))
    time.move(minutes=15)

    comment = edit(session, taken.comment, holder_of(taken), "Better.")

    assert [version.body for version in comment.versions] == ["Better."]
    assert comment.edited_at is None
    assert kinds(session, comment) == ["comment.submitted", "comment.edited"]


def test_a_later_edit_is_a_new_wording_with_its_day(session, make, time):
    taken = send(session, make.round(open=True))
    time.move(minutes=16)

    comment = edit(session, taken.comment, holder_of(taken), "Better.")
    session.refresh(comment)

    assert [version.body for version in comment.versions] == [
        "Ask the family first.",
        "Better.",
    ]
    assert comment.current.body == "Better."
    assert comment.edited_at == time.now


def test_words_that_somebody_agreed_with_are_never_replaced(session, make):
    taken = send(session, make.round(open=True))
    neighbor = make.account()
    services.endorse(
        session,
        taken.comment,
        actor=make.actor(neighbor),
        sent=sent("agree"),
        key=b"k",
        holder=NOBODY,
    )

    comment = edit(session, taken.comment, holder_of(taken), "The opposite.")

    assert comment.version_number == 2
    assert comment.endorsements_count == 0


def test_nothing_changes_after_closing_but_leaving_works(session, make, time):
    round_ = make.round(open=True)
    taken = send(session, round_)
    holder = holder_of(taken)
    describe(session, taken.comment, holder, display_name="Ana")
    time.now = round_.closes_at + timedelta(days=900)

    with pytest.raises(EditingEnded):
        edit(session, taken.comment, holder, "Better.")
    services.take_name_off(session, taken.comment, actor=VISITOR, holder=holder)
    assert taken.comment.display_name is None
    services.withdraw(session, taken.comment, actor=VISITOR, holder=holder)
    assert taken.comment.withdrawn_at == time.now
    assert session.scalar(select(Round.comments_count).where(Round.id == round_.id)) == 0
    assert kinds(session, taken.comment)[-2:] == ["comment.unnamed", "comment.withdrawn"]


def test_a_second_withdrawal_changes_nothing(session, make):
    round_ = make.round(open=True)
    send(session, round_)
    taken = send(session, round_, "Another.")
    for _ in range(2):
        services.withdraw(session, taken.comment, actor=VISITOR, holder=holder_of(taken))

    assert session.scalar(select(Round.comments_count).where(Round.id == round_.id)) == 1
    assert kinds(session, taken.comment).count("comment.withdrawn") == 1


def test_a_withdrawn_comment_cannot_be_changed(session, make):
    taken = send(session, make.round(open=True))
    services.withdraw(session, taken.comment, actor=VISITOR, holder=holder_of(taken))

    with pytest.raises(CommentWithdrawn):
        edit(session, taken.comment, holder_of(taken), "Back again.")


def test_another_code_opens_nothing(session, make):
    round_ = make.round(open=True)
    mine, other = send(session, round_), send(session, round_, "Another.")
    stranger = holder_of(other)

    with pytest.raises(NotYours):
        edit(session, mine.comment, stranger, "Theirs.")
    with pytest.raises(NotYours):
        services.withdraw(session, mine.comment, actor=VISITOR, holder=stranger)
    with pytest.raises(NotYours):
        services.take_name_off(session, mine.comment, actor=VISITOR, holder=NOBODY)
    with pytest.raises(NotYours):
        describe(session, mine.comment, stranger)


def test_a_stale_form_is_refused(session, make):
    taken = send(session, make.round(open=True))
    old = wording_mark(taken.comment)
    edit(session, taken.comment, holder_of(taken), "First window.")

    with pytest.raises(ChangedMeanwhile):
        edit(session, taken.comment, holder_of(taken), "Second window.", version=old)


def test_kind_and_name_come_after_sending(session, make):
    taken = send(session, make.round(open=True))

    comment = describe(
        session,
        taken.comment,
        holder_of(taken),
        kind=CommentKind.CONCERN,
        display_name="  Elm   Street mom ",
        language="es",
    )

    assert (comment.kind, comment.display_name) == (CommentKind.CONCERN, "Elm Street mom")
    assert comment.language == "es"


def test_the_name_of_an_organization_on_the_site_is_reserved(session, make):
    round_ = make.round(open=True)
    taken = send(session, round_)

    with pytest.raises(NameReserved):
        describe(
            session, taken.comment, holder_of(taken), display_name=round_.host.name.upper()
        )


def test_a_reserved_name_is_known_again_with_its_accents_and_without_what_is_not_seen(
    session, make
):
    round_ = make.round(open=True)
    round_.host.name = "Ánimo Ñuñoa"
    taken = send(session, round_)

    for typed in ("Ánimo Ñuñoa", "ánimo  ÑUÑOA", "Ánimo\u200b Ñuñoa"):
        with pytest.raises(NameReserved):
            describe(session, taken.comment, holder_of(taken), display_name=typed)
