"""Letters of many: put together by their words as they come in, and by nothing else."""

from datetime import date

import pytest
from sqlalchemy import func, select

from benchmarks import letters as planted
from feedback_app.comments import letters
from feedback_app.comments.letter_models import DuplicateGroup, GroupPoint, TextPrint
from feedback_app.comments.similarity import likeness, runs_of, words_of
from feedback_app.core import clock

LETTER = (
    "I am a member of the Interfaith Walk. We ask that an officer who gets no answer waits for "
    "one full minute before doing anything else. A minute costs nothing. Please put the minute "
    "into the course."
)
OTHER = (
    "My neighbors and I read section four together on Sunday. Nobody understood what the word "
    "collateral means there. Say it in words that a tired mother understands at once."
)


@pytest.fixture
def round_(make):
    return make.round(open=True)


def take_in(session, comment):
    return letters.take_in(
        session, comment, comment.points[0], comment.current.body, at=clock.now()
    )


def send(session, make, round_, *bodies):
    """Comments as they come in, with the letter that each was put to."""
    found = []
    for body in bodies:
        comment = make.comment(round=round_, body=body)
        session.refresh(comment, ["points", "versions"])
        found.append((comment, take_in(session, comment)))
    return found


def members(session, group):
    return {
        row.point.comment_id
        for row in session.scalars(select(GroupPoint).where(GroupPoint.group_id == group.id))
    }


def test_likeness_is_of_the_shorter_text_and_of_both():
    one, longer = runs_of(words_of(LETTER)), runs_of(words_of(f"{LETTER} {OTHER}"))

    assert likeness(one, longer).shared == 1
    assert 0.5 < likeness(one, longer).alike < 0.6
    assert words_of("¡Formación, Ñandú! naïve_x") == [b"formacion", b"nandu", b"naive", b"x"]
    assert runs_of(words_of("one two three four")) == {806965721}


def test_senders_of_a_letter_are_put_together_with_what_they_add_or_change(
    session, make, round_
):
    first, _ = send(session, make, round_, LETTER)[0]
    send(session, make, round_, OTHER, "I agree with this.", "I agree with this.")
    sent = send(
        session,
        make,
        round_,
        f"{LETTER} I have a daughter who needs that minute.",
        LETTER.upper().replace("INTERFAITH WALK", "church"),
        LETTER.replace("one full minute", "two full minutes"),
    )

    (group,) = session.scalars(select(DuplicateGroup))
    assert {found.id for _, found in sent} == {group.id}
    assert members(session, group) == {first.id, *(comment.id for comment, _ in sent)}
    assert group.lead.comment_id == first.id
    send(session, make, round_, *[f"{LETTER} I have a daughter who needs that minute."] * 2)
    assert group.lead_count == 3
    assert group.lead.comment_id == sent[0][0].id


def test_another_rounds_letter_is_another_letter(session, make, round_):
    send(session, make, round_, LETTER, LETTER)
    (_, group), *_ = send(session, make, make.round(open=True), LETTER)

    assert group is None


@pytest.mark.one_engine
def test_nothing_made_of_words_stays_when_the_words_go(session, make, round_):
    (first, _), (second, group) = send(session, make, round_, LETTER, LETTER)
    assert session.scalar(select(func.count()).select_from(TextPrint)) > 0

    for comment in (first, second):
        letters.forget(session, comment)

    assert session.scalar(select(func.count()).select_from(TextPrint)) == 0
    assert members(session, group) == set()


def test_planted_letters_are_found_and_nobody_is_put_to_strangers():
    seed = date.today().toordinal()
    found = planted.sort(planted.comments(3000, seed))

    assert found.recall >= 0.99, f"seed {seed}"
    assert found.wrong <= 0.001, f"seed {seed}"


def test_comments_from_before_letters_were_found_are_put_beside_them_once(
    session, make, round_, run, monkeypatch
):
    monkeypatch.setattr("feedback_app.comments.letters_anew.PORTION", 2)
    earlier = [make.comment(round=round_, body=b) for b in (LETTER, OTHER, LETTER, "Short.")]
    gone = make.comment(round=round_, body=LETTER, withdrawn_at=clock.now())
    elsewhere = make.comment(body=LETTER)
    now = send(session, make, round_, f"{LETTER} Thank you.")[0][0]
    session.commit()

    first = run("comments", "group", round_.slug)
    again = run("comments", "group")

    group = session.scalars(select(DuplicateGroup)).one()
    assert members(session, group) == {earlier[0].id, earlier[2].id, now.id}
    assert f"{round_.slug}: 4 looked at, 2 put beside a letter." in first.stdout
    assert f"{round_.slug}: 1 looked at, 0 put beside a letter." in again.stdout
    assert f"{elsewhere.round.slug}: 1 looked at, 0 put" in again.stdout
    assert {gone.id, elsewhere.id}.isdisjoint(members(session, group))
    assert run("comments", "group", "no-such-round").exit_code == 1
