"""Ready texts: written, changed and retired by a department's moderators, put into answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.policy import Actor, Permission
from feedback_app.triage.models import Outcome
from feedback_app.triage.ready_models import ReadyText, ReadyWording


class NameMissing(Invalid):
    message = N_("Give the text a name by which your colleagues find it.")
    field = "name"


class NameTaken(Invalid):
    message = N_("There is a ready text with this name already.")
    field = "name"


class WordsMissing(Invalid):
    message = N_("Write the text in one language at least.")
    field = "words_en"


class TextOvertaken(Conflict):
    message = N_("Somebody changed this text while you were writing. Yours is not saved yet.")


@dataclass(frozen=True)
class Shelf:
    """Where a department's ready texts stand, as far as the policy asks."""

    department_id: int


def write_ready_text(
    session: Session,
    department_id: int,
    *,
    actor: Actor,
    name: str,
    outcome: Outcome | None,
    words: Mapping[str, str],
) -> ReadyText:
    """Keep a text for the department's answers; `words` are given by language."""
    actor = policy.require(actor, Permission.KEEP_READY_TEXTS, Shelf(department_id))
    assert actor.account_id is not None
    ready = ReadyText(department_id=department_id, version=0)
    return _put(session, ready, actor.account_id, name, outcome, words)


def change_ready_text(
    session: Session,
    ready: ReadyText,
    *,
    actor: Actor,
    version: int,
    name: str,
    outcome: Outcome | None,
    words: Mapping[str, str],
) -> ReadyText:
    """Change a text; answers into which it was put before stay as they are."""
    actor = policy.require(actor, Permission.KEEP_READY_TEXTS, ready)
    _hold(session, ready)
    if version != ready.version:
        raise TextOvertaken
    assert actor.account_id is not None
    return _put(session, ready, actor.account_id, name, outcome, words)


def retire_ready_text(session: Session, ready: ReadyText, *, actor: Actor) -> None:
    """Offer it no more."""
    policy.require(actor, Permission.KEEP_READY_TEXTS, ready)
    _hold(session, ready)
    ready.retired_at, ready.name_key = clock.now(), None
    session.flush()


def _hold(session: Session, ready: ReadyText) -> None:
    session.scalars(
        select(ReadyText)
        .where(ReadyText.id == ready.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if ready.retired_at is not None:
        raise NotFound


def _put(
    session: Session,
    ready: ReadyText,
    account_id: int,
    name: str,
    outcome: Outcome | None,
    words: Mapping[str, str],
) -> ReadyText:
    name = " ".join(name.split())
    given = {language: body.strip() for language, body in words.items() if body.strip()}
    if not name:
        raise NameMissing
    if not given:
        raise WordsMissing
    others = select(ReadyText.id).where(
        ReadyText.department_id == ready.department_id,
        ReadyText.name_key == name.casefold(),
    )
    if any(id_ != ready.id for id_ in session.scalars(others)):
        raise NameTaken
    _give_name(session, ready, account_id, name)
    ready.outcome = outcome
    known = {wording.language: wording for wording in ready.wordings}
    for language, body in given.items():
        if language in known:
            known[language].body = body
        else:
            ready.wordings.append(ReadyWording(language=language, body=body))
    for language in known.keys() - given.keys():
        ready.wordings.remove(known[language])
    session.flush()
    return ready


def _give_name(session: Session, ready: ReadyText, account_id: int, name: str) -> None:
    """Somebody may give another text the same name at this moment; one of both gets it."""
    try:
        with session.begin_nested():
            ready.name, ready.name_key = name, name.casefold()
            ready.version += 1
            ready.changed_by_id, ready.changed_at = account_id, clock.now()
            session.add(ready)
    except IntegrityError:
        raise NameTaken from None


def get_ready_text(session: Session, department_id: int, public_id: str) -> ReadyText:
    """One of a department's texts that are still offered."""
    found = session.scalars(
        select(ReadyText)
        .where(
            ReadyText.public_id == public_id,
            ReadyText.department_id == department_id,
            ReadyText.retired_at.is_(None),
        )
        .options(selectinload(ReadyText.wordings))
    ).first()
    if found is None:
        raise NotFound
    return found


def ready_texts(session: Session, department_id: int) -> list[ReadyText]:
    """All that a department offers itself, with their words, by name."""
    return list(
        session.scalars(
            select(ReadyText)
            .where(ReadyText.department_id == department_id, ReadyText.retired_at.is_(None))
            .options(selectinload(ReadyText.wordings))
            .order_by(func.lower(ReadyText.name), ReadyText.id)
        )
    )


@dataclass(frozen=True)
class Offered:
    """A ready text as it is offered beside the reason."""

    public_id: str
    name: str
    outcome: Outcome | None


def offered_texts(session: Session, department_id: int) -> Sequence[Offered]:
    """The names alone, those for any answer first; in one statement."""
    rows = session.execute(
        select(ReadyText.public_id, ReadyText.name, ReadyText.outcome)
        .where(ReadyText.department_id == department_id, ReadyText.retired_at.is_(None))
        .order_by(func.lower(ReadyText.name), ReadyText.id)
    )
    return [Offered(*row) for row in rows]
