"""Putting the words of a planned round's page into each of its languages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.policy import Actor, Permission, Role
from feedback_app.rounds import plans
from feedback_app.rounds.closings import lock
from feedback_app.rounds.models import Round
from feedback_app.rounds.rules import (
    AsManyAnswers,
    PlanSigned,
    SummaryTooLong,
    WordsChanged,
)
from feedback_app.rounds.services import replanned
from feedback_app.rounds.word_models import WordPair
from feedback_app.rounds.words import (
    LISTS,
    Kind,
    Place,
    Tally,
    Wording,
    forget_others,
    mark,
    page_mark,
    pair_new_words,
    tallies_of,
    wordings_of,
)


def get_plan(session: Session, slug: str, language: str, *, actor: Actor) -> Round:
    """A round whose words the actor may put into one of its languages."""
    round_ = session.scalars(
        select(Round)
        .where(Round.slug == slug)
        .options(*_WORDS)
        .execution_options(populate_existing=True)
    ).first()
    if round_ is None or language not in round_.languages or len(round_.languages) < 2:
        raise NotFound
    policy.require(actor, Permission.TRANSLATE_PLAN, round_)
    return round_


def put_words(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    language: str,
    seen: str,
    given: Mapping[str, str],
    still_right: Collection[str] = (),
) -> bool:
    """Keep what was typed for each text; `still_right` are older ones that need no change.

    False where nothing was different. Whoever had signed the plan signs the new words.
    """
    actor = policy.require(actor, Permission.TRANSLATE_PLAN, round_)
    lock(session, round_)
    if round_.is_public:
        raise PlanSigned
    if page_mark(round_, language) != seen:
        raise WordsChanged
    wordings = wordings_of(round_, language)
    changed = [w for w in wordings if given.get(w.place.key, w.words) != w.words]
    for wording in changed:
        _check(wording, given[wording.place.key])
    kept = [w for w in wordings if w.place.key in still_right and w not in changed]
    if not changed and not kept:
        return False
    pair_new_words(round_)
    for wording in changed:
        wording.place.write(language, given[wording.place.key])
    if language == round_.language:
        pair_new_words(round_)
    else:
        for wording in (*changed, *kept):
            _pair(round_, wording.place, language, actor)
    forget_others(round_)
    replanned(session, round_, actor, put_into=language)
    return True


def _check(wording: Wording, words: str) -> None:
    if wording.place.kind is Kind.SUMMARY and plans.is_too_long(words):
        raise SummaryTooLong(words=plans.SUMMARY_WORDS, field=f"words_{wording.place.key}")
    if wording.place.kind in LISTS and words:
        here, there = len(words.splitlines()), len(wording.original.splitlines())
        if here != there:
            raise AsManyAnswers(field=f"words_{wording.place.key}", there=there, here=here)


def _pair(round_: Round, place: Place, language: str, actor: Actor) -> None:
    original, words = (mark(place.read(each)) for each in (round_.language, language))
    if not place.read(language).strip() or not place.read(round_.language).strip():
        return
    pair = next(
        (
            pair
            for pair in round_.word_pairs
            if (pair.language, pair.original, pair.words) == (language, original, words)
        ),
        None,
    )
    if pair is None:
        pair = WordPair(language=language, original=original, words=words)
        round_.word_pairs.append(pair)
    pair.translated_by_id, pair.translated_at = actor.account_id, clock.now()


def lacking(session: Session, actor: Actor) -> Sequence[tuple[Round, Sequence[Tally]]]:
    """Those that the actor may put words into, the one that opens first before others."""
    hosts = actor.with_role(Role.TRANSLATOR) | actor.runs_for
    deciding = actor.with_role(Role.MODERATOR, Role.MANAGER)
    own = {grant.organization_id for grant in actor.grants}
    return all_lacking(
        session,
        or_(
            and_(Round.host_id.in_(hosts), Round.department_id.not_in(own)),
            and_(Round.host_id.in_(deciding), Round.host_id == Round.department_id),
        ),
    )


def all_lacking(
    session: Session, *among: ColumnElement[bool]
) -> Sequence[tuple[Round, Sequence[Tally]]]:
    """Unsigned plans that lack words in a language."""
    found = session.scalars(
        select(Round)
        .where(*among, Round.host_signed_at.is_(None))
        .options(*_WORDS)
        .order_by(Round.opens_at, Round.id)
    )
    tallied = [(plan, tallies_of(plan)) for plan in found]
    return [(plan, tallies) for plan, tallies in tallied if tallies]


_WORDS = (
    selectinload(Round.texts),
    selectinload(Round.questions),
    selectinload(Round.background),
    selectinload(Round.word_pairs),
)
