"""Rule 8: nobody decides alone on comments about their own text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.accounts.models import Account
from feedback_app.comments.models import Comment
from feedback_app.core.errors import NotAllowed, NotFound
from feedback_app.curricula.models import Revision, Section
from feedback_app.organizations.models import Membership, Organization
from feedback_app.policy import Actor, Permission, Role
from feedback_app.triage.models import Disposition, Signature
from feedback_app.triage.rules import OwnAnswer, SecondModeratorFirst


@dataclass(frozen=True)
class Written:
    """What an account wrote of a version; `anything` holds for whoever began it, too."""

    keys: frozenset[str]
    anything: bool

    def speaks_of(self, section_key: str | None) -> bool:
        """Whether a comment on this section, or on the whole, is about its text."""
        return self.anything if section_key is None else section_key in self.keys


def texts_written(session: Session, revision_id: int, account_id: int | None) -> Written:
    """`wrote_the_text` for many comments of one version, in two queries."""
    keys = frozenset(
        session.scalars(
            select(Section.key).where(
                Section.revision_id == revision_id, Section.changed_by_id == account_id
            )
        )
    )
    began = session.scalar(
        select(Revision.id).where(
            Revision.id == revision_id, Revision.started_by_id == account_id
        )
    )
    return Written(keys, bool(keys) or began is not None)


def wrote_the_text(session: Session, comment: Comment, account_id: int | None) -> bool:
    """Whether this account wrote the words that the comment speaks of.

    A comment on the whole course speaks of everybody's sections, and of the version itself.
    """
    section = select(Section.id).where(
        Section.revision_id == comment.revision_id, Section.changed_by_id == account_id
    )
    if comment.section_key is not None:
        return bool(session.scalar(section.where(Section.key == comment.section_key).limit(1)))
    started = select(Revision.id).where(
        Revision.id == comment.revision_id, Revision.started_by_id == account_id
    )
    return bool(session.scalar(section.limit(1)) or session.scalar(started))


def moderators_of(session: Session, department_id: int) -> frozenset[int]:
    return frozenset(
        session.scalars(
            select(Membership.account_id)
            .join(Membership.account)
            .where(
                Membership.organization_id == department_id,
                Membership.role == Role.MODERATOR,
                Membership.ended_at.is_(None),
                Account.closed_at.is_(None),
            )
        )
    )


def asks_for_two(session: Session, department_id: int) -> bool:
    """Held until the answer is stored: whoever changes it meanwhile comes before or after."""
    found = select(Organization.asks_for_two).where(Organization.id == department_id)
    return bool(session.scalar(found.with_for_update(read=True)))


def has_second(session: Session, department_id: int, decided_by_id: int) -> bool:
    """Whether the department has another moderator who can sign."""
    return bool(moderators_of(session, department_id) - {decided_by_id})


def signer(session: Session, disposition: Disposition, actor: Actor) -> tuple[Actor, Signature]:
    """The actor in the hat that signs, and as whom; refused for everyone else.

    Host and board sign only where the department has no second moderator.
    """
    comment = disposition.point.comment
    hats = (
        (Signature.MODERATOR, Role.MODERATOR, {comment.department_id}),
        (Signature.BOARD, Role.REVIEWER, set(comment.board_ids)),
        (Signature.HOST, Role.HOST, {comment.host_id}),
    )
    for signature, role, places in hats:
        grants = frozenset(
            g for g in actor.grants if g.role is role and g.organization_id in places
        )
        if not grants:
            continue
        worn = policy.require(replace(actor, grants=grants), Permission.SIGN_SECOND, comment)
        if disposition.decided_by_id == actor.account_id:
            raise OwnAnswer
        if signature is not Signature.MODERATOR and has_second(
            session, comment.department_id, disposition.decided_by_id
        ):
            raise SecondModeratorFirst
        return replace(worn, grants=actor.grants), signature
    policy.require(replace(actor, grants=frozenset()), Permission.SIGN_SECOND, comment)
    raise AssertionError("the table lets nobody sign without a role")


def may_sign(session: Session, disposition: Disposition, actor: Actor) -> bool:
    try:
        signer(session, disposition, actor)
    except (NotFound, NotAllowed):
        return False
    return True


def without_second(
    session: Session, department_id: int, dispositions: Iterable[Disposition]
) -> dict[int, bool]:
    """Those that wait for a signature: {id: whether the department has nobody to give it}."""
    moderators = moderators_of(session, department_id)
    return {
        d.id: not (moderators - {d.decided_by_id})
        for d in dispositions
        if d.needs_second and d.confirmed_by_id is None
    }
