"""The board's rows and numbers are exact whatever is done, in whatever order."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import delete, inspect, or_, select, text

from feedback_app.comments.anchors import PlacementState
from feedback_app.comments.conduct import ConductReason
from feedback_app.comments.letter_models import DuplicateGroup, GroupPoint
from feedback_app.comments.models import (
    Channel,
    Comment,
    CommentKind,
    CommentVersion,
    Placement,
    Point,
)
from feedback_app.core import clock
from feedback_app.curricula.models import RevisionState
from feedback_app.triage import bulk, bulk_doing
from feedback_app.triage.board_checks import counted, fold, kept_counts, problems
from feedback_app.triage.board_models import BoardCount, BoardRow, Stage
from feedback_app.triage.models import Adoption, Disposition, Outcome, Verdict
from feedback_app.triage.once_more_models import SecondAnswer
from feedback_app.triage.points import split_comment
from feedback_app.triage.theme_models import Theme, ThemePoint
from feedback_app.triage.together import Answer
from feedback_app.triage.work_models import Assignment, InputRequest
from tests.triage.redrafting import Redraft

BODY = "Ask the family first. They know. Pay the actors. Thank you."


class Acts:
    """Everything that can be done to a comment, its points and their answers."""

    def __init__(self, session, make, seed):
        self.session, self.make, self.random = session, make, random.Random(seed)
        self.redraft = Redraft(session, make)
        self.redraft.reword()
        self.people = [make.moderator().id, make.moderator().id]
        self.acts = []
        for _ in range(4):
            self.submit()

    def one(self, kind, *conditions):
        found = self.session.scalars(
            select(kind).where(*conditions).order_by(*inspect(kind).primary_key)
        ).all()
        return self.random.choice(found) if found else None

    def submit(self):
        section = self.random.choice([self.redraft.first, self.redraft.second, None])
        parent = self.random.choice([None, None, None, self.some_comment()])
        self.redraft.comment(
            body=BODY,
            section_key=section,
            kind=None if parent else self.random.choice([None, *CommentKind]),
            language=self.random.choice(["en", "es"]),
            channel=self.random.choice(list(Channel)),
            is_late=self.random.random() < 0.2,
            parent_id=parent,
        )

    def some_comment(self):
        found = self.one(Comment, Comment.parent_id.is_(None))
        return found and found.id

    def _switch(self, name):
        comment = self.one(Comment)
        on = getattr(comment, name) is None
        setattr(comment, name, clock.now() if on else None)
        return comment, on

    def withdraw(self):
        self._switch("withdrawn_at")

    def hold(self):
        self._switch("held_at")

    def erase(self):
        comment = self.one(Comment, Comment.erased_at.is_(None))
        if comment is not None and self.random.random() < 0.2:
            comment.erased_at = clock.now()

    def set_aside(self):
        self._switch("set_aside_at")

    def hide_or_restore(self):
        comment, on = self._switch("hidden_at")
        reasons = [ConductReason.SPAM, ConductReason.THREAT]
        comment.hidden_reason = self.random.choice(reasons) if on else None

    def describe(self):
        self.one(Comment, Comment.parent_id.is_(None)).kind = self.random.choice(
            [None, *CommentKind]
        )

    def agree(self):
        comment = self.one(Comment)
        comment.endorsements_count = max(
            0, comment.endorsements_count + self.random.choice([1, -1])
        )

    def rename(self):
        self.one(Comment).display_name = self.random.choice([None, "Ana", "Ben"])

    def reword(self):
        comment = self.one(Comment, Comment.parent_id.is_(None))
        html = comment.current.html
        comment.version_number += 1
        number = comment.version_number
        self.session.add(CommentVersion(comment=comment, number=number, body=BODY, html=html))
        for point in comment.points:
            if point.start is None:
                point.version_number = comment.version_number

    def move_a_span(self):
        if point := self.one(Point, Point.start > 0):
            point.start += self.random.choice([-1, 1])

    def split(self):
        comment = self.one(Comment, Comment.parent_id.is_(None), Comment.withdrawn_at.is_(None))
        tied = select(Adoption.id).join(Disposition).join(Point)
        if comment is None or comment.is_gone:
            return
        if self.session.scalars(tied.where(Point.comment_id == comment.id)).first():
            return
        spans = self.random.choice([[], [(0, 21), (22, 48)], [(0, 32), (33, 48)]])
        answered = (
            select(Disposition.id)
            .join(Point)
            .where(Point.comment_id == comment.id, Disposition.published_at.is_not(None))
        )
        if self.session.scalars(answered).first() is None:
            split_comment(
                self.session,
                comment,
                actor=self.redraft.moderator,
                spans=spans,
                version_number=comment.version_number,
            )

    def decide(self):
        point = self.one(Point, Point.retired_at.is_(None))
        self.make.disposition(
            point=point,
            outcome=self.random.choice([*list(Outcome)[:3], Outcome.NOTED]),
            needs_second=self.random.random() < 0.3,
        )

    def sign(self):
        if answer := self.one(Disposition, Disposition.needs_second.is_(True)):
            answer.confirmed_at = clock.now()

    def publish(self):
        if answer := self.one(Disposition):
            answer.published_at = answer.published_at or clock.now()

    def adopt(self):
        if answer := self.one(Disposition):
            start = self.random.randrange(1000)
            self.session.add(
                Adoption(
                    disposition=answer,
                    revision=self.redraft.draft,
                    section_key=self.redraft.first,
                    start=start,
                    end=start + 3,
                    exact="speaks",
                    made_by_id=self.people[0],
                )
            )

    def give_up(self):
        if adoption := self.one(Adoption):
            self.session.delete(adoption)

    def drop_or_take_up(self):
        draft = self.redraft.draft
        states = {RevisionState.DRAFT: RevisionState.DROPPED}
        draft.state = states.get(draft.state, RevisionState.DRAFT)

    def assign(self):
        point = self.one(Point)
        kept = self.one(Assignment, Assignment.point_id == point.id)
        to = self.random.choice(self.people)
        if kept is None:
            kept = Assignment(point_id=point.id, assigned_by_id=to, assigned_to_id=to)
            self.session.add(kept)
        elif self.random.random() < 0.4:
            self.session.delete(kept)
        kept.assigned_to_id = to

    def ask(self):
        point = self.one(Point)
        self.session.add(
            InputRequest(point_id=point.id, question="May we?", asked_by_id=self.people[0])
        )

    def reply(self):
        if asked := self.one(InputRequest):
            asked.ended_at = None if asked.ended_at else clock.now()

    def place(self):
        comment = self.one(Comment)
        kept = self.one(
            Placement,
            Placement.comment_id == comment.id,
            Placement.revision_id == self.redraft.draft.id,
        )
        state = self.random.choice(list(PlacementState))
        if kept is None:
            self.session.add(
                Placement(comment=comment, revision_id=self.redraft.draft.id, state=state)
            )
        elif self.random.random() < 0.3:
            self.session.delete(kept)
        else:
            kept.state = state

    def put_into_a_subject(self):
        point, theme = self.one(Point), self.one(Theme)
        if theme is None or self.random.random() < 0.3:
            theme = self.make.theme(self.redraft.round)
        if theme.round_id == point.comment.round_id and not self.one(
            ThemePoint, ThemePoint.theme_id == theme.id, ThemePoint.point_id == point.id
        ):
            self.session.add(ThemePoint(theme=theme, point=point, added_by_id=self.people[0]))

    def take_out_of_a_subject(self):
        if member := self.one(ThemePoint):
            self.session.delete(member)

    def join_or_leave_a_letter(self):
        point = self.one(Point)
        if member := self.session.get(GroupPoint, point.id):
            member.left_at = None if member.left_at else clock.now()
            return
        group = self.one(DuplicateGroup)
        if group is None or self.random.random() < 0.3:
            group = DuplicateGroup(round_id=point.comment.round_id, lead_id=point.id)
            self.session.add(group)
        self.session.add(GroupPoint(point=point, group=group, text_hash="0" * 32))

    def forget_a_letter(self):
        if member := self.one(GroupPoint):
            self.session.delete(member)

    def say_whether_it_helped(self):
        if answered := self.one(Disposition, Disposition.published_at.is_not(None)):
            comment, satisfied = answered.point.comment, self.random.random() < 0.3
            self.session.add(Verdict(comment=comment, is_satisfied=satisfied, because="No."))

    def answer_once_more(self):
        said = self.one(Verdict, Verdict.is_satisfied.is_(False))
        point = said and self.one(Point, Point.comment_id == said.comment_id)
        if point and self.random.random() < 0.5:
            answer = self.make.disposition(point=point, rationale="More.")
            self.session.add(SecondAnswer(disposition=answer, verdict=said))
            self.session.flush()
            answer.published_at = clock.now() if self.random.random() < 0.7 else None

    def do_to_many(self):
        ids = self.session.scalars(select(Point.id).where(Point.retired_at.is_(None))).all()
        said = Answer(
            outcome=self.random.choice([Outcome.NOTED, Outcome.ADOPTED]),
            rationale="To all.",
            office="Training",
            authority="Director",
        )
        act = bulk.preview(
            self.session,
            self.redraft.round,
            actor=self.redraft.moderator,
            act=self.random.choice(
                [
                    bulk.Assigning(self.people[0], takes_others=True, takes_own_text=True),
                    bulk.Sorting(None, f"Many {len(self.acts)}"),
                    bulk.Answering(said, takes_others=True),
                ]
            ),
            points=self.random.sample(ids, min(3, len(ids))),
        )
        bulk_doing.confirm(self.session, act, actor=self.redraft.moderator)
        self.acts.append(act)

    def undo_many(self):
        may = [act for act in self.acts if bulk.may_be_undone(self.session, act)]
        if may:
            act = self.random.choice(may)
            bulk_doing.ask_to_undo(self.session, act, actor=self.redraft.moderator)

    def remove(self):
        """Nothing does this today; the board would not stand in its way."""
        self.session.execute(delete(Assignment))


ACTS = [name for name, act in vars(Acts).items() if name[0] != "_" and callable(act)]
ACTS = [name for name in ACTS if name not in ("one", "some_comment")]


def test_rows_and_numbers_stay_exact_under_any_sequence_of_acts(session, make):
    acts = Acts(session, make, seed=20261125)
    done = []
    for turn in range(165):
        done.append(acts.random.choice(ACTS))
        getattr(acts, done[-1])()
        session.flush()

        assert turn % 4 or list(problems(session)) == [], done[-4:]
    assert list(problems(session)) == []
    assert set(done) == set(ACTS)
    assert session.scalar(select(BoardRow.point_id).limit(1)) is not None
    assert (
        session.scalars(
            select(BoardCount.open).where(
                or_(*[getattr(BoardCount, stage) < 0 for stage in Stage])
            )
        ).all()
        == []
    )


def test_publishing_and_setting_in_force_are_seen_on_the_board(session, make):
    redraft = Redraft(session, make)
    redraft.reword()
    point = redraft.point(quote="One officer should speak")
    redraft.tie(redraft.answer(point))

    def work():
        assert list(problems(session)) == []
        return session.scalar(select(BoardRow.work).where(BoardRow.point_id == point.id)).value

    assert work() == "in_redraft"
    redraft.publish()
    session.flush()
    assert work() == "published"
    redraft.draft.in_force_on = clock.now().date() + timedelta(days=3)
    session.flush()
    assert work() == "taught"


def test_numbers_that_many_connections_counted_are_put_together(session, make, database):
    point = make.point()
    session.commit()
    with database.session(writing=True) as other:
        make_there = type(make)(other)
        comment = other.get(Comment, point.comment_id)
        make_there.comment(round=comment.round)
        other.commit()
    before = kept_counts(session)

    fold(session)

    session.expire_all()
    assert kept_counts(session) == before
    slots = set(session.scalars(select(BoardCount.slot)))
    assert slots == {0}
    assert counted(session.execute(text("SELECT 1 WHERE 1 = 0"))) == {}


def test_a_row_or_a_number_that_is_not_as_it_should_be_is_named(session, make):
    make.point()
    session.execute(text("UPDATE board_counts SET open = open + 1 WHERE facet = 'kind'"))
    session.execute(text("UPDATE board_rows SET kind = 'support'"))

    found = list(problems(session))

    assert any("keeps point" in sentence for sentence in found)
    assert any("too many" in sentence for sentence in found)
