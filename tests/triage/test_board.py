"""The board's list: what each filter shows, in which order, and the numbers beside it."""

import itertools
import random
from datetime import timedelta

import pytest

from feedback_app.comments.letter_models import DuplicateGroup, GroupPoint
from feedback_app.comments.models import Channel, CommentKind
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.core.paging import write_cursor
from feedback_app.triage.board import Scope, board, matching
from feedback_app.triage.board_counts import counts, undecided_by_round
from feedback_app.triage.board_models import Stage, WorkState
from feedback_app.triage.filters import Filters, Order, State
from feedback_app.triage.models import Adoption, Outcome


@pytest.fixture
def round_(make):
    return make.round()


def scope(round_, me=None, lots=()):
    places = {s.key: s.position for s in round_.revision.sections}
    return Scope(round_.id, places, me=me, lots={lot.public_id: lot.id for lot in lots})


def bodies(session, round_, *, lots=(), **filters):
    numbers = counts(session, round_.id)
    within = scope(round_, lots=lots)
    found = board(session, within, Filters(**filters), numbers)
    assert matching(session, within, Filters(**filters), numbers) == len(found)
    return [row.excerpt for row in found]


def said(make, round_, body, *, hours=0, **values):
    at = round_.closes_at - timedelta(days=1, hours=hours)
    return make.comment(round=round_, body=body, submitted_at=at, **values)


def test_the_oldest_the_newest_or_the_most_agreed_come_first(session, make, round_):
    said(make, round_, "old", hours=3, endorsements_count=2)
    said(make, round_, "new", hours=1)
    said(make, round_, "middle", hours=2, endorsements_count=9)

    assert bodies(session, round_, order=Order.NEWEST) == ["new", "middle", "old"]
    assert bodies(session, round_) == ["old", "middle", "new"]
    assert bodies(session, round_, order=Order.AGREED) == ["middle", "old"]


def test_pages_follow_one_another_without_gap_or_repeat(session, make, round_):
    for number in range(7):
        values = {"section_key": None} if number % 3 else {}
        point = said(
            make, round_, f"n{number}", hours=number // 3, endorsements_count=5, **values
        ).points[0]
        if number % 2:
            make.disposition(point=point)

    for order in Order:
        seen, after = [], None
        while True:
            filters = Filters(order=order, state=State.ALL)
            page = board(session, scope(round_), filters, after=after, limit=3)
            seen += [row.excerpt for row in page]
            after = page.next_cursor
            if after is None:
                break
        assert sorted(seen) == [f"n{number}" for number in range(7)], order


def test_old_and_untouched_points_are_listed_to_the_last_and_no_other(session, make, round_):
    for number in range(9):
        point = said(
            make, round_, f"n{number}", hours=number // 2, endorsements_count=3
        ).points[0]
        if number % 3 == 0:
            make.disposition(point=point)
    soon = clock.now() + timedelta(hours=1)
    make.comment(round=round_, body="young", submitted_at=soon, endorsements_count=3)

    for order in Order:
        for filters, wanted in (
            (Filters(state=State.ALL, age="0", order=order), [f"n{n}" for n in range(9)]),
            (
                Filters(state=State.ALL, age="0", work=WorkState.RECEIVED, order=order),
                ["n1", "n2", "n4", "n5", "n7", "n8"],
            ),
        ):
            numbers, seen, after = counts(session, round_.id), [], None
            while True:
                page = board(session, scope(round_), filters, numbers, after=after, limit=2)
                seen += [row.excerpt for row in page]
                after = page.next_cursor
                if after is None:
                    break
            assert sorted(seen) == wanted, (order, filters)


def test_a_cursor_of_another_round_leads_nowhere(session, make, round_):
    foreign = make.point()
    for cursor in ("x", write_cursor("a" * 26), write_cursor(foreign.public_id)):
        with pytest.raises(NotFound):
            board(session, scope(round_), Filters(), after=cursor)


def test_states_of_answers(session, make, round_):
    open_ = make.point(round=round_, body="open")
    signature = make.point(round=round_, body="signature")
    promised = make.point(round=round_, body="promised")
    kept = make.point(round=round_, body="kept")
    public = make.point(round=round_, body="public")
    make.point(round=round_, body="late", is_late=True)
    make.disposition(point=signature, needs_second=True)
    make.disposition(point=promised, outcome=Outcome.ADOPTED)
    tied = make.disposition(point=kept, outcome=Outcome.ADOPTED_IN_PART)
    draft = make.revision(curriculum=round_.revision.curriculum, number=2, published=False)
    session.add(
        Adoption(
            disposition=tied,
            revision=draft,
            section_key=draft.sections[0].key,
            start=0,
            end=3,
            exact="Off",
            made_by_id=make.account().id,
        )
    )
    make.disposition(point=public, published_at=clock.now())
    assert open_.comment.points

    shown = {state: set(bodies(session, round_, state=state)) for state in State}

    assert shown == {
        State.UNDECIDED: {"open"},
        State.LATE: {"late"},
        State.SIGNATURE: {"signature"},
        State.DECIDED: {"signature", "promised", "kept"},
        State.PROMISED: {"promised"},
        State.PUBLIC: {"public"},
        State.AGAIN: set(),
        State.ALL: {"open", "late", "signature", "promised", "kept", "public"},
    }
    assert undecided_by_round(session, [round_.id]) == {round_.id: (6, 1)}
    assert counts(session, round_.id).states == {s: len(found) for s, found in shown.items()}


def test_sections_kinds_and_words_narrow_the_list(session, make, round_):
    first, second = round_.revision.sections
    make.comment(round=round_, body="Ask the FAMILY 100%", section_key=first.key)
    make.comment(
        round=round_, body="Why not?", section_key=second.key, kind=CommentKind.QUESTION
    )
    make.comment(
        round=round_,
        body="On all of it",
        section_key=None,
        kind=None,
        suggested_wording="the family",
    )

    assert bodies(session, round_, section=second.key) == ["Why not?"]
    assert bodies(session, round_, section="whole") == ["On all of it"]
    assert bodies(session, round_, kind="question") == ["Why not?"]
    assert bodies(session, round_, kind="none") == ["On all of it"]
    assert bodies(session, round_, words="family 100%") == ["Ask the FAMILY 100%"]
    assert set(bodies(session, round_, words="family")) == {
        "Ask the FAMILY 100%",
        "On all of it",
    }
    assert bodies(session, round_, words="1_0%") == []
    numbers = counts(session, round_.id)
    assert [numbers.of("section", key) for key in (first.key, second.key, "")] == [1, 1, 1]
    assert [numbers.of("kind", kind) for kind in ("concern", "question", "")] == [1, 1, 1]


def test_replies_withdrawn_comments_and_other_rounds_are_not_listed(session, make, round_):
    parent = make.comment(round=round_, body="kept")
    make.comment(round=round_, parent_id=parent.id, kind=None)
    make.comment(round=round_, withdrawn_at=clock.now())
    make.comment()

    assert bodies(session, round_, state=State.ALL) == ["kept"]
    assert undecided_by_round(session, [round_.id]) == {round_.id: (1, 1)}


def test_an_unknown_value_in_the_address_asks_for_nothing():
    assert Filters.read({"state": "x", "kind": "y", "order": "z", "words": "\x00"}) == Filters()
    given = Filters.read({"state": "all", "words": " a b ", "order": "agreed"})
    assert given.in_address == {"state": "all", "words": "a b", "order": "agreed"}


def test_the_oldest_without_an_answer_says_how_long_people_wait(session, make, round_):
    for hours in (1, 9, 5):
        said(make, round_, str(hours), hours=hours)
    make.disposition(point=said(make, round_, "answered", hours=20).points[0])

    since = counts(session, round_.id).oldest_at

    assert since == round_.closes_at - timedelta(days=1, hours=9)


def test_subjects_and_letters_narrow_the_list_with_every_other_filter(session, make, round_):
    first, second = round_.revision.sections
    where = {"first": first.key, "second": second.key, "apart": second.key}
    points = {
        body: said(make, round_, body, hours=hours, section_key=key).points[0]
        for hours, (body, key) in enumerate(where.items())
    }
    subject = make.theme(round_, points["first"], points["second"])
    letter = DuplicateGroup(round_id=round_.id, lead_id=points["second"].id)
    session.add(letter)
    for body in ("second", "apart"):
        session.add(GroupPoint(point=points[body], group=letter, text_hash="0" * 32))
    session.flush()
    there = {"lots": (subject, letter)}

    def found(**filters):
        return bodies(session, round_, **there, **filters)

    assert found(theme=subject.public_id) == ["second", "first"]
    assert found(theme=subject.public_id, order=Order.NEWEST) == ["first", "second"]
    assert found(theme=subject.public_id, order=Order.SECTION) == ["first", "second"]
    assert found(group=letter.public_id) == ["apart", "second"]
    assert found(group=letter.public_id, theme=subject.public_id) == ["second"]
    assert found(theme=subject.public_id, section=first.key, kind="concern") == ["first"]
    assert found(theme="nothing-here") == []
    make.disposition(point=points["first"])
    session.flush()
    assert found(theme=subject.public_id) == ["second"]
    assert found(theme=subject.public_id, state=State.ALL) == ["second", "first"]
    assert counts(session, round_.id).of("theme", str(subject.id), (Stage.OPEN,)) == 1


def test_pages_of_a_subject_follow_one_another_in_every_order(session, make, round_):
    points = [
        said(make, round_, f"n{n}", hours=n // 2, endorsements_count=n % 3 + 1).points[0]
        for n in range(5)
    ]
    subject = make.theme(round_, *points)
    within, filters = scope(round_, lots=[subject]), Filters(theme=subject.public_id)

    for order in Order:
        seen, after = [], None
        while True:
            page = board(session, within, filters.but(order=order), after=after, limit=2)
            seen += [row.excerpt for row in page]
            after = page.next_cursor
            if after is None:
                break
        assert sorted(seen) == [f"n{n}" for n in range(5)], order


def test_of_any_filters_together_as_many_are_counted_as_there_are(session, make, round_):
    chance, numbers = random.Random(3), range(40)
    old = clock.now() - timedelta(days=30)
    section = round_.revision.sections[0]
    asked = {
        "section": section.key,
        "kind": "concern",
        "channel": "paper",
        "language": "es",
        "endorsed": "yes",
        "age": "14",
        "outcome": "noted",
        "theme": None,
    }
    having = {name: {n for n in numbers if chance.random() < 0.6} for name in asked}
    points = [
        make.point(
            round=round_,
            section_key=section.key if n in having["section"] else None,
            kind=CommentKind("concern" if n in having["kind"] else "question"),
            channel=Channel("paper" if n in having["channel"] else "web"),
            language="es" if n in having["language"] else "en",
            endorsements_count=n in having["endorsed"],
            submitted_at=old if n in having["age"] else clock.now(),
            is_late=n % 3 == 0,
        )
        for n in numbers
    ]
    for n in having["outcome"]:
        make.disposition(point=points[n], outcome=Outcome.NOTED)
    subject = make.theme(round_, *(points[n] for n in having["theme"]))
    asked["theme"] = subject.public_id
    session.flush()
    counted, within = counts(session, round_.id), scope(round_, lots=[subject])

    for many in (2, 3):
        for names in itertools.combinations(asked, many):
            filters = Filters(state=State.ALL, **{name: asked[name] for name in names})
            wanted = len(set.intersection(*(having[name] for name in names)))
            assert matching(session, within, filters, counted) == wanted, names
