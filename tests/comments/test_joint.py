"""An organization answers as one: offered, copied, edited, sent once; originals stay."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from sqlalchemy import func, select

from feedback_app.comments import joint, joint_drafting, offering, services
from feedback_app.comments.conduct import ConductReason
from feedback_app.comments.entering import Said
from feedback_app.comments.holders import Holder
from feedback_app.comments.joint_models import (
    JointResponse,
    ResponseOffer,
    ResponsePart,
    ResponseSource,
)
from feedback_app.comments.joint_queries import get_response
from feedback_app.comments.models import Comment, CommentVersion, Point, Voice
from feedback_app.comments.queries import get_comment
from feedback_app.comments.rules import ClosedMeanwhile, InvitationNeeded, NotYours, SentAsOne
from feedback_app.core import clock
from feedback_app.core.errors import DomainError, NotFound
from feedback_app.core.html import render_comment
from feedback_app.housekeeping import tidy
from feedback_app.log.models import LogEntry
from feedback_app.organizations.models import Membership
from feedback_app.policy import VISITOR, Permission, Role, allows
from feedback_app.rounds.models import Showing, WhoMayComment
from tests.comments.acts import KEY, holder_of, linked, send, sent


@pytest.fixture
def round_(make):
    return make.round(open=True)


@pytest.fixture
def lead(make):
    return make.actor(make.partner())


def begun(session, make, round_, lead, **values):
    organization = make.partner_organization()
    return joint.begin(session, round_, organization, actor=lead, language="en", **values)


def offered(session, response, body="Ask the family first.", **values):
    """Somebody without an account comments, then offers it by the organization's words."""
    key = response.round.revision.sections[0].key
    taken = send(session, response.round, body, section_key=key)
    given = offering.offer(
        session,
        taken.comment,
        actor=VISITOR,
        holder=holder_of(taken),
        key=KEY,
        words=offering.member_words(KEY, response).replace("-", " ").upper(),
        **values,
    )
    return taken, given


def copied(session, response, lead, given):
    return joint_drafting.take(session, response, actor=lead, offer_id=given.public_id)


def edited(session, part, lead, body, version=None):
    return joint_drafting.edit_part(
        session,
        part,
        actor=lead,
        version=version or part.version,
        body=body,
        section_key=part.section_key,
    )


def sending(session, response, lead, version=None, **values):
    composed = joint.compose(response.parts, {"": ""})
    return joint.send(
        session,
        response,
        actor=lead,
        sent=values.pop("form", sent()),
        version=version or response.version,
        composed=composed,
        html=render_comment(composed.body).html,
        **values,
    )


def many(session, kind):
    return session.scalar(select(func.count()).select_from(kind))


def test_copies_are_edited_and_sent_once_and_the_originals_stay(session, make, round_, lead):
    response = begun(session, make, round_, lead)
    first, one = offered(session, response, "Ask the family first.")
    second, two = offered(session, response, "And wait for the nurse.", is_linked=True)
    third, three = offered(session, response, "Send no dogs.", is_linked=True)
    before = session.execute(select(CommentVersion.id, CommentVersion.body)).all()
    counted = round_.comments_count
    parts = [copied(session, response, lead, given) for given in (one, two, three)]
    assert copied(session, response, lead, two) is parts[1]  # a double click copies once
    own = joint_drafting.add_part(
        session, response, actor=lead, body="Tell us the cost.", section_key=None
    )
    joint_drafting.join_above(session, parts[1], actor=lead, version=parts[1].version)
    edited(session, parts[0], lead, "Officers ask the family, and wait for the nurse.")
    joint_drafting.leave_out(session, parts[2], actor=lead, version=parts[2].version)
    joint_drafting.move_up(session, own, actor=lead, version=own.version)
    joint.describe(session, response, actor=lead, members=40, language="es")
    session.refresh(response)

    comment = sending(session, response, lead)
    again = sending(session, response, lead, version=1)

    assert again is comment
    assert session.scalars(
        select(Comment).where(Comment.voice == Voice.ORGANIZATION)
    ).all() == [comment]
    assert comment.display_name == make.partner_organization().name
    assert (comment.participation_id, comment.said_by, comment.language) == (None, 40, "es")
    points = session.scalars(
        select(Point).where(Point.comment_id == comment.id).order_by(Point.number)
    ).all()
    assert [point.passage for point in points] == [
        "Tell us the cost.",
        "Officers ask the family, and wait for the nurse.",
    ]
    session.refresh(round_)
    assert round_.comments_count == counted + 1
    after = session.execute(
        select(CommentVersion.id, CommentVersion.body).where(
            CommentVersion.comment_id != comment.id
        )
    ).all()
    assert after == before
    assert [many(session, kind) for kind in (ResponsePart, ResponseSource)] == [0, 0]
    for given in (one, two, three):
        session.refresh(given)
    assert [given.is_used for given in (one, two, three)] == [True, True, False]
    assert linked(session, comment) == [second.comment.public_id]
    assert linked(session, second.comment) == [comment.public_id]
    assert not linked(session, first.comment)
    assert not linked(session, third.comment)  # it was not used
    entry = session.scalars(select(LogEntry).order_by(LogEntry.position.desc())).first()
    assert entry.kind == "comment.submitted"
    assert entry.facts["joint"] is True
    assert entry.by_organization == make.partner_organization().slug
    for word in (one.public_id, first.comment.public_id, second.comment.public_id):
        assert word not in entry.leaf


def test_what_is_taken_back_before_sending_goes_out_of_the_draft(session, make, round_, lead):
    response = begun(session, make, round_, lead)
    first, one = offered(session, response, "Alone.")
    second, two = offered(session, response, "With another.")
    _third, three = offered(session, response, "The other.")
    for given in (one, two, three):
        copied(session, response, lead, given)
    session.refresh(response)
    parts = list(response.parts)
    joint_drafting.join_above(session, parts[2], actor=lead, version=parts[2].version)
    looked_at = response.version

    offering.take_back(session, one, holder=holder_of(first))
    services.withdraw(session, second.comment, actor=VISITOR, holder=holder_of(second))

    session.expire_all()
    assert [part.body for part in response.parts] == ["With another.\n\nThe other."]
    with pytest.raises(joint.DraftMoved):
        sending(session, response, lead, version=looked_at)
    with pytest.raises(joint.DoubtfulPoints):
        sending(session, response, lead)
    part = edited(session, response.parts[0], lead, "The other.")
    assert len(part.sources) == 1
    assert sending(session, response, lead).current.body == "The other."
    with pytest.raises(NotYours):
        offering.set_link(session, three, holder=holder_of(first), is_linked=True)


def test_words_that_are_hidden_or_covered_since_do_not_slip_through(
    session, make, round_, lead
):
    response = begun(session, make, round_, lead)
    hidden, one = offered(session, response, "He lives at 12 Oak Street.")
    masked, two = offered(session, response, "Call 555-0134.")
    for given in (one, two):
        copied(session, response, lead, given)
    session.refresh(response)
    assert joint_drafting.doubtful_among(session, response) == set()
    hidden.comment.hidden_at = clock.now()
    hidden.comment.hidden_reason = ConductReason.PRIVATE_DETAILS
    masked.comment.masked_at = clock.now()
    masked.comment.current.salt = "0" * 64  # as words that were covered are sealed anew
    session.flush()

    assert joint_drafting.doubtful_among(session, response) == {p.id for p in response.parts}
    with pytest.raises(joint.DoubtfulPoints):
        sending(session, response, lead)
    for part in response.parts:
        edited(session, part, lead, "Leave people's homes alone.")
    assert joint_drafting.doubtful_among(session, response) == set()
    _more, again = offered(session, response, "A third.")
    again.comment.held_at = clock.now()
    session.flush()
    with pytest.raises(joint_drafting.NotCopied):
        copied(session, response, lead, again)


def test_what_was_sent_stays_when_a_member_leaves_and_the_organization_can_withdraw_it(
    session, make, round_, lead
):
    response = begun(session, make, round_, lead)
    taken, given = offered(session, response, is_linked=True)
    copied(session, response, lead, given)
    session.refresh(response)
    comment = sending(session, response, lead)
    with pytest.raises(offering.SentAlready):
        offering.take_back(session, given, holder=holder_of(taken))

    services.withdraw(session, taken.comment, actor=VISITOR, holder=holder_of(taken))

    assert many(session, ResponseOffer) == 0
    assert comment.current.body == "Ask the family first."
    assert not linked(session, comment)
    of_both = Holder(leads=lead.runs_for, departments=frozenset({round_.department_id}))
    for stranger in (Holder(account_id=lead.account_id), holder_of(taken), of_both):
        with pytest.raises(NotYours):
            services.withdraw(session, comment, actor=VISITOR, holder=stranger)
    ours = Holder(account_id=lead.account_id, leads=lead.runs_for)
    with pytest.raises(SentAsOne):
        services.take_name_off(session, comment, actor=lead, holder=ours)
    under = services.reply(
        session,
        comment,
        actor=lead,
        sent=sent("So do we."),
        said=Said("So do we.", render_comment("So do we.").html),
        key=KEY,
        holder=ours,
    ).comment
    assert (under.voice, under.participation_id) == (Voice.ORGANIZATION, None)
    services.withdraw(session, comment, actor=lead, holder=ours)
    assert comment.is_gone


def test_only_leads_of_another_community_organization_open_it(session, make, round_, lead):
    response = begun(session, make, round_, lead)
    both = make.moderator()
    make._save(
        Membership(account=both, organization=make.partner_organization(), role=Role.MANAGER)
    )
    department_and_lead = make.actor(both)
    translator = make.actor(make.member(Role.TRANSLATOR, make.partner_organization()))
    people = [
        make.actor(person)
        for person in (make.moderator(), make.host(), make.reviewer(), make.administrator())
    ]

    for nobody in (VISITOR, department_and_lead, translator, *people):
        assert not allows(nobody, Permission.RESPOND_AS_ONE, response)
        with pytest.raises(NotFound):
            get_response(session, response.public_id, viewer=nobody)
        with pytest.raises(NotFound):
            begun(session, make, round_, nobody)
    assert get_response(session, response.public_id, viewer=lead) is response
    manager = make.actor(make.member(Role.MANAGER, make.partner_organization()))
    assert begun(session, make, round_, manager) is response


def test_who_offers_holds_the_comment_and_knows_the_words_or_has_a_role(
    session, make, round_, lead
):
    response = begun(session, make, round_, lead)
    taken = send(session, round_)
    mine = {"actor": VISITOR, "holder": holder_of(taken), "key": KEY}
    with pytest.raises(offering.ChooseOrganization):
        offering.offer(session, taken.comment, **mine, response_id=response.public_id)
    with pytest.raises(offering.UnknownMemberWords):
        offering.offer(session, taken.comment, **mine, words="four words nobody gave")
    with pytest.raises(NotYours):
        offering.offer(
            session,
            taken.comment,
            actor=VISITOR,
            holder=Holder(code_hash="0" * 64),
            key=KEY,
            words=offering.member_words(KEY, response),
        )
    old = offering.member_words(KEY, response)
    joint.new_words(session, response, actor=lead)
    with pytest.raises(offering.UnknownMemberWords):
        offering.offer(session, taken.comment, **mine, words=old)
    translator = make.member(Role.TRANSLATOR, make.partner_organization())
    actor, holder = make.actor(translator), Holder(account_id=translator.id)
    own = send(session, round_, actor=actor, holder=holder)
    for _twice in range(2):
        offering.offer(
            session,
            own.comment,
            actor=actor,
            holder=holder,
            key=KEY,
            response_id=response.public_id,
        )
    assert many(session, ResponseOffer) == 1


def test_the_closing_counts_for_offers_and_for_what_is_sent(
    session, make, round_, lead, time, database
):
    response = begun(session, make, round_, lead)
    taken, given = offered(session, response)
    offered(session, response, "Linked, and not used.", is_linked=True)
    copied(session, response, lead, given)
    session.refresh(response)
    opened = clock.now()
    time.move(days=1, minutes=5)

    offered_late = send(session, round_, "Too late.")
    with pytest.raises(offering.OfferingOver):
        offering.offer(
            session,
            offered_late.comment,
            actor=VISITOR,
            holder=holder_of(offered_late),
            key=KEY,
            words=offering.member_words(KEY, response),
        )
    with pytest.raises(ClosedMeanwhile):
        sending(session, response, lead, accepts_late=False)
    on_time = sending(session, response, lead, form=sent(started_at=opened))
    assert not on_time.is_late
    assert on_time.submitted_at > round_.closes_at
    round_.report_published_at = clock.now()
    session.commit()
    time.move(days=31)
    tidy(database)
    assert many(session, ResponseOffer) == 0
    assert session.get_one(Comment, taken.comment.id).withdrawn_at is None


def test_of_eight_clicks_one_response_is_sent(session, make, round_, lead, database):
    response = begun(session, make, round_, lead)
    _taken, given = offered(session, response)
    copied(session, response, lead, given)
    session.refresh(response)
    response_id, version = response.id, response.version
    session.commit()
    came = []

    def click():
        with database.unit_of_work(writing=True) as unit, suppress(DomainError):
            mine = unit.get_one(JointResponse, response_id)
            came.append(sending(unit, mine, lead, version=version).id)

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(came) == 8
    assert len(set(came)) == 1
    assert session.scalar(select(func.count()).where(Comment.voice == Voice.ORGANIZATION)) == 1


@pytest.mark.one_engine
def test_an_invited_round_asks_its_leads_for_an_invitation_too(session, make, lead):
    round_ = make.round(open=True, participation=WhoMayComment.INVITED)
    with pytest.raises(InvitationNeeded):
        begun(session, make, round_, lead)
    make.participation(round_, account_id=lead.account_id)

    response = begun(session, make, round_, lead)
    colleague = make.actor(make.member(Role.HOST, make.partner_organization()))
    with pytest.raises(InvitationNeeded):  # what members offer is for the invited to read
        get_response(session, response.public_id, viewer=colleague)


@pytest.mark.one_engine
def test_leads_reach_their_response_before_the_round_shows_any(session, make, lead):
    round_ = make.round(open=True, showing=Showing.AFTER_CLOSING)
    response = begun(session, make, round_, lead)
    joint_drafting.add_part(session, response, actor=lead, body="Slow down.", section_key=None)
    comment = sending(session, response, lead)

    assert get_comment(session, comment.public_id, viewer=lead) is comment
    with pytest.raises(NotFound):
        get_comment(session, comment.public_id, viewer=make.actor(make.account()))
