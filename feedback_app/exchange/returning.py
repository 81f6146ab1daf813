"""Bringing an edited file back onto the draft of a course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.comments.anchors import Anchor, SectionText
from feedback_app.comments.models import Anchor as Row
from feedback_app.comments.models import Comment, Placement, Point
from feedback_app.comments.placements import place_in, texts_of
from feedback_app.comments.sight import text_is_read, visible_to
from feedback_app.core import clock
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.models import Revision
from feedback_app.curricula.rearranging import Facts, WantedSection, rearrange
from feedback_app.exchange.models import Upload
from feedback_app.exchange.onto import Plan, Returned, Standing, plan, with_kept
from feedback_app.exchange.preview import Preview
from feedback_app.exchange.services import (
    LONGEST_SECTION,
    NoSections,
    SectionTooLong,
    UploadChanged,
    hold,
)
from feedback_app.policy import Actor
from feedback_app.triage.causes import name_cause
from feedback_app.triage.models import CauseKind


@dataclass(frozen=True)
class Choices:
    """What the author said on the page that shows what a file would change.

    `same_as` names, for sections of the file, the section of the draft that each is.
    """

    same_as: Mapping[str, str]
    keep: frozenset[str] = frozenset()
    draft_version: int = 0

    @classmethod
    def of(cls, upload: Upload) -> Choices | None:
        told = (upload.document or {}).get("onto")
        if not isinstance(told, dict):
            return None
        return cls(dict(told["same_as"]), frozenset(told["keep"]), int(told["draft_version"]))

    def to_json(self) -> dict[str, object]:
        return {
            "same_as": dict(self.same_as),
            "keep": sorted(self.keep),
            "draft_version": self.draft_version,
        }


@dataclass(frozen=True)
class Reason:
    """Why a section changed, as the grid takes it."""

    key: str
    kind: CauseKind
    note: str = ""
    point: Point | None = None


def standing_of(session: Session, revision: Revision) -> list[Standing]:
    return [
        Standing(
            key=row.key,
            number=row.number,
            title=row.title,
            level=row.level,
            source=row.source,
            html=str(row.html),
            text=row.text,
            is_withheld=row.is_withheld,
        )
        for row in curricula.outline(session, revision.id, source=True)
    ]


def plan_of(
    preview: Preview, standing: Sequence[Standing], same_as: Mapping[str, str] | None = None
) -> Plan:
    """What the file would change; refuses a section that is too long to be saved."""
    if not preview.sections:
        raise NoSections
    for section in preview.sections:
        if len(section.source) > LONGEST_SECTION:
            raise SectionTooLong(title=section.title)
    is_word = preview.document.origin == "word"
    return plan(standing, preview.sections, chosen=same_as, is_word=is_word)


@dataclass(frozen=True)
class Uprooted:
    """Comments that stand in a section which is gone, and how many words live on elsewhere."""

    comments: int = 0
    found: int = 0


def uprooted(
    session: Session, revision: Revision, found: Plan, *, viewer: Actor
) -> dict[str, Uprooted]:
    """{gone section: what becomes of its comments}; nothing is kept of it."""
    keys = [section.key for section in found.gone]
    if revision.base_id is None or not keys:
        return {}
    stands = func.coalesce(Placement.section_key, Comment.section_key)
    rows = session.execute(
        select(
            Comment.id,
            stands.label("key"),
            Row.exact,
            func.coalesce(Placement.start, Row.start).label("start"),
            func.coalesce(Placement.end, Row.end).label("end"),
        )
        .outerjoin(Row, Row.comment_id == Comment.id)
        .outerjoin(
            Placement,
            (Placement.comment_id == Comment.id) & (Placement.revision_id == revision.base_id),
        )
        .where(
            (Comment.revision_id == revision.base_id) | Placement.id.is_not(None),
            stands.in_(keys),
            Comment.parent_id.is_(None),
            text_is_read(viewer),
            visible_to(viewer),
        )
    ).all()
    quoted = [
        (row.id, Anchor(row.key, row.start, row.end, row.exact))
        for row in rows
        if row.exact and row.end
    ]
    new = [SectionText(r.key, r.title, _text(r)) for r in found.sections]
    places = place_in(quoted, texts_of(session, revision.base_id), new) if quoted else {}
    return {
        key: Uprooted(
            comments=sum(row.key == key for row in rows),
            found=sum(
                places[row.id].section_key is not None
                for row in rows
                if row.key == key and row.id in places
            ),
        )
        for key in keys
    }


def _text(section: Returned) -> str:
    if section.rendered is not None:
        return section.rendered.text
    return section.old.text if section.old is not None else ""


def keep_choices(
    session: Session, upload: Upload, choices: Choices, *, actor: Actor, version: int
) -> None:
    """Remember what the author said about the file until it is saved."""
    held = hold(session, upload, actor=actor, version=version)
    held.document = (held.document or {}) | {"onto": choices.to_json()}
    held.version += 1


def wanted_sections(
    found: Plan,
    standing: Sequence[Standing],
    keep: frozenset[str],
    facts: Mapping[str, Facts] | None = None,
) -> list[WantedSection]:
    """The draft as it shall be, in its order."""
    facts = facts or {}
    return [
        WantedSection(
            key=each.key,
            title=each.title[:300],
            level=each.level,
            source=each.source,
            rendered=each.rendered,
            facts=facts.get(each.given),
            is_new=each.old is None,
        )
        for each in with_kept(found, keep, standing)
    ]


def bring_back(
    session: Session,
    revision: Revision,
    wanted: Sequence[WantedSection],
    *,
    actor: Actor,
    version: int,
    reasons: Iterable[Reason] = (),
    upload: Upload | None = None,
    upload_version: int = 0,
) -> Revision:
    """Save an edited file onto a draft, with the reasons for its changes; all or nothing."""
    if upload is not None:
        held = hold(session, upload, actor=actor, version=upload_version)
        if held.curriculum_id != revision.curriculum_id or held.used_at is not None:
            raise UploadChanged
        held.used_at, held.document = clock.now(), None
    revision = rearrange(session, revision, wanted, actor=actor, version=version)
    for reason in reasons:
        name_cause(
            session,
            revision,
            actor=actor,
            section_key=reason.key,
            kind=reason.kind,
            point=reason.point,
            note=reason.note,
        )
    return revision
