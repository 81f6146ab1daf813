"""Answering comments: deciding, signing, publishing, and the commenter's last word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments.holders import Holder, holds
from feedback_app.comments.models import Comment, CommentKind, Point
from feedback_app.core import clock
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.html import render_comment
from feedback_app.core.orm import new_salt
from feedback_app.curricula.models import Section
from feedback_app.log import services as log
from feedback_app.policy import VISITOR, Actor, Permission
from feedback_app.rounds.models import Round
from feedback_app.triage import rules
from feedback_app.triage.beforehand import Beforehand
from feedback_app.triage.evidence import broken_evidence
from feedback_app.triage.models import Disposition, Outcome, Reason, Verdict
from feedback_app.triage.once_more import check_once, said_before
from feedback_app.triage.once_more_models import SecondAnswer
from feedback_app.triage.points import split_comment
from feedback_app.triage.queries import published_answers_exist
from feedback_app.triage.releasing import (
    Released,
    publish_answers,
    publish_disposition,
    publish_report,
)
from feedback_app.triage.signatures import asks_for_two, signer, wrote_the_text
from feedback_app.triage.signing import confirm_disposition, send_back
from feedback_app.triage.tokens import standing_token

__all__ = [
    "Released",
    "broken_rules",
    "confirm_disposition",
    "covered_passage",
    "give_verdict",
    "publish_answers",
    "publish_disposition",
    "publish_report",
    "record_disposition",
    "send_back",
    "signer",
    "split_comment",
]

OTHER_LANGUAGE = {"en": "es", "es": "en"}
"""The language beside an answer's own, of the two that the site speaks."""
ASKING = frozenset({CommentKind.SUGGESTION, CommentKind.QUESTION})
TAKES_A_DAY = frozenset(
    {
        Outcome.DEFERRED,
        Outcome.ADOPTED,
        Outcome.ADOPTED_WITH_CHANGES,
        Outcome.ADOPTED_IN_PART,
    }
)


def record_disposition(
    session: Session,
    point: Point,
    *,
    actor: Actor,
    outcome: Outcome,
    rationale: str,
    office: str,
    authority: str,
    rationale_html: Markup | None = None,
    reason: Reason | None = None,
    reason_detail: str = "",
    due_on: date | None = None,
    referred_to: str = "",
    covered_section_key: str | None = None,
    covered_words: str = "",
    language: str = "en",
    translation: str = "",
    evidence_url: str = "",
    evidence_title: str = "",
    from_list: bool = False,
    corrects: bool = False,
    based_on: str | None = None,
    beforehand: Beforehand | None = None,
) -> Disposition:
    """Answer a point; its author is told when the answer is published.

    Earlier answers stay on record: residents may see that we changed our mind. An answer that
    promises a change stays an open promise until `adopt` ties it to the new words. What another
    outcome would have asked for is dropped. After a "no" of its reader one further answer may
    be given; what comes later must say that it `corrects` an error. `based_on` is the
    `standing_token` that the writer saw; an answer or a wording since then makes this one
    overtaken. Whoever answers many holds their points and brings what was read of them.
    """
    comment = point.comment
    actor = policy.require(actor, Permission.TRIAGE, comment)
    stands = beforehand.tokens.pop(point.id, None) if beforehand else None
    if stands is None:
        beforehand = None
        session.execute(select(Point.id).where(Point.id == point.id).with_for_update())
        stands = standing_token(session, point) if based_on is not None else None
    _refuse_what_needs_none(point)
    if based_on is not None and based_on != stands:
        raise rules.AnswerOvertaken
    judged = None
    if beforehand is None or comment.id in beforehand.judged:
        judged = check_once(session, point, corrects=corrects)
    for missing in broken_words(rationale, office, authority):
        raise missing
    for unlinked in broken_evidence(evidence_url, evidence_title):
        raise unlinked
    for broken in broken_rules(
        point,
        outcome=outcome,
        reason=reason,
        reason_detail=reason_detail,
        due_on=due_on,
        referred_to=referred_to,
    ):
        raise broken
    covered = (
        covered_passage(session, comment.round, covered_section_key, covered_words)
        if outcome is Outcome.ALREADY_COVERED
        else None
    )
    disposition = Disposition(
        point=point,
        outcome=outcome,
        reason=reason if outcome is Outcome.NOT_ADOPTED else None,
        reason_detail=reason_detail.strip() if outcome is Outcome.NOT_ADOPTED else "",
        rationale=rationale.strip(),
        rationale_html=rationale_html or render_comment(rationale).html,
        language=language,
        **translated(translation, language),
        evidence_url=evidence_url.strip(),
        evidence_title=evidence_title.strip(),
        from_list=from_list,
        office=office.strip(),
        authority=authority.strip(),
        due_on=due_on if outcome in TAKES_A_DAY else None,
        referred_to=referred_to.strip() if outcome is Outcome.OUT_OF_SCOPE else "",
        covered_revision_id=comment.revision_id if covered else None,
        covered_section_key=covered[0] if covered else None,
        covered_start=covered[1] if covered else None,
        covered_end=covered[2] if covered else None,
        decided_by_id=actor.account_id,
        decided_at=clock.now(),
        needs_second=_needs_second(session, comment, actor, beforehand),
        salt=new_salt(),
    )
    session.add(disposition)
    session.flush()
    if judged is not None:
        session.add(SecondAnswer(disposition_id=disposition.id, verdict_id=judged.id))
        session.flush()
    log.append(
        session,
        actor=actor,
        kind="disposition.recorded",
        subject=disposition,
        parents=[point, comment],
        commitments={"answer": answer_commitment(disposition)},
    )
    return disposition


def answer_commitment(disposition: Disposition) -> str:
    """SHA-256 over the answer's salt and the canonical JSON of all that it says."""
    return log.commitment(disposition.salt, log.canonical(answer_values(disposition)))


def answer_values(disposition: Disposition) -> dict[str, str]:
    values = {
        "outcome": disposition.outcome.value,
        "reason": disposition.reason.value if disposition.reason else "",
        "reason_detail": disposition.reason_detail,
        "rationale": disposition.rationale,
        "office": disposition.office,
        "authority": disposition.authority,
        "due_on": disposition.due_on.isoformat() if disposition.due_on else "",
        "referred_to": disposition.referred_to,
        "covered_section_key": disposition.covered_section_key or "",
    }
    if disposition.evidence_url:  # answers from before there were links keep their seal
        values["evidence_url"] = disposition.evidence_url
        values["evidence_title"] = disposition.evidence_title
    if disposition.translation:
        values["translation"] = disposition.translation
    return values


def translated(words: str, language: str) -> dict[str, Any]:
    """The columns of an answer that is said in the other language, too."""
    words, other = words.strip(), OTHER_LANGUAGE.get(language)
    if not words or other is None:
        return {}
    html = render_comment(words).html
    return {"translation": words, "translation_html": html, "translation_language": other}


def _needs_second(
    session: Session, comment: Comment, actor: Actor, beforehand: Beforehand | None
) -> bool:
    """Rule 8, and what the department asks for beside it."""
    if beforehand is not None:
        return beforehand.asks_for_two or beforehand.written.speaks_of(comment.section_key)
    return asks_for_two(session, comment.department_id) or wrote_the_text(
        session, comment, actor.account_id
    )


def _refuse_what_needs_none(point: Point) -> None:
    if point.comment.is_reply:
        raise rules.RepliesNeedNoAnswer
    if point.comment.is_gone:
        raise rules.CommentWithdrawn
    if point.retired_at is not None:
        raise rules.PointReplaced


def broken_words(rationale: str, office: str, authority: str) -> Iterator[Invalid]:
    """What every answer says, and this one does not."""
    if not rationale.strip():
        yield rules.RationaleMissing()
    if not office.strip():
        yield rules.OfficeMissing()
    if not authority.strip():
        yield rules.AuthorityMissing()


def broken_rules(
    point: Point,
    *,
    outcome: Outcome,
    reason: Reason | None,
    reason_detail: str,
    due_on: date | None,
    referred_to: str,
) -> Iterator[Invalid]:
    """What the vocabulary demands of this answer to this point and is not there."""
    yield from broken_outcome(
        point.comment.round.time_zone,
        outcome=outcome,
        reason=reason,
        reason_detail=reason_detail,
        due_on=due_on,
        referred_to=referred_to,
    )
    if outcome is Outcome.NOTED and asks_for_something(point):
        yield rules.SomethingWasAsked()


def broken_outcome(
    time_zone: str,
    *,
    outcome: Outcome,
    reason: Reason | None,
    reason_detail: str,
    due_on: date | None,
    referred_to: str,
) -> Iterator[Invalid]:
    """What this outcome must bring along, whatever was asked."""
    if outcome is Outcome.NOT_ADOPTED:
        if reason is None:
            yield rules.RefusalWithoutReason()
        if not reason_detail.strip():
            yield rules.RefusalWithoutEvidence()
        elif reason is Reason.COURSE_HOURS and not any(s.isdigit() for s in reason_detail):
            yield rules.MinutesMissing()
    if outcome is Outcome.DEFERRED and due_on is None:
        yield rules.DeferralWithoutDate()
    today = clock.now().astimezone(ZoneInfo(time_zone)).date()
    if outcome in TAKES_A_DAY and due_on is not None and due_on <= today:
        yield rules.DayPassed()
    if outcome is Outcome.OUT_OF_SCOPE and not referred_to.strip():
        yield rules.ReferralWithoutOffice()


def asks_for_something(point: Point) -> bool:
    """Kind and wording speak for a whole comment: a passage of one is not judged by them."""
    if point.start is not None:
        return False
    comment = point.comment
    return comment.kind in ASKING or bool(comment.current.suggested_wording)


def covered_passage(
    session: Session, round_: Round, key: str | None, words: str
) -> tuple[str, int | None, int | None]:
    """Where the text already says it; the words must stand there exactly once."""
    if not key:
        raise rules.CoveredNowhere
    section = session.execute(
        select(Section.key, Section.text, Section.is_withheld).where(
            Section.revision_id == round_.revision_id, Section.key == key
        )
    ).one_or_none()
    if section is None:
        raise rules.CoveredNowhere
    if section.is_withheld:
        return section.key, None, None
    words = words.strip()
    if not words:
        raise rules.CoveredWordsMissing
    found = section.text.count(words)
    if found != 1:
        raise rules.CoveredWordsNotFound if found == 0 else rules.CoveredWordsRepeated
    start = section.text.index(words)
    return section.key, start, start + len(words)


def give_verdict(
    session: Session,
    comment: Comment,
    *,
    holder: Holder,
    is_satisfied: bool,
    because: str = "",
) -> Verdict:
    """ "Did this answer you?", said by whoever holds the comment; the latest one counts.

    The same word, sent twice about the same answers, is one.
    """
    if not holds(comment, holder):
        raise NotFound
    if comment.is_gone or not published_answers_exist(session, comment):
        raise rules.NothingToJudge
    if not is_satisfied and not because.strip():
        raise rules.BecauseMissing
    session.execute(
        select(Comment.id).where(Comment.id == comment.id).with_for_update(key_share=True)
    )
    before = said_before(session, comment)
    if before is not None and (is_satisfied, because.strip()) == (
        before.is_satisfied,
        before.because,
    ):
        return before
    verdict = Verdict(
        comment=comment,
        participation_id=comment.participation_id,
        is_satisfied=is_satisfied,
        because=because.strip(),
        salt=new_salt(),
        given_at=clock.now(),
    )
    session.add(verdict)
    session.flush()
    log.append(
        session,
        actor=VISITOR,
        kind="verdict.given",
        subject=verdict,
        parents=[comment],
        facts={"satisfied": is_satisfied},
        commitments={"because": log.commitment(verdict.salt, verdict.because)},
    )
    return verdict
