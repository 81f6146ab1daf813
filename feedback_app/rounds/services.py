"""Planning a round, signing it and joining it; `closings` moves its closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import NotAllowed
from feedback_app.curricula.models import Revision
from feedback_app.log.services import append, stamp
from feedback_app.organizations.models import Organization, OrganizationKind
from feedback_app.organizations.services import SlugTaken, check_slug
from feedback_app.policy import Actor, Permission
from feedback_app.rounds import plans
from feedback_app.rounds.checks import check_answer_date, check_length, check_people
from feedback_app.rounds.closings import GRACE, close_round, extend_round, lock, log_signed
from feedback_app.rounds.models import (
    Participation,
    Question,
    QuestionText,
    Round,
    RoundText,
)
from feedback_app.rounds.plans import Plan, PlannedQuestion
from feedback_app.rounds.rules import (
    AlreadySigned,
    ClosesBeforeOpening,
    ClosingPassed,
    LanguageUnknown,
    NoAnswerDate,
    NotAHost,
    OnlyOwnCourse,
    PageNotWhole,
    PlanChanged,
    QuestionOnNoSection,
    RoundHasClosed,
    RoundHasOpened,
    SignedWhereItPlans,
    SummaryTooLong,
    VersionNotPublished,
    WrongNumberOfQuestions,
)
from feedback_app.rounds.seconds import agree_as_second, ask_anew, ask_partner, tell_partner
from feedback_app.rounds.terms import Terms, take_part
from feedback_app.rounds.words import pair_new_words, pairing
from feedback_app.rounds.zones import check_zone

__all__ = [
    "GRACE",
    "agree_as_second",
    "close_round",
    "extend_round",
    "open_for_planning",
    "participation_for",
    "plan_round",
    "replan_round",
    "replanned",
    "sign_for_department",
    "sign_for_host",
    "write_questions",
]

LANGUAGES = ("en", "es")


def plan_round(
    session: Session,
    revision: Revision,
    *,
    actor: Actor,
    host: Organization,
    slug: str,
    plan: Plan,
    questions: Sequence[PlannedQuestion] = (),
) -> Round:
    """Start a plan; nobody but host and department sees it until the host signs."""
    round_ = Round(
        host_id=host.id,
        department_id=revision.department_id,
        revision_id=revision.id,
        slug=slug,
    )
    actor = policy.require(actor, Permission.PLAN_ROUND, round_)
    if host.kind is OrganizationKind.BOARD:
        raise NotAHost
    if host.kind is OrganizationKind.DEPARTMENT and not round_.is_hosted_by_department:
        raise OnlyOwnCourse
    if not revision.is_public:
        raise VersionNotPublished
    check_slug(slug)
    if session.scalar(select(Round.id).where(Round.slug == slug)):
        raise SlugTaken
    _write_plan(session, round_, plan, revision.number)
    round_.revision = revision
    round_.planned_by_id = _account(actor)
    session.add(round_)
    _write_texts(session, round_, plan)
    if questions:
        _write_questions(session, round_, questions)
    pair_new_words(round_)
    tell_partner(session, round_)
    append(
        session,
        actor=actor,
        kind="round.planned",
        subject=round_,
        parents=[revision],
        facts={
            "slug": slug,
            "curriculum": revision.curriculum.slug,
            "revision": revision.number,
            "opens_at": stamp(round_.opens_at),
            "closes_at": stamp(round_.closes_at),
            "time_zone": round_.time_zone,
            "participation": round_.participation.value,
            "languages": " ".join(round_.languages),
            "reason": round_.short_reason or None,
        },
    )
    return round_


def replan_round(
    session: Session, round_: Round, *, actor: Actor, version: int, plan: Plan
) -> None:
    """Change a plan before it opens; both sides sign what they read, so both sign again."""
    actor = policy.require(actor, Permission.PLAN_ROUND, round_)
    open_for_planning(session, round_, version)
    with pairing(round_):
        _write_plan(session, round_, plan, round_.revision.number)
        _write_texts(session, round_, plan)
    replanned(session, round_, actor)


def write_questions(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    version: int,
    questions: Sequence[PlannedQuestion],
) -> None:
    """Replace the questions of a plan; a plan may lack some until its host signs."""
    actor = policy.require(actor, Permission.PLAN_ROUND, round_)
    open_for_planning(session, round_, version)
    with pairing(round_):
        _write_questions(session, round_, questions)
    replanned(session, round_, actor)


def sign_for_host(session: Session, round_: Round, *, actor: Actor) -> None:
    """Make the plan public; it opens at its opening, or now when that has passed.

    A department that asks itself signs both sides at once: it promises the answers, too.
    """
    actor = policy.require(actor, Permission.PLAN_ROUND, round_)
    lock(session, round_)
    if round_.is_public:
        raise AlreadySigned
    if plans.missing_parts(round_):
        raise PageNotWhole
    now = clock.now()
    if round_.closes_at <= now:
        raise ClosingPassed
    round_.opens_at = max(round_.opens_at, now)
    check_length(round_, round_.revision.number)
    round_.host_signed_at = now
    round_.host_signed_by_id = _account(actor)
    if round_.is_hosted_by_department:
        round_.department_signed_at, round_.department_signed_by_id = now, actor.account_id
    log_signed(session, round_, actor, "host")


def sign_for_department(
    session: Session, round_: Round, *, actor: Actor, answers_due_on: date | None = None
) -> None:
    """Promise an answer to everyone by a day; the plan's own day counts unless it has none."""
    actor = policy.require(actor, Permission.SIGN_ROUND, round_)
    lock(session, round_)
    if round_.is_hosted_by_department:
        raise SignedWhereItPlans
    if round_.department_signed_at is not None:
        raise AlreadySigned
    if round_.closes_at < clock.now():
        raise RoundHasClosed
    round_.answers_due_on = round_.answers_due_on or answers_due_on
    if round_.answers_due_on is None:
        raise NoAnswerDate
    check_answer_date(round_)
    round_.department_signed_at = clock.now()
    round_.department_signed_by_id = _account(actor)
    log_signed(session, round_, actor, "department")


def participation_for(
    session: Session,
    round_: Round | Terms,
    *,
    account_id: int | None,
    code_hash: str | None = None,
    locale: str = "en",
) -> Participation:
    """This person's part in the round, made at the first act; two tabs at once make one."""
    part_id = take_part(
        session, round_.id, account_id=account_id, code_hash=code_hash, locale=locale
    )
    return session.get_one(Participation, part_id)


def open_for_planning(session: Session, round_: Round, version: int) -> None:
    lock(session, round_)
    if round_.is_public and round_.opens_at <= clock.now():
        raise RoundHasOpened
    if round_.version != version:
        raise PlanChanged


def _write_plan(session: Session, round_: Round, plan: Plan, number: int) -> None:
    check_zone(plan.time_zone)
    if (
        not plan.texts
        or not set(plan.texts) <= set(LANGUAGES)
        or (plan.language not in plan.texts)
    ):
        raise LanguageUnknown
    if plan.closes_at <= plan.opens_at:
        raise ClosesBeforeOpening
    if plan.closes_at <= clock.now():
        raise ClosingPassed
    round_.languages = plan.languages
    for name in (
        *("opens_at", "closes_at", "time_zone", "language", "participation", "answering"),
        *("answers_due_on", "short_reason", "holding", "help_name", "help_phone", "help_email"),
        *("showing", "promise", "basis", "audience", "texts_stay_inside"),
    ):
        setattr(round_, name, getattr(plan, name))
    check_people(round_)
    ask_partner(session, round_, plan.partner_id)
    check_length(round_, number)
    check_answer_date(round_)


def _write_texts(session: Session, round_: Round, plan: Plan) -> None:
    kept = {text.language: text for text in round_.texts}
    for language, planned in plan.texts.items():
        text = kept.pop(language, None)
        if text is None:
            text = RoundText(language=language)
            round_.texts.append(text)
        text.title, text.why, text.can_change = planned.title, planned.why, planned.can_change
    for text in kept.values():
        round_.texts.remove(text)
        session.delete(text)


def _write_questions(
    session: Session, round_: Round, questions: Sequence[PlannedQuestion]
) -> None:
    if len(questions) > plans.MOST_QUESTIONS:
        raise WrongNumberOfQuestions
    if any(plans.is_too_long(summary) for q in questions for _, summary in q.prompts.values()):
        raise SummaryTooLong(words=plans.SUMMARY_WORDS)
    keys = {section.key for section in round_.revision.sections}
    if any(q.section_key is not None and q.section_key not in keys for q in questions):
        raise QuestionOnNoSection
    for old in list(round_.questions):
        for text in old.texts:
            session.delete(text)
        session.delete(old)
    session.flush()
    session.expire(round_, ["questions"])
    round_.questions = [
        Question(
            position=position,
            section_key=planned.section_key,
            kind=planned.kind,
            texts=[
                QuestionText(
                    language=language,
                    prompt=prompt,
                    summary=summary,
                    options=list(planned.options.get(language, ())),
                )
                for language, (prompt, summary) in planned.prompts.items()
            ],
        )
        for position, planned in enumerate(questions, start=1)
    ]


def replanned(
    session: Session, round_: Round, actor: Actor, *, put_into: str | None = None
) -> None:
    """Signatures fall with what was signed; `put_into` is a language that got words."""
    round_.version += 1
    round_.host_signed_at = round_.host_signed_by_id = None
    round_.department_signed_at = round_.department_signed_by_id = None
    ask_anew(round_)
    tell_partner(session, round_)
    if put_into is not None:
        append(
            session,
            actor=actor,
            kind="round.translated",
            subject=round_,
            facts={"language": put_into},
        )
        return
    append(
        session,
        actor=actor,
        kind="round.replanned",
        subject=round_,
        facts={"opens_at": stamp(round_.opens_at), "closes_at": stamp(round_.closes_at)},
    )


def _account(actor: Actor) -> int:
    """People plan and sign; the command line does not."""
    if actor.account_id is None:
        raise NotAllowed
    return actor.account_id
