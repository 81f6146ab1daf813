"""A tenants’ union of the demo world puts its members’ comments together, not sent yet."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app.comments import joint, joint_drafting, offering
from feedback_app.comments.joint_models import JointResponse
from feedback_app.demo import world
from feedback_app.demo.people import People
from feedback_app.demo.voices import KEY, Heard
from feedback_app.policy import VISITOR
from feedback_app.rounds.models import Round


def draft(session: Session, round_: Round, who: People, heard: Heard) -> JointResponse:
    """Members offer what they wrote; the lead has copied some of it and added a point."""
    given = world.read("union")
    response = joint.begin(session, round_, who.union, actor=who.lead, language="en")
    offers = {}
    for ref in given["offered"]:
        comment, holder = heard.said_by(ref)
        offers[ref] = offering.offer(
            session,
            comment,
            actor=VISITOR,
            holder=holder,
            key=KEY,
            words=offering.member_words(KEY, response),
        )
    for ref, words in given["copied"].items():
        part = joint_drafting.take(
            session, response, actor=who.lead, offer_id=offers[ref].public_id
        )
        joint_drafting.edit_part(
            session,
            part,
            actor=who.lead,
            version=part.version,
            body=words,
            section_key=part.section_key,
        )
    joint_drafting.add_part(
        session, response, actor=who.lead, body=given["own"], section_key=None
    )
    joint.describe(session, response, actor=who.lead, members=given["members"], language="en")
    return response
