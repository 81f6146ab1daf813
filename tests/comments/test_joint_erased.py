"""Words that two people erased leave the draft of an organization, too."""

from __future__ import annotations

import pytest

from feedback_app.comments import joint_drafting
from feedback_app.comments.measures import overtake
from feedback_app.core import clock
from tests.comments.test_joint import begun, copied, offered


@pytest.mark.one_engine
def test_erased_words_leave_a_draft_also_where_they_were_joined_with_others(session, make):
    round_, lead = make.round(open=True), make.actor(make.partner())
    response = begun(session, make, round_, lead)
    erased, one = offered(session, response, "The child's name.")
    _other, two = offered(session, response, "Slow down.")
    for given in (one, two):
        copied(session, response, lead, given)
    session.refresh(response)
    second = response.parts[1]
    joint_drafting.join_above(session, second, actor=lead, version=second.version)

    erased.comment.erased_at = clock.now()
    overtake(session, erased.comment, at=clock.now())

    session.expire_all()
    assert response.parts == []
    assert copied(session, response, lead, two).body == "Slow down."
