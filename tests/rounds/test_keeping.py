"""What the agreement promises beside the answers is kept, or its breach is public."""

from datetime import date

import pytest

from feedback_app.core import clock
from feedback_app.core.errors import NotAllowed, NotFound
from feedback_app.curricula.sealing import PromisedToComeBack, set_in_force
from feedback_app.log.queries import exceptions
from feedback_app.rounds import rules, services
from feedback_app.rounds.keeping import confirm_gone_through
from feedback_app.rounds.models import Answering, Audience, Promise, WhoMayComment
from feedback_app.triage.gate import Listed
from feedback_app.triage.publication import ReasonOwed
from feedback_app.triage.rules import NotGoneThrough
from feedback_app.triage.services import publish_report
from tests.rounds.planning import plan
from tests.triage.redrafting import Redraft


def test_a_text_promised_to_come_back_is_not_taught_before_without_a_public_reason(
    session, make, browser
):
    course = make.curriculum()
    first, second, third = (
        make.revision(curriculum=course, number=number, is_material=False)
        for number in (1, 2, 3)
    )
    asked = make.round(
        revision=first, promise=Promise.COMES_BACK, report_published_at=clock.now()
    )
    make.round(revision=make.revision(), promise=Promise.COMES_BACK)
    given = {"actor": make.actor(make.moderator()), "authority": "Order 12"}

    with pytest.raises(PromisedToComeBack):
        set_in_force(session, second, on=date(2026, 1, 4), **given)
    set_in_force(session, first, on=date(2026, 1, 2), **given)
    set_in_force(
        session, second, on=date(2026, 1, 4), material_reason="A court set the day.", **given
    )
    make.round(revision=second, report_published_at=clock.now())
    set_in_force(session, third, on=date(2026, 1, 6), **given)

    (broken,) = exceptions(session)
    assert broken.facts["promised_in"] == asked.slug
    page = browser.get(f"/rounds/{asked.slug}/agreement")
    assert "This promise was not kept." in page.text
    assert "Version 2 is taught from" in page.text
    assert "A court set the day." in page.text


@pytest.mark.one_engine
def test_an_unsigned_or_an_urgent_text_breaks_no_promise(session, make):
    course = make.curriculum()
    first = make.revision(curriculum=course)
    make.round(revision=first, promise=Promise.COMES_BACK, department_signed_at=None)
    second = make.revision(curriculum=course, number=2, is_material=False)
    given = {"actor": make.actor(make.moderator()), "authority": "Order 12"}
    set_in_force(session, second, on=date(2026, 1, 4), **given)

    make.round(revision=second, promise=Promise.COMES_BACK)
    urgent = make.revision(curriculum=course, number=3, is_material=False, is_urgent=True)
    set_in_force(session, urgent, on=date(2026, 1, 5), **given)

    assert exceptions(session) == []


def test_answers_to_be_gone_through_together_wait_for_the_hosts_word(session, make, browser):
    round_ = make.round(promise=Promise.TOGETHER)
    make.disposition(point=make.point(round=round_))
    moderator, host = make.moderator(), make.host()
    path = f"/triage/{round_.slug}/publish"

    browser.sign_in(moderator)
    page = browser.get(path)
    assert "not yet said that you went through the answers together" in page.text
    refused = browser.post(path, **page.hidden())
    assert refused.status_code == 422
    assert "or say in public why not" in refused.error_of("not_together_reason")

    browser.sign_in(host)
    desk = browser.get(f"/host/rounds/{round_.slug}")
    assert "We went through the answers together" in desk.text
    browser.post(f"/host/rounds/{round_.slug}/gone-through", **desk.hidden())
    with pytest.raises(rules.AlreadyGoneThrough):
        confirm_gone_through(session, round_, actor=make.actor(host))

    browser.sign_in(moderator)
    browser.post(path, **browser.get(path).hidden())
    session.refresh(round_)
    assert round_.report_published_at is not None
    assert exceptions(session) == []
    assert (
        "that both went through the answers together"
        in browser.get(f"/rounds/{round_.slug}/agreement").text
    )


@pytest.mark.one_engine
def test_going_without_the_host_is_an_exception_and_nobody_else_speaks_for_it(session, make):
    round_ = make.round(promise=Promise.TOGETHER)
    make.disposition(point=make.point(round=round_))
    moderator = make.actor(make.moderator())
    with pytest.raises(NotGoneThrough):
        publish_report(session, round_, actor=moderator, not_together_reason=" ")
    for other in (moderator, make.actor(make.partner())):
        with pytest.raises((NotAllowed, NotFound)):
            confirm_gone_through(session, round_, actor=other)
    with pytest.raises(rules.NotClosedYet):
        confirm_gone_through(
            session,
            make.round(promise=Promise.TOGETHER, open=True),
            actor=make.actor(make.host()),
        )
    with pytest.raises(rules.NotPromised):
        confirm_gone_through(session, make.round(), actor=make.actor(make.host()))

    publish_report(
        session, round_, actor=moderator, not_together_reason="The host is closed all winter."
    )

    (entry,) = exceptions(session)
    assert entry.facts["not_together_reason"] == "The host is closed all winter."


def test_a_version_that_carries_such_answers_lists_them_before_it_is_published(session, make):
    redraft = Redraft(session, make)
    redraft.round.promise = Promise.TOGETHER
    redraft.reword()
    redraft.tie(redraft.answer())

    with pytest.raises(ReasonOwed) as refused:
        redraft.publish()
    assert refused.value.kind is Listed.UNSHARED

    confirm_gone_through(session, redraft.round, actor=make.actor(make.host()))
    redraft.publish()


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("own", "values", "rule"),
    [
        (False, {"audience": Audience.OFFICERS}, rules.OfficersAreInvited),
        (True, {"participation": WhoMayComment.INVITED}, rules.NobodyInvites),
        (True, {"promise": Promise.TOGETHER}, rules.NoHostToGoThrough),
        (
            False,
            {"promise": Promise.TOGETHER, "answering": Answering.ONE_BY_ONE},
            rules.OneByOneIsNotTogether,
        ),
    ],
)
def test_a_plan_offers_nothing_that_nobody_could_keep(session, make, own, values, rule):
    host = make.department() if own else make.host_organization()
    planner = make.manager() if own else make.host()

    with pytest.raises(rule):
        services.plan_round(
            session,
            make.revision(),
            actor=make.actor(planner),
            host=host,
            slug="a-plan",
            plan=plan(**values),
        )
