"""Subjects: many comments answered at one moment, each with a row of its own."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from feedback_app.comments.models import CommentKind
from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.log.queries import exceptions
from feedback_app.triage import rules, themes
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.queries import undecided_count
from feedback_app.triage.theme_models import ThemeAnswer, ThemePoint
from feedback_app.triage.together import Answer, lot_token

SAID = Answer(
    outcome=Outcome.NOTED,
    rationale="Thank you. All of you say that actors are paid too late.",
    office="Training",
    authority="Director",
)


@pytest.fixture
def round_(make):
    return make.round()


@pytest.fixture
def points(make, round_):
    return [make.point(round=round_, body=f"Pay actors, says number {n}.") for n in range(4)]


@pytest.fixture
def actor(make):
    return make.actor(make.moderator())


def ids(points):
    return [point.public_id for point in points]


def members(session, theme):
    return set(
        session.scalars(select(ThemePoint.point_id).where(ThemePoint.theme_id == theme.id))
    )


def newest(session):
    return session.scalars(select(LogEntry).order_by(LogEntry.position.desc()).limit(1)).one()


def test_answering_a_subject_writes_a_row_for_each_comment_but_those_left_out_or_answered(
    session, make, round_, points, actor
):
    before = make.disposition(point=points[0])
    theme = themes.create_theme(
        session, round_, actor=actor, title="Pay for actors", points=ids(points)
    )
    token = lot_token(themes.lot_of(session, theme))

    given = themes.answer_theme(
        session, theme, actor=actor, answer=SAID, left_out=ids(points[1:2]), based_on=token
    )
    later = make.point(round=round_, body="Actors, me too.")
    themes.add_points(session, theme, actor=actor, points=ids([later]))

    rows = session.scalars(select(Disposition).where(Disposition.id != before.id)).all()
    assert {row.point_id for row in rows} == {points[2].id, points[3].id}
    assert {row.rationale for row in rows} == {SAID.rationale}
    assert len({row.salt for row in rows}) == 2
    assert {a.disposition_id for a in session.scalars(select(ThemeAnswer))} == {
        row.id for row in rows
    }
    assert (len(given.answers), given.left_out) == (2, 1)
    assert undecided_count(session, round_) == 2  # the one left out and the one who came later
    (entry,) = exceptions(session)
    assert (entry.kind, entry.facts) == ("theme.answered", {"answers": 2, "left_out": 1})
    assert SAID.rationale not in entry.leaf
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(ThemeAnswer.__table__.update().values(theme_id=theme.id))


def test_an_answer_to_a_list_that_changed_meanwhile_is_not_written(
    session, make, round_, points, actor
):
    theme = make.theme(round_, *points[:2])
    token = lot_token(themes.lot_of(session, theme))
    themes.add_points(session, theme, actor=actor, points=ids(points[2:3]))

    with pytest.raises(rules.LotChanged):
        themes.answer_theme(session, theme, actor=actor, answer=SAID, based_on=token)

    assert session.scalars(select(Disposition)).all() == []


@pytest.mark.one_engine
def test_comments_on_the_moderators_own_text_wait_for_a_second_signature(session, make, actor):
    writer = make.moderator()
    revision = make.revision(sections=[{"changed_by_id": writer.id}, {}])
    round_ = make.round(revision=revision)
    own = make.point(round=round_)
    other = make.point(round=round_, section_key=revision.sections[1].key)
    whole = make.point(round=round_, section_key=None)
    theme = make.theme(round_, own, other, whole)

    given = themes.answer_theme(session, theme, actor=make.actor(writer), answer=SAID)

    assert {a.point_id for a in given.answers if a.needs_second} == {own.id, whole.id}
    assert given.signatures == 2


@pytest.mark.one_engine
def test_read_and_kept_is_refused_while_one_of_them_asks(session, make, round_, points, actor):
    asks = make.point(round=round_, kind=CommentKind.QUESTION)
    theme = make.theme(round_, *points, asks)

    with pytest.raises(rules.SomeAskForSomething) as refused:
        themes.answer_theme(session, theme, actor=actor, answer=SAID)
    given = themes.answer_theme(
        session, theme, actor=actor, answer=SAID, left_out=[asks.public_id]
    )

    assert refused.value.values == {"count": 1}
    assert len(given.answers) == 4


@pytest.mark.one_engine
def test_what_is_gone_or_hidden_from_the_department_gets_no_answer(
    session, make, round_, points, actor
):
    theme = make.theme(round_, *points)
    points[0].comment.withdrawn_at = points[0].comment.submitted_at
    points[1].retired_at = points[1].comment.submitted_at
    points[2].comment.held_at = points[2].comment.submitted_at
    session.flush()

    given = themes.answer_theme(session, theme, actor=actor, answer=SAID)

    assert [a.point_id for a in given.answers] == [points[3].id]
    with pytest.raises(rules.NothingToAnswer):
        themes.answer_theme(session, theme, actor=actor, answer=SAID)


def test_no_two_subjects_of_a_round_have_one_name_whatever_its_capitals(
    session, make, round_, actor
):
    themes.create_theme(session, round_, actor=actor, title="Época de pagos")

    for again in ("Época de pagos", " ÉPOCA  DE PAGOS", "Época\u200b de pagos"):
        with pytest.raises(rules.TitleTaken):
            themes.create_theme(session, round_, actor=actor, title=again)

    other = themes.create_theme(session, round_, actor=actor, title="Epoca de pagos")
    assert other.title == "Epoca de pagos"


def test_a_subject_is_joined_with_another_and_keeps_its_answers(
    session, make, round_, points, actor
):
    one, other = make.theme(round_, *points[:2]), make.theme(round_, *points[1:])
    given = themes.answer_theme(session, one, actor=actor, answer=SAID)

    themes.merge_themes(session, one, into=other, actor=actor)

    assert members(session, other) == {point.id for point in points}
    assert members(session, one) == set()
    assert one.merged_into is other
    answer = session.get_one(ThemeAnswer, given.answers[0].id)
    assert answer.theme_id == one.id
    with pytest.raises(rules.SubjectEnded):
        themes.add_points(session, one, actor=actor, points=ids(points))
    with pytest.raises(rules.NotAnotherSubject):
        themes.merge_themes(session, other, into=other, actor=actor)


def test_a_part_of_a_subject_becomes_one_of_its_own(session, make, round_, points, actor):
    theme = make.theme(round_, *points, title="Pay")

    new = themes.split_theme(
        session, theme, actor=actor, title="Late pay", points=ids(points[:1])
    )

    assert members(session, new) == {points[0].id}
    assert members(session, theme) == {point.id for point in points[1:]}
    for title in ("late pay", " Pay "):
        with pytest.raises(rules.TitleTaken):
            themes.create_theme(session, round_, actor=actor, title=title)
    with pytest.raises(rules.NothingChosen):
        themes.split_theme(session, theme, actor=actor, title="None", points=ids(points[:1]))


@pytest.mark.one_engine
def test_a_comment_is_sorted_into_any_number_of_subjects_with_one_entry(
    session, make, round_, points, actor
):
    first, second, third = (make.theme(round_) for _ in range(3))
    point = points[0]
    themes.sort_point(session, point, actor=actor, themes=[first, second])

    themes.sort_point(session, point, actor=actor, themes=[second, third])

    assert [members(session, t) for t in (first, second, third)] == [
        set(),
        {point.id},
        {point.id},
    ]
    assert newest(session).kind == "point.sorted"
    assert set(newest(session).parents) == {
        point.comment.public_id,
        first.public_id,
        third.public_id,
    }


@pytest.mark.one_engine
def test_subjects_belong_to_one_round_and_to_its_moderators(session, make, round_, actor):
    theme, elsewhere = make.theme(round_), make.point()

    with pytest.raises(NotFound):
        themes.add_points(session, theme, actor=actor, points=ids([elsewhere]))
    with pytest.raises(NotFound):
        themes.sort_point(session, elsewhere, actor=actor, themes=[theme])
    for who in ("author", "manager", "reviewer", "host", "administrator"):
        with pytest.raises(NotFound):
            themes.create_theme(
                session, round_, actor=make.actor(getattr(make, who)()), title="Pay"
            )
