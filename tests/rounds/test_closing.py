"""Moving a closing, joining a round, and waiting for each other."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from feedback_app.core import clock
from feedback_app.core.errors import NotAllowed
from feedback_app.log.models import LogEntry
from feedback_app.policy import Actor
from feedback_app.rounds import queries, rules, services
from feedback_app.rounds.models import Participation, Round, RoundState
from feedback_app.rounds.standings import Standing

DAY = timedelta(days=1)
SYSTEM = Actor(is_system=True)


def last_facts(session):
    return session.scalars(select(LogEntry).order_by(LogEntry.position.desc())).first()


@pytest.mark.parametrize("who", ["host", "host_manager", "moderator", "manager"])
def test_either_signatory_extends_with_a_public_reason(session, make, who):
    round_ = make.round(open=True, answers_due_on=clock.now().date() + 60 * DAY)
    before, due_on = round_.closes_at, round_.answers_due_on

    services.extend_round(
        session,
        round_,
        actor=make.actor(getattr(make, who)()),
        closes_at=before + 7 * DAY,
        reason="Snow closed the library.",
    )

    assert round_.closes_at == before + 7 * DAY
    assert round_.answers_due_on == due_on + 7 * DAY
    entry = last_facts(session)
    assert entry.kind == "round.extended"
    assert entry.facts["reason"] == "Snow closed the library."
    assert entry.by_organization is not None


@pytest.mark.parametrize("who", ["author", "reviewer", "account", "administrator"])
def test_nobody_else_moves_a_closing(session, make, who):
    round_ = make.round(open=True)
    actor = make.actor(getattr(make, who)())
    later = round_.closes_at + DAY

    with pytest.raises(NotAllowed):
        services.extend_round(session, round_, actor=actor, closes_at=later, reason="Why not.")
    with pytest.raises(NotAllowed):
        services.close_round(session, round_, actor=actor, reason="Why not.")


def test_a_department_that_did_not_sign_moves_nothing(session, make):
    round_ = make.round(open=True, department_signed_at=None)
    actor = make.actor(make.moderator())

    with pytest.raises(rules.NotASignatory):
        services.extend_round(
            session, round_, actor=actor, closes_at=round_.closes_at + DAY, reason="Snow."
        )
    with pytest.raises(rules.NotASignatory):
        services.close_round(session, round_, actor=actor, reason="Enough.")


def test_a_closing_only_moves_later_and_never_after_it_has_passed(session, make):
    open_, closed = make.round(open=True), make.round()
    actor = make.actor(make.host())

    with pytest.raises(rules.NotLater):
        services.extend_round(
            session, open_, actor=actor, closes_at=open_.closes_at, reason="Snow."
        )
    with pytest.raises(rules.ReasonMissing):
        services.extend_round(
            session, open_, actor=actor, closes_at=open_.closes_at + DAY, reason=" "
        )
    with pytest.raises(rules.RoundHasClosed):
        services.extend_round(
            session, closed, actor=actor, closes_at=clock.now() + DAY, reason="Snow."
        )


def test_one_side_alone_cannot_close_early(session, make):
    round_ = make.round(open=True)
    host, moderator = make.actor(make.host()), make.actor(make.moderator())

    assert services.close_round(session, round_, actor=host, reason="The hall burned.") is False
    with pytest.raises(rules.ClosingAlreadyAsked):
        services.close_round(session, round_, actor=host, reason="Really.")
    assert round_.is_open(clock.now())

    assert services.close_round(session, round_, actor=moderator, reason="") is True
    assert round_.state(clock.now()) is RoundState.CLOSED
    entry = last_facts(session)
    assert entry.kind == "round.closed"
    assert entry.facts["reason"] == "The hall burned."
    with pytest.raises(rules.RoundNotOpen):
        services.close_round(session, round_, actor=host, reason="Again.")


def test_moving_the_closing_later_takes_the_wish_to_close_back(session, make):
    round_ = make.round(open=True)
    host, moderator = make.actor(make.host()), make.actor(make.moderator())
    services.close_round(session, round_, actor=host, reason="Enough.")

    services.extend_round(
        session, round_, actor=moderator, closes_at=round_.closes_at + DAY, reason="Snow."
    )

    assert services.close_round(session, round_, actor=moderator, reason="Now.") is False


def test_the_host_alone_closes_an_independent_round(session, make):
    round_ = make.round(open=True, department_signed_at=None)

    assert services.close_round(
        session, round_, actor=make.actor(make.host()), reason="Nobody answers."
    )


def test_the_command_line_closes_and_extends(session, make):
    round_ = make.round(open=True)

    services.extend_round(
        session, round_, actor=SYSTEM, closes_at=round_.closes_at + DAY, reason="An outage."
    )
    assert services.close_round(session, round_, actor=SYSTEM, reason="A court order.")
    assert last_facts(session).by_role == "system"


def test_a_closing_waits_for_whoever_is_posting(database, make, session):
    """A poster holds the round; the closing instant is read only after it has ended."""
    round_ = make.round(open=True, department_signed_at=None)
    actor, slug = make.actor(make.host()), round_.slug
    session.commit()
    posting, order = threading.Event(), []

    def post() -> None:
        with database.unit_of_work(writing=True) as unit:
            held = queries.get_round(unit, slug, viewer=actor, for_update="share")
            posting.set()
            at = clock.now()
            threading.Event().wait(0.3)
            held.comments_count += 1
            order.append(("posted", at))

    def close() -> None:
        posting.wait()
        with database.unit_of_work(writing=True) as unit:
            held = queries.get_round(unit, slug, viewer=actor, for_update="update")
            services.close_round(unit, held, actor=actor, reason="Enough.")
            order.append(("closed", held.closes_at))

    threads = [threading.Thread(target=act) for act in (post, close)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [what for what, _at in order] == ["posted", "closed"]
    assert order[0][1] < order[1][1]


def test_many_post_at_once_into_one_round_without_blocking_each_other_for_good(
    database, make, session
):
    slug = make.round(open=True).slug
    session.commit()

    def post() -> None:
        for _ in range(10):
            with database.unit_of_work(writing=True) as unit:
                queries.get_round(unit, slug, viewer=SYSTEM, for_update="share")
                unit.execute(
                    Round.__table__.update()
                    .where(Round.slug == slug)
                    .values(comments_count=Round.comments_count + 1)
                )

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.unit_of_work(writing=False) as unit:
        assert unit.scalar(select(Round.comments_count).where(Round.slug == slug)) == 60


def test_twenty_tabs_of_one_account_are_one_participation(database, make, session):
    round_, account = make.round(open=True), make.account()
    session.commit()

    def join() -> None:
        with database.unit_of_work(writing=True) as unit:
            found = queries.get_round(unit, round_.slug, viewer=SYSTEM, for_update="share")
            services.participation_for(unit, found, account_id=account.id)

    threads = [threading.Thread(target=join) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.unit_of_work(writing=False) as unit:
        assert unit.scalar(select(func.count(Participation.id))) == 1


def test_a_code_joins_one_round(session, make):
    round_ = make.round(open=True)

    first = services.participation_for(session, round_, account_id=None, code_hash="a" * 64)
    again = services.participation_for(session, round_, account_id=None, code_hash="a" * 64)
    other = services.participation_for(session, round_, account_id=None, code_hash="b" * 64)

    assert first.id == again.id != other.id


def test_a_version_stands_out_for_comment_approved_taught_and_replaced(session, make, time):
    curriculum = make.curriculum()
    day = time().date()
    old, taught, coming = (make.revision(curriculum=curriculum, number=n) for n in (1, 2, 3))
    for revision, days in ((old, -400), (taught, -30), (coming, 30)):
        revision.in_force_on = day + days * DAY
    newest = make.revision(curriculum=curriculum, number=4)
    draft = make.revision(curriculum=curriculum, number=5, published=False)
    make.round(open=True, revision=newest)

    found = queries.standings_of(session, curriculum)

    assert {
        number: found[r.id].standing
        for number, r in enumerate((old, taught, coming, newest, draft), start=1)
    } == {
        1: Standing.REPLACED,
        2: Standing.TAUGHT,
        3: Standing.APPROVED,
        4: Standing.OUT_FOR_COMMENT,
        5: Standing.DRAFT,
    }
    assert found[taught.id].day == day - 30 * DAY
