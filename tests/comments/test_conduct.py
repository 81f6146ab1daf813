"""Who sees what of a comment that is held, hidden, covered, withdrawn, erased or late."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from feedback_app.audit.database import problems
from feedback_app.comments import queries
from feedback_app.comments.cards import (
    CommentCard,
    MarginCard,
    Margins,
    ReplyCard,
    Seldom,
    Translated,
)
from feedback_app.comments.conduct import (
    COUNTED,
    ConductReason,
    Eyes,
    Measure,
    State,
    blind,
)
from feedback_app.comments.measures import lift
from feedback_app.comments.models import Channel, Comment, CommentKind, CommentVersion, Voice
from feedback_app.core import clock
from feedback_app.core.database import sqlite3
from feedback_app.core.errors import NotFound
from feedback_app.housekeeping import tidy
from feedback_app.log.models import LogEntry
from feedback_app.models import Base
from feedback_app.policy import VISITOR
from feedback_app.rounds.drawing import Pen
from feedback_app.rounds.models import Holding
from feedback_app.rounds.wording import Words
from feedback_app.triage import board, filters
from feedback_app.triage.report_parts import heard_in
from feedback_app.triage.undecided import undecided_points
from feedback_app.web.templating import day, long_day
from tests.comments.conducting import NAME, Conduct

SEEN = {
    # state: public, department, host, by rule 3 of the product
    "held": ("stub", None, "text"),
    "hidden": ("stub", "text", "text"),
    "masked": ("text", "text", "text"),
    "withdrawn": ("stub", "stub", "stub"),
    "erased": ("stub", "stub", "stub"),
    "late": ("text", "text", "text"),
}
TO_ANSWER = {"hidden", "masked"}


def test_each_state_is_seen_as_the_table_says_and_nobody_reads_more(database, session, make):
    conduct = Conduct(session, make)
    made = {
        "held": conduct.held(f"Held, says {NAME}."),
        "hidden": conduct.hidden(f"Hidden, says {NAME}.", phrases=[NAME]),
        "masked": conduct.masked(f"Masked, says {NAME}.", NAME),
        "withdrawn": conduct.withdrawn(f"Withdrawn, says {NAME}."),
        "erased": conduct.erased(f"Erased, says {NAME}."),
        "late": conduct.comment("Late, says nobody.", is_late=True),
    }
    conduct.round.comments_count -= 1
    viewers = (VISITOR, make.actor(make.moderator()), conduct.host)
    session.commit()

    for state, comment in made.items():
        assert comment.state.value == state
        for viewer, expected in zip(viewers, SEEN[state], strict=True):
            if expected is None:
                with pytest.raises(NotFound):
                    queries.card_of(session, comment, viewer)
                continue
            card = queries.card_of(session, comment, viewer)
            assert card.state is State(state)
            assert card.is_stub is (expected == "stub"), (state, viewer)
            assert NAME not in card.body_html or state == "held"
            assert (card.quote is None) is card.is_stub
    places = {each.key: each.position for each in conduct.round.revision.sections}
    everything = filters.Filters(state=filters.State.ALL)
    points = board.board(session, board.Scope(conduct.round.id, places), everything)
    assert {row.comment_id for row in points} == {
        made[s].public_id for s in (*TO_ANSWER, "late")
    }
    assert all(NAME not in row.excerpt for row in points)
    revision = conduct.round.revision
    open_ = undecided_points(session, revision.curriculum_id, conduct.round.department_id)
    assert {p.comment_id for p in open_} == {made[s].public_id for s in TO_ANSWER}
    assert queries.counts_by_section(session, conduct.round) == {revision.sections[0].key: 1}
    assert not [sentence for sentence in problems(session) if "counts" in sentence]


def test_the_report_gives_a_hidden_comments_answer_without_its_words(session, make, browser):
    conduct = Conduct(session, make, open=False, report_published_at=clock.now())
    comment = conduct.hidden("Words that nobody outside reads.")
    make.disposition(point=comment.points[0], published_at=clock.now())

    page = browser.get(f"/rounds/{conduct.round.slug}/report")

    assert (
        "Hidden by the rules of conduct: it names or describes a private person." in page.text
    )
    assert "Thank you. The course says so too." in page.text
    for path in (f"/rounds/{conduct.round.slug}/report", f"/comments/{comment.public_id}"):
        for ending in ("", ".csv"):
            assert "nobody outside reads" not in browser.get(f"{path}{ending}").html
    assert (
        "nobody outside reads"
        not in browser.get(f"/rounds/{conduct.round.slug}/comments.csv").html
    )


def test_covering_reaches_every_wording_and_point_and_can_be_undone(session, make):
    conduct = Conduct(session, make)
    comment = conduct.comment(
        f"{NAME} waited. Ask {NAME} first.",
        suggested_wording=f"Ask {NAME}.",
        display_name=f"Friend of {NAME}",
    )
    point = comment.points[0]
    point.start, point.end = 23, 42
    assert point.passage == f"Ask {NAME} first."[:19]
    written = comment.current.salt, point.passage

    measure = conduct.confirmed(comment, Measure.MASK, phrases=[NAME])

    version = comment.current
    assert (version.body, version.suggested_wording) == (
        "▮▮▮ waited. Ask ▮▮▮ first.",
        "Ask ▮▮▮.",
    )
    assert comment.display_name == "Friend of ▮▮▮"
    assert NAME not in version.html
    assert version.original.body == f"{NAME} waited. Ask {NAME} first."
    assert point.passage == "Ask ▮▮▮ "
    lift(session, measure, actor=conduct.host)
    assert comment.state is State.SHOWN
    assert (version.salt, point.passage) == written
    assert comment.display_name == f"Friend of {NAME}"


def test_what_is_erased_is_gone_with_its_salt_and_cannot_come_back(database, session, make):
    conduct = Conduct(session, make)
    comment = conduct.comment("A very secret address.", suggested_wording="Another secret.")
    salt = comment.current.salt
    conduct.confirmed(comment, Measure.ERASE, reason=ConductReason.CHILD)
    session.commit()

    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            assert "secret" not in str(row), table
            assert salt not in str(row), table
    assert comment.anchor.exact == "They speak slowly."
    if database.is_sqlite:
        session.commit()
        connection = sqlite3.connect(database.url.database)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        assert b"very secret" not in Path(database.url.database).read_bytes()
    for statement in (
        "UPDATE comment_versions SET body = 'x', salt = 'y' WHERE comment_id = {}",
        "UPDATE comments SET erased_at = NULL WHERE id = {}",
        "DELETE FROM comment_versions WHERE comment_id = {}",
    ):
        with pytest.raises(DBAPIError, match="frozen"), session.begin_nested():
            session.execute(text(statement.format(comment.id)))


def test_a_wording_changes_only_together_with_its_salt(session, make):
    comment = make.comment()

    with pytest.raises(DBAPIError, match="frozen"), session.begin_nested():
        session.execute(
            text("UPDATE comment_versions SET body = 'Other words.' WHERE comment_id = :id"),
            {"id": comment.id},
        )


def test_a_withdrawn_text_is_sealed_at_once_and_erased_after_thirty_days(
    database, session, make, time
):
    conduct = Conduct(session, make)
    comment = conduct.withdrawn("Words taken back.")
    session.commit()
    (version,) = session.scalars(
        select(CommentVersion).where(CommentVersion.comment_id == comment.id)
    )
    assert version.body == ""
    assert version.sealed.body == "Words taken back."
    session.commit()

    for days, kept in ((29, 1), (2, 0)):
        time.move(days=days)
        tidy(database)
        session.expire_all()
        assert (version.sealed is not None) == bool(kept)
        session.commit()


READ = frozenset(State) - blind(Eyes.PUBLIC)


@pytest.mark.one_engine
def test_margins_and_lists_draw_every_state_alike(app, make):
    """`rounds/drawing.py` draws what the macros draw."""
    now = clock.now()
    at = now.date()
    replies: dict[int, list[ReplyCard]] = {}
    with app.test_request_context("/"):
        pen = Pen(
            Words(),
            here="/rounds/x",
            root="",
            is_open=True,
            zone=ZoneInfo("UTC"),
            margins=Margins({}, {}, replies, frozenset(["en"]), frozenset([Channel.PAPER])),
            day=day,
            long_day=long_day,
            macros=lambda name: app.jinja_env.get_template(f"{name}.html").module,
        )
        macros = app.jinja_env.get_template("macros/comments.html").module
        for state in State:
            for stub in (False, True) if state not in READ else (False,):
                reason = (
                    ConductReason.THREAT if state in ("hidden", "masked", "erased") else None
                )
                since = None if state in ("", "late") else at
                reply = ReplyCard(
                    "b" * 26, "Ana", Voice.HOST, at, "Words", state, since, reason, stub,
                    None if stub else Translated("en", Markup("<p>Put</p>"), None),
                )  # fmt: skip
                assert _flat(pen._reply(reply)) == _flat(macros.reply_card(reply)), state
                replies[1] = [] if stub else [reply]
                card = CommentCard(
                    1, "a" * 26, "k", "Ana & Bo", CommentKind.CONCERN, "en", Channel.PAPER, at,
                    at, since, state, "quoted & so on", Markup("<p>Words</p>"), "Two < three",
                    2, 1, replies[1], reason=reason, is_stub=stub, said_by=5,
                    said_of=7 if stub else None,
                )  # fmt: skip
                card.url = f"/comments/{card.public_id}"
                card.endorse_url, card.reply_url = f"{card.url}/agree", f"{card.url}/reply"
                drawn = _flat(macros.comment_card(card))
                if state in COUNTED:
                    seldom = Seldom(
                        5, None, int(now.timestamp()), reason, "Two < three", None, None, None
                    )
                    row = MarginCard(
                        1, "a" * 26, "Ana & Bo", CommentKind.CONCERN, 2, True, "<p>Words</p>",
                        "quoted & so on", seldom, "en", Channel.PAPER, now,
                    )  # fmt: skip
                    assert _flat(pen._card(row)) == drawn, state


def _flat(html: object) -> str:
    return "".join(str(html).split()).replace("</div><divclass", "</div><divclass")


def test_the_reading_page_says_how_many_wait_and_since_when(session, make, browser):
    conduct = Conduct(session, make)
    conduct.round.holding = Holding.ALL
    conduct.held("Not yet.")
    conduct.comment("At once.")

    page = browser.get(f"/rounds/{conduct.round.slug}")

    assert "1 comment waiting since" in page.text
    assert "Not yet." not in page.text
    key = conduct.round.revision.sections[0].key
    listed = browser.get(f"/rounds/{conduct.round.slug}/sections/{key}")
    assert "1 comment waiting, since" in listed.text
    assert "Not yet." not in listed.text


def test_reports_count_hidden_ones_apart(session, make):
    conduct = Conduct(session, make, open=False)
    conduct.hidden("One.")
    conduct.erased("Two.")
    conduct.withdrawn("Three.")

    found = heard_in(session, conduct.round.id)

    assert (found.comments, found.withdrawn, found.hidden, found.late) == (3, 1, 2, 0)
    kinds = set(session.scalars(select(LogEntry.kind)))
    assert {"comment.hidden", "comment.erased", "measure.confirmed"} <= kinds
    assert session.scalar(select(Comment.id).where(Comment.hidden_at.is_not(None)))
