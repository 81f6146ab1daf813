"""Comments that a person places by hand, and what their authors say to it."""

from __future__ import annotations

import time as real_time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from feedback_app.comments.anchors import PlacementState
from feedback_app.comments.holders import NOBODY, Holder
from feedback_app.comments.models import Placement
from feedback_app.comments.placements import carry_forward, prepare_placements, texts_of
from feedback_app.comments.placing import (
    NoSuchWords,
    NotItsVersion,
    object_to_place,
    place_by_hand,
)
from feedback_app.comments.rules import NotYours
from feedback_app.core.orm import new_key
from feedback_app.log.models import LogEntry
from feedback_app.policy import VISITOR
from feedback_app.triage.board_checks import problems
from feedback_app.triage.board_models import BoardLot
from feedback_app.triage.places import Look, places_to_look_at
from feedback_app.triage.trail import trail

OLD = "Officers stop at a distance. One officer speaks. They ask the family what helps."
NEW = "Officers stay near their car. One officer speaks. They ask the family what helps."
LAST = "The team waits. Then one officer speaks. Nobody hurries."


class Course:
    """Three published versions of one section, and a comment on words of the first."""

    def __init__(
        self, session, make, texts=(OLD, NEW, LAST), quote="One officer speaks"
    ) -> None:
        self.session, self.make, self.key = session, make, new_key()
        self.revisions = []
        for number, text in enumerate(texts, start=1):
            base = self.revisions[-1] if self.revisions else None
            self.revisions.append(
                make.revision(
                    curriculum=base.curriculum if base else make.curriculum(),
                    number=number,
                    base_id=base.id if base else None,
                    sections=[{"key": self.key, "source": text}],
                )
            )
        self.account = make.account()
        round_ = make.round(revision=self.revisions[0])
        part = make.participation(round_, account_id=self.account.id)
        self.comment = make.comment(round=round_, quote=quote, participation=part)
        self.holder = Holder(account_id=self.account.id)
        self.moderator = make.actor(make.moderator())

    def carry(self, number: int) -> Placement:
        base, revision = self.revisions[number - 2], self.revisions[number - 1]
        prepared = prepare_placements(self.session, base, texts_of(self.session, revision.id))
        carry_forward(self.session, revision, prepared)
        return self.placement(number)

    def placement(self, number: int) -> Placement:
        return self.session.scalars(
            select(Placement).where(Placement.revision_id == self.revisions[number - 1].id)
        ).one()

    def kinds(self) -> list[str]:
        return [
            entry.kind
            for entry in self.session.scalars(select(LogEntry).order_by(LogEntry.id))
            if entry.kind in ("comment.placed", "comment.objected")
        ]


@pytest.fixture
def course(session, make) -> Course:
    return Course(session, make)


def test_a_place_made_by_hand_is_logged_kept_and_carried_on_while_the_anchor_stays(course):
    course.carry(2)
    start = NEW.index("They ask")
    end = len(NEW)

    place_by_hand(
        course.session,
        course.comment,
        course.revisions[1],
        actor=course.moderator,
        section_key=course.key,
        start=start,
        end=end,
    )

    placed = course.carry(2)
    assert (placed.start, placed.end, placed.state) == (start, end, PlacementState.REWORDED)
    assert placed.placed_by_id == course.moderator.account_id
    assert course.comment.anchor.exact == "One officer speaks"
    assert course.kinds() == ["comment.placed"]
    assert course.carry(3).state is PlacementState.REMOVED


def test_words_can_be_said_to_be_gone_or_to_stand_for_the_whole_section(course):
    course.carry(2)

    whole = place_by_hand(
        course.session,
        course.comment,
        course.revisions[1],
        actor=course.moderator,
        section_key=course.key,
    )
    assert (whole.section_key, whole.start, whole.end) == (course.key, 0, 0)
    gone = place_by_hand(
        course.session,
        course.comment,
        course.revisions[1],
        actor=course.moderator,
        section_key=None,
    )
    assert (gone.state, gone.section_key, gone.end) == (PlacementState.REMOVED, None, None)


@pytest.mark.parametrize(("start", "end"), [(5, 5), (-1, 4), (0, 999), (9, 3)])
def test_words_that_are_not_there_are_refused(course, start, end):
    with pytest.raises(NoSuchWords):
        place_by_hand(
            course.session,
            course.comment,
            course.revisions[1],
            actor=course.moderator,
            section_key=course.key,
            start=start,
            end=end,
        )


def test_a_comment_is_placed_only_in_later_versions_of_its_course(course, make):
    for revision in (course.revisions[0], make.revision(number=2)):
        with pytest.raises(NotItsVersion):
            place_by_hand(
                course.session,
                course.comment,
                revision,
                actor=course.moderator,
                section_key=course.key,
            )


def test_its_author_objects_once_and_a_new_place_settles_it(course):
    course.carry(2)
    with pytest.raises(NotYours):
        object_to_place(
            course.session, course.comment, course.revisions[1], actor=VISITOR, holder=NOBODY
        )
    for _ in range(2):
        object_to_place(
            course.session,
            course.comment,
            course.revisions[1],
            actor=course.make.actor(course.account),
            holder=course.holder,
        )
    rows, counts = places_to_look_at(course.session, course.revisions[1], course.moderator)
    assert [(row.look, row.before) for row in rows] == [(Look.OBJECTED, "One officer speaks")]
    assert counts == {Look.OBJECTED: 1}

    place_by_hand(
        course.session,
        course.comment,
        course.revisions[1],
        actor=course.moderator,
        section_key=course.key,
        start=0,
        end=8,
    )

    assert places_to_look_at(course.session, course.revisions[1], course.moderator) == ([], {})
    assert course.kinds() == ["comment.objected", "comment.placed"]


@pytest.mark.parametrize(
    ("quote", "look"),
    [
        ("Officers stop at a distance.", Look.REMOVED),
        ("One officer speaks", None),
        ("Officers stop at a distance. One officer speaks.", Look.CHANGED),
    ],
)
def test_moderators_are_shown_what_was_removed_or_changed_and_nothing_else(
    session, make, quote, look
):
    course = Course(
        session,
        make,
        quote=quote,
        texts=(
            OLD,
            OLD.replace(
                "Officers stop at a distance.",
                "" if look is Look.REMOVED else "All stop far away.",
            ),
        ),
    )
    course.carry(2)

    rows, _ = places_to_look_at(session, course.revisions[1], course.moderator)

    assert [row.look for row in rows] == ([look] if look else [])


def test_the_trail_tells_every_step_with_the_words_before_and_after(course):
    course.carry(2)
    course.carry(3)

    found = trail(course.session, course.comment, course.moderator)

    assert [(p.number, p.state, p.before, p.words) for p in found.places] == [
        (2, PlacementState.SAME, "One officer speaks", "One officer speaks"),
        (3, PlacementState.REWORDED, "One officer speaks", "Then one officer speaks"),
    ]


def test_a_moderator_places_a_comment_without_a_script(browser, course):
    course.carry(3)
    slug = course.revisions[0].curriculum.slug
    browser.sign_in(course.session.get_one(type(course.account), course.moderator.account_id))
    address = f"/authoring/{slug}/places/{course.comment.public_id}"
    course.session.commit()

    page = browser.get(address)
    assert page.status_code == 200
    assert page.hidden() | {"csrf_token": ""} == {
        "csrf_token": "",
        "version": "3",
        "section": course.key,
        "span": "",
    }
    assert len(page.soup.find_all("input", attrs={"name": "version"})) == 1
    refused = browser.post(address, version="3", section=course.key, where="words")
    assert refused.status_code == 422
    moved = browser.post(address, version="2", section=course.key, where="gone")
    assert moved.status_code == 409
    done = browser.post(
        address, version="3", section=course.key, where="words", words=["0-15", "41-55"]
    )
    assert done.status_code == 303
    course.session.expire_all()
    assert (course.placement(3).start, course.placement(3).end) == (0, 55)
    assert browser.get(f"/authoring/{slug}/places").status_code == 200


def test_a_commenter_sees_both_places_and_says_that_one_is_wrong(browser, course):
    course.carry(3)
    course.session.commit()
    browser.sign_in(course.account)
    address = f"/comments/{course.comment.public_id}/place"

    page = browser.get(address)
    assert "One officer speaks" in page.text
    assert "Then one officer speaks" in page.text
    assert browser.post(address).status_code == 303
    course.session.expire_all()
    assert course.placement(3).objected_at is not None


@pytest.mark.one_engine
def test_a_commenter_sees_which_section_a_comment_on_a_whole_section_stands_on(
    browser, session, make
):
    course = Course(session, make, quote=None)
    course.carry(2)
    course.carry(3)
    course.session.commit()
    browser.sign_in(course.account)

    page = browser.get(f"/comments/{course.comment.public_id}/place")

    first, last = course.revisions[0].sections[0], course.revisions[2].sections[0]
    assert f"1 {first.title}" in page.text
    assert f"1 {last.title}" in page.text
    assert "These words are gone." not in page.text


def test_of_two_places_given_at_once_the_board_shows_the_newer(session, make, database):
    point = make.point()
    course = point.comment.revision.curriculum
    later = [make.revision(curriculum=course, number=number).id for number in (2, 3)]
    session.commit()

    def place(unit, revision_id, state):
        place = Placement(comment_id=point.comment_id, revision_id=revision_id, state=state)
        unit.add(place)
        unit.flush()

    def by_hand():
        with database.session(writing=True) as unit:
            place(unit, later[0], PlacementState.REMOVED)
            unit.commit()

    with database.session(writing=True) as publishing, ThreadPoolExecutor() as pool:
        place(publishing, later[1], PlacementState.SAME)
        waits = pool.submit(by_hand)
        real_time.sleep(0.3)  # it is to have asked before this one is done
        publishing.commit()
        waits.result()

    session.expire_all()
    assert list(problems(session)) == []
    assert set(session.scalars(select(BoardLot.facet))) >= {PlacementState.SAME}
    assert PlacementState.REMOVED not in set(session.scalars(select(BoardLot.facet)))
