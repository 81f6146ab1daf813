"""That one answer was given to many at once stands beside it, with the number."""

from __future__ import annotations

from feedback_app.core import clock
from feedback_app.policy import VISITOR
from feedback_app.triage import bulk, bulk_doing, letters, themes
from feedback_app.triage.bulk import Answering
from feedback_app.triage.models import Outcome
from feedback_app.triage.queries import latest_answer
from feedback_app.triage.releasing import publish_report
from feedback_app.triage.together import Answer
from feedback_app.triage.trail import trails_of
from tests.comments.test_letters import LETTER, send

SAID = {"outcome": Outcome.NOTED, "office": "Training", "authority": "Director"}


def test_an_answer_given_to_many_says_to_how_many(session, make, browser):
    round_ = make.round(open=True)
    actor = make.actor(make.moderator())
    pay, act = ([make.point(round=round_) for _ in range(4)] for _ in range(2))
    sent = [comment.points[0] for comment, _ in send(session, make, round_, LETTER, LETTER)]
    alone, later = make.point(round=round_), make.point(round=round_)
    theme = themes.create_theme(
        session, round_, actor=actor, title="Pay", points=[p.public_id for p in pay]
    )
    themes.answer_theme(
        session, theme, actor=actor, answer=Answer(rationale="By subject.", **SAID)
    )
    themes.add_points(session, theme, actor=actor, points=[later.public_id])
    themes.answer_theme(
        session, theme, actor=actor, answer=Answer(rationale="Another one.", **SAID)
    )
    letters.answer_letter(
        session,
        session.get_one(letters.DuplicateGroup, 1),
        actor=actor,
        answer=Answer(rationale="By letter.", **SAID),
    )
    asked = bulk.preview(
        session,
        round_,
        actor=actor,
        act=Answering(Answer(rationale="At once.", **SAID)),
        points=[point.id for point in act],
    )
    bulk_doing.confirm(session, asked, actor=actor)
    make.disposition(point=alone)
    round_.closes_at = clock.now()
    pay[0].comment.withdrawn_at = clock.now()
    publish_report(session, round_, actor=actor)
    session.commit()

    some = [pay[1], sent[0], act[0], alone, later]
    comments = [point.comment for point in some]
    trails = trails_of(session, comments, VISITOR).of

    told = [trails[comment.id].points[0].shared for comment in comments]
    assert told == [3, 2, 4, 0, 0]
    assert latest_answer(session, later).rationale == "Another one."
    page = browser.get(f"/comments/{act[0].comment.public_id}")
    assert "The same answer was given to 4 comments." in page.text
    page = browser.get(f"/comments/{pay[1].comment.public_id}")
    assert "The same answer was given to 3 comments. Answered by subject" in page.text
