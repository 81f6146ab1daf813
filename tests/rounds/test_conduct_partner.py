"""Who sees to conduct and who decides as second, as a round's plan names them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.cli import system_actor
from feedback_app.comments import measures, rules
from feedback_app.comments.conduct import ConductReason, Measure, State
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.notifications.models import OutboxMessage
from feedback_app.policy import OrganizationKind, Role
from feedback_app.rounds import rules as planning
from feedback_app.rounds import services
from feedback_app.rounds.models import ConductPartner
from feedback_app.rounds.plans import Missing, Part, missing_parts
from feedback_app.rounds.seconds import name_second, step_out
from tests.rounds.planning import plan, planned, questions

pytestmark = pytest.mark.one_engine


def own_round(make, by=None, **values):
    """A round that the department runs about its own course."""
    return services.plan_round(
        make.session,
        make.revision(),
        actor=make.actor(by or make.manager()),
        host=make.department(),
        slug="ask-by-itself",
        plan=plan(**values),
        questions=questions(),
    )


def test_a_named_organization_decides_as_second_once_it_has_agreed(session, make):
    host, partner = make.host(), make.partner()
    round_ = make.round(open=True)
    round_.partner = ConductPartner(organization=make.partner_organization())
    session.flush()
    comment = make.comment(round=round_, body="Buy cheap watches.")
    measure = measures.take(
        session,
        comment,
        actor=make.actor(host),
        kind=Measure.HIDE,
        reason=ConductReason.SPAM,
    )

    with pytest.raises(NotFound):
        measures.confirm(session, measure, actor=make.actor(partner))
    for other in (host, make.moderator(), make.manager(), make.reviewer(), make.account()):
        with pytest.raises(NotFound):
            services.agree_as_second(session, round_, actor=make.actor(other))
    services.agree_as_second(session, round_, actor=make.actor(partner))
    with pytest.raises(planning.AlreadySigned):
        services.agree_as_second(session, round_, actor=make.actor(partner))
    with pytest.raises(NotFound):  # second, never first
        measures.take(
            session,
            make.comment(round=round_),
            actor=make.actor(partner),
            kind=Measure.HIDE,
            reason=ConductReason.THREAT,
        )
    measures.confirm(session, measure, actor=make.actor(partner))

    assert comment.state is State.HIDDEN


def test_a_partner_is_a_community_organization_and_not_the_host(session, make):
    make.partner()
    for other in (make.host_organization(), make.board(), make.department()):
        session.flush()
        with pytest.raises(planning.NotAPartner):
            planned(make, slug=f"with-{other.slug}", partner_id=other.id)


def test_a_changed_plan_is_agreed_to_again(session, make):
    host, partner = make.host(), make.partner()
    session.flush()
    round_ = planned(make, host=host, partner_id=make.partner_organization().id)
    services.agree_as_second(session, round_, actor=make.actor(partner))

    services.replan_round(
        session,
        round_,
        actor=make.actor(host),
        version=round_.version,
        plan=plan(partner_id=make.partner_organization().id),
    )

    assert round_.partner is not None
    assert round_.second_id is None


def test_a_department_asks_about_its_own_course_with_board_partner_and_day(session, make):
    bare = own_round(make, answers_due_on=None)

    assert list(missing_parts(bare)) == [Missing(Part.ANSWERS), Missing(Part.SECOND)]
    with pytest.raises(planning.PageNotWhole):
        services.sign_for_host(session, bare, actor=make.actor(make.manager()))


def test_in_a_departments_own_round_its_board_acts_and_another_organization_agrees(
    session, make
):
    manager, partner, reviewer = make.manager(), make.partner(), make.reviewer()
    round_ = own_round(make, by=manager, partner_id=make.partner_organization().id)
    services.agree_as_second(session, round_, actor=make.actor(partner))
    assert list(missing_parts(round_)) == []
    services.sign_for_host(session, round_, actor=make.actor(manager))
    assert not round_.is_independent
    assert round_.conduct_name == make.board().name
    comment = make.comment(round=round_, body="I know where you live.")

    for account in (manager, make.moderator(), make.author(), partner, make.host()):
        with pytest.raises(NotFound):
            measures.take(
                session,
                comment,
                actor=make.actor(account),
                kind=Measure.HIDE,
                reason=ConductReason.THREAT,
            )
    measure = measures.take(
        session,
        comment,
        actor=make.actor(reviewer),
        kind=Measure.HIDE,
        reason=ConductReason.THREAT,
    )
    with pytest.raises(rules.SecondFromElsewhere):
        measures.confirm(session, measure, actor=make.actor(make.reviewer()))
    with pytest.raises(NotFound):
        measures.confirm(session, measure, actor=make.actor(manager))
    measures.confirm(session, measure, actor=make.actor(partner))
    assert comment.state is State.HIDDEN

    with pytest.raises(planning.SignedWhereItPlans):
        services.sign_for_department(session, round_, actor=make.actor(manager))


def test_a_departments_own_round_is_not_closed_early_by_it_alone(session, make):
    make.reviewer()
    round_ = make.round(open=True, host=make.department())

    with pytest.raises(planning.NotShortenedAlone):
        services.close_round(
            session, round_, actor=make.actor(make.manager()), reason="We have enough."
        )


def test_nobody_plans_for_another_department(session, make):
    elsewhere = make.organization(OrganizationKind.DEPARTMENT)
    stranger = make.member(Role.MANAGER, elsewhere)

    with pytest.raises(planning.OnlyOwnCourse):
        services.plan_round(
            session,
            make.revision(),
            actor=make.actor(stranger),
            host=elsewhere,
            slug="not-ours",
            plan=plan(),
        )


def test_the_page_says_who_sees_to_conduct_and_the_partner_agrees_there(browser, session, make):
    partner = make.partner()
    make.reviewer()
    round_ = make.round(open=True, host=make.department())
    round_.partner = ConductPartner(organization=make.partner_organization())
    session.flush()
    path = f"/rounds/{round_.slug}/agreement"
    shown = browser.get(path)
    assert make.board().name in shown.text
    assert f"{make.partner_organization().name} has been asked" in shown.text
    assert "it asks about its own course" in shown.text

    browser.sign_in(partner)
    assert path in browser.get("/host/conduct").html
    sent = browser.post(f"{path}/second", page=path)
    assert sent.location == path
    assert "as the second organization in conduct, on" in browser.get(path).text
    page = browser.get(f"/rounds/{round_.slug}").text
    assert f"Each time, {make.partner_organization().name} has to agree." in page
    assert f"the department itself; {make.board().name} sees to conduct in its place" in page


def mails(session, template):
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.template == template)
        .order_by(OutboxMessage.id)
    ).all()


def test_an_asked_organization_gets_one_mail_until_a_changed_plan_asks_again(session, make):
    host, partner = make.host(), make.partner(locale="es")
    make.partner(confirmed_at=None)
    asked = {"partner_id": make.partner_organization().id}
    round_ = planned(make, host=host, **asked)
    services.replan_round(
        session, round_, actor=make.actor(host), version=round_.version, plan=plan(**asked)
    )

    (first,) = mails(session, "second_asked")
    assert (first.recipient, first.locale) == (partner.email, "es")
    assert first.values["path"] == "/rounds/say-it-in-winter/agreement"

    services.agree_as_second(session, round_, actor=make.actor(partner))
    services.write_questions(
        session,
        round_,
        actor=make.actor(host),
        version=round_.version,
        questions=questions(4),
    )
    assert len(mails(session, "second_asked")) == 2


def test_who_steps_out_leaves_what_waits_to_the_board_and_another_can_be_asked(
    browser, session, make
):
    host, partner, reviewer = make.host(), make.partner(), make.reviewer()
    round_ = make.round(open=True)
    round_.partner = ConductPartner(
        organization=make.partner_organization(), agreed_at=clock.now()
    )
    session.flush()
    measure = measures.take(
        session,
        make.comment(round=round_, body="Buy cheap watches."),
        actor=make.actor(host),
        kind=Measure.HIDE,
        reason=ConductReason.SPAM,
    )
    page = f"/rounds/{round_.slug}/agreement/second/leave"
    browser.sign_in(host)
    assert browser.get(page).status_code == 404
    with pytest.raises(planning.SecondIsThere):
        name_second(session, round_, actor=make.actor(host), partner_id=1)
    browser.sign_in(partner)
    assert page in browser.get(f"/rounds/{round_.slug}/agreement").html
    shown = browser.get(page)
    assert "1 comment waits for a second person." in shown.text
    assert "the oversight board alone decides" in shown.text
    browser.send(page, shown.hidden())

    assert round_.partner is None
    assert {mail.recipient for mail in mails(session, "second_left")} == {
        host.email,
        reviewer.email,
    }
    with pytest.raises(NotFound):
        measures.confirm(session, measure, actor=make.actor(partner))
    measures.confirm(session, measure, actor=make.actor(reviewer))

    other = make.organization(OrganizationKind.HOST)
    member = make.member(Role.HOST, other)
    browser.sign_in(host)
    asking = f"/host/rounds/{round_.slug}/second"
    assert asking in browser.get(f"/host/rounds/{round_.slug}").html
    assert browser.post(asking, partner="nobody").error_of("partner")
    browser.post(asking, partner=other.slug)
    assert [mail.recipient for mail in mails(session, "second_asked")] == [member.email]
    services.agree_as_second(session, round_, actor=make.actor(member))
    assert round_.second_id == other.id


def test_in_a_departments_own_round_what_waits_comes_back_unless_another_one_agrees(
    browser, session, make, time
):
    manager, partner, reviewer = make.manager(), make.partner(), make.reviewer()
    round_ = own_round(make, by=manager, partner_id=make.partner_organization().id)
    services.agree_as_second(session, round_, actor=make.actor(partner))
    services.sign_for_host(session, round_, actor=make.actor(manager))
    comment = make.comment(round=round_, body="I know where you live.")
    measures.take(
        session,
        comment,
        actor=make.actor(reviewer),
        kind=Measure.HIDE,
        reason=ConductReason.THREAT,
    )
    step_out(session, round_, actor=make.actor(partner))
    browser.sign_in(manager)
    asking = browser.get(f"/host/rounds/{round_.slug}/second")
    assert "comes back as it was when its time is over" in asking.text

    time.move(hours=25)
    assert measures.lapse(session, actor=system_actor()) == 1
    assert comment.state is State.SHOWN
