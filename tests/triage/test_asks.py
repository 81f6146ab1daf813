"""All asks of one comment on one page: answered together, or nothing of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.core import clock
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.queries import latest_answer
from feedback_app.triage.services import split_comment
from feedback_app.triage.theme_models import ThemePoint

pytestmark = pytest.mark.one_engine
LETTER = "Train at night. Teach it in Spanish. Say who decides."


@pytest.fixture
def asks(make, session):
    """A letter of three asks in a round with one subject."""
    comment = make.comment(round=make.round(), body=LETTER)
    spans = [(0, 15), (16, 36), (37, len(LETTER))]
    return split_comment(
        session, comment, actor=make.actor(make.moderator()), spans=spans, version_number=1
    )


def test_what_is_filled_in_is_saved_together_and_the_rest_stays(session, make, browser, asks):
    theme = make.theme(asks[0].comment.round, asks[2])
    browser.sign_in(make.moderator())
    here = f"/triage/points/{asks[0].public_id}/asks"
    assert here in browser.get(f"/triage/points/{asks[0].public_id}").data.decode()
    first, second, third = (f"ask{point.number}-" for point in asks)
    page = browser.get(here)
    typed = {
        f"{first}outcome": "adopted",
        f"{first}rationale": "Nights are in.\r\nTwice a year.",
        f"{second}outcome": "not_adopted",
        f"{second}rationale": "The law sets it.",
        f"{third}subjects": [theme.public_id],
        "office": "Training",
        "authority": "Director",
    }

    refused = browser.post(here, **page.hidden(), **typed)

    assert refused.status_code == 422
    assert refused.error_of(f"{second}reason") == "Choose why nothing changes."
    assert {"Ask 2: Choose why nothing changes."} <= {
        line.get_text() for line in refused.soup.select("#errors a")
    }
    assert "Twice a year." in refused.text
    assert refused.error_of(f"{second}reason_detail") is not None, "all that is missing is said"
    assert refused.error_of(f"{third}outcome") is None, "what nobody touched is not asked for"
    assert session.scalars(select(Disposition)).all() == []

    typed |= {f"{second}reason": "set_by_law", f"{second}reason_detail": "Code 5.03"}
    saved = browser.post(
        here, **refused.hidden(), **typed | {f"{third}subjects": [], f"{first}subjects": []}
    )
    assert saved.status_code == 303
    session.expire_all()
    answers = [latest_answer(session, point) for point in asks]
    assert [a and a.outcome for a in answers] == [Outcome.ADOPTED, Outcome.NOT_ADOPTED, None]
    assert {a.office for a in answers if a} == {"Training"}
    assert not any(a.from_list for a in answers if a), "they were read one by one"
    assert session.scalars(select(ThemePoint)).all() == []

    again = browser.get(here)
    browser.post(here, **again.hidden(), **typed, **{f"{third}outcome": "noted"})
    kept = browser.post(
        here,
        **again.hidden(),
        **typed,
        **{f"{third}outcome": "noted", f"{third}rationale": "."},
    )
    assert kept.status_code == 303
    session.expire_all()
    count = len(session.scalars(select(Disposition)).all())
    assert count == 3, "an answer that was sent as it stands is not written again"


def test_an_answer_that_came_meanwhile_holds_all_of_them_up(session, make, browser, asks):
    browser.sign_in(make.moderator())
    here = f"/triage/points/{asks[0].public_id}/asks"
    page = browser.get(here)
    make.disposition(point=asks[1], rationale="I was first.")
    session.commit()
    typed = {
        f"ask{point.number}-{name}": value
        for point in asks[:2]
        for name, value in (("outcome", "noted"), ("rationale", "We read it."))
    } | {"office": "Training", "authority": "Director"}

    late = browser.post(here, **page.hidden(), **typed)

    assert late.status_code == 409
    assert "I was first." in late.text
    assert late.text.count("We read it.") == 2
    session.expire_all()
    assert latest_answer(session, asks[0]) is None
    assert browser.post(here, **late.hidden(), **typed).status_code == 303
    session.expire_all()
    assert latest_answer(session, asks[1]).rationale == "We read it."


def test_subjects_are_read_at_once_and_where_all_is_public_there_is_nothing_to_fill_in(
    session, make, browser, asks, statements
):
    themes = [make.theme(asks[0].comment.round) for _ in range(3)]
    browser.sign_in(make.moderator())
    session.commit()
    here = f"/triage/points/{asks[0].public_id}/asks"
    page = browser.get(here)
    chosen = {f"ask{point.number}-subjects": [t.public_id for t in themes] for point in asks}
    statements.clear()

    browser.post(here, **page.hidden(), **chosen, office="Training", authority="Director")

    assert sum("themes.public_id IN" in one for one in statements) == 1
    assert not any("themes.public_id = " in one for one in statements)
    assert len(session.scalars(select(ThemePoint)).all()) == len(asks) * len(themes)

    for point in asks:
        make.disposition(point=point, published_at=clock.now())
    session.commit()
    page = browser.get(here)
    assert "Save what I filled in" not in page.text
    assert page.text.count("Change it on its own page") == len(asks)
