"""Looking up courses, their revisions, and the text of a revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from markupsafe import Markup
from sqlalchemy import and_, bindparam, exists, func, literal, select
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback_app.core.database import Reading
from feedback_app.core.errors import NotFound
from feedback_app.core.orm import CleanHTML
from feedback_app.core.prepared import Prepared
from feedback_app.curricula.comparison import SectionComparison, SectionVersion, from_json
from feedback_app.curricula.labels import KIND_LABELS
from feedback_app.curricula.layout import layouts_of
from feedback_app.curricula.models import (
    Change,
    Curriculum,
    Openness,
    Revision,
    RevisionState,
    Section,
    SectionKind,
    WithheldPassage,
)
from feedback_app.curricula.numbering import numbers
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor, Permission, allows, require

NO_MARKUP = Markup("")


@dataclass(frozen=True)
class WithheldBox:
    """The placeholder of a passage that is not shown, under the names its macro reads."""

    what: str
    by: str
    ground: str
    read_by: str
    day: date | None = None


@dataclass(slots=True)
class SectionRow:
    """One section of an outline; `html`, `text` and `source` are empty where not asked for."""

    key: str
    number: str
    position: int
    level: int
    title: str
    kind: SectionKind
    minutes: int | None
    openness: Openness
    authority: str
    summary: str
    language: str
    words: int
    version: int
    is_withheld: bool
    withheld_what: str
    withheld_by: str
    withheld_ground: str
    withheld_seen_by: str
    html: Markup = NO_MARKUP
    text: str = ""
    source: str = ""

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.kind]

    @property
    def withheld(self) -> WithheldBox | None:
        if not self.is_withheld:
            return None
        return WithheldBox(
            self.withheld_what, self.withheld_by, self.withheld_ground, self.withheld_seen_by
        )


@dataclass(frozen=True)
class SectionText:
    """A section as `comments.anchors.relocate` reads it."""

    key: str
    title: str
    text: str


@dataclass(frozen=True)
class ChangeRow:
    section_key: str
    position: int
    kinds: tuple[str, ...]
    hunks: tuple[dict[str, Any], ...]
    drawing: dict[str, Any]

    @cached_property
    def comparison(self) -> SectionComparison:
        return from_json(self.drawing).sections[0]


@dataclass(frozen=True)
class CurriculumRow:
    """A course in a list; numbers are `None` where it has no such revision."""

    slug: str
    title: str
    summary: str
    minutes: int
    language: str
    department_id: int
    department: str
    newest: int | None
    published_at: datetime | None
    draft: int | None
    in_force: int | None
    in_force_on: date | None


def get_curriculum(session: Session, slug: str, *, viewer: Actor | None = None) -> Curriculum:
    """The course of this address; with a viewer, one that was never published is only there
    for those who may read its draft."""
    found = session.scalars(
        select(Curriculum)
        .where(Curriculum.slug == slug)
        .options(joinedload(Curriculum.department).joinedload(Organization.boards))
    )
    curriculum = found.unique().first()
    if curriculum is None:
        raise NotFound
    if (
        viewer is not None
        and not allows(viewer, Permission.READ_DRAFT, curriculum)
        and newest_published(session, curriculum.id) is None
    ):
        raise NotFound
    return curriculum


def get_revision(
    session: Session, curriculum: Curriculum, number: int, *, viewer: Actor
) -> Revision:
    """A published revision for anyone; a draft or a dropped one as if it were not there."""
    revision = session.scalars(
        select(Revision)
        .where(Revision.curriculum_id == curriculum.id, Revision.number == number)
        .options(joinedload(Revision.curriculum), joinedload(Revision.base))
    ).first()
    if revision is None:
        raise NotFound
    if not revision.is_public:
        require(viewer, Permission.READ_DRAFT, revision)
    return revision


def find_draft(session: Session, curriculum_id: int) -> Revision | None:
    """The working draft; `correcting` finds the urgent correction that may stand beside it."""
    return session.scalars(
        select(Revision)
        .where(
            Revision.curriculum_id == curriculum_id,
            Revision.state == RevisionState.DRAFT,
            Revision.is_urgent.is_(False),
        )
        .options(joinedload(Revision.curriculum), joinedload(Revision.base))
    ).first()


def get_draft(session: Session, slug: str, *, viewer: Actor) -> Revision:
    """The draft of the course at this address, for those who may read it."""
    curriculum = get_curriculum(session, slug)
    require(viewer, Permission.READ_DRAFT, curriculum)
    draft = find_draft(session, curriculum.id)
    if draft is None:
        raise NotFound
    return draft


def get_section(session: Session, revision: Revision, key: str) -> Section:
    section = session.scalars(
        select(Section)
        .where(Section.revision_id == revision.id, Section.key == key)
        .options(joinedload(Section.passage))
    ).first()
    if section is None:
        raise NotFound
    return section


def newest_published(session: Session, curriculum_id: int) -> Revision | None:
    return session.scalars(
        select(Revision)
        .where(
            Revision.curriculum_id == curriculum_id,
            Revision.state == RevisionState.PUBLISHED,
        )
        .order_by(Revision.number.desc())
        .limit(1)
    ).first()


def in_force(session: Session, curriculum_id: int, on: date) -> Revision | None:
    """The revision that is taught on this day: the one set in force last."""
    return session.scalars(
        select(Revision)
        .where(Revision.curriculum_id == curriculum_id, Revision.in_force_on <= on)
        .order_by(Revision.in_force_on.desc(), Revision.number.desc())
        .limit(1)
    ).first()


def revisions_of(
    session: Session, curriculum: Curriculum, *, viewer: Actor
) -> Sequence[Revision]:
    """Newest first; the draft for those who may read it, dropped ones for everybody."""
    query = (
        select(Revision)
        .where(Revision.curriculum_id == curriculum.id)
        .order_by(Revision.number.desc())
    )
    if not allows(viewer, Permission.READ_DRAFT, curriculum):
        query = query.where(Revision.state != RevisionState.DRAFT)
    return session.scalars(query).all()


def curricula(
    session: Session, *, on: date, department_ids: frozenset[int] | None = None
) -> list[CurriculumRow]:
    """Every published course; with departments given, all of theirs, drafts alone too."""
    of_course = Revision.curriculum_id == Curriculum.id
    published = Revision.state == RevisionState.PUBLISHED
    newest = select(func.max(Revision.number)).where(of_course, published).scalar_subquery()
    draft = (
        select(func.max(Revision.number))
        .where(of_course, Revision.state == RevisionState.DRAFT, Revision.is_urgent.is_(False))
        .scalar_subquery()
    )
    taught = (
        select(Revision.id)
        .where(of_course, Revision.in_force_on <= on)
        .order_by(Revision.in_force_on.desc(), Revision.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    last, force = (Revision.__table__.alias(name) for name in ("last", "force"))
    query = (
        select(
            Curriculum.slug,
            Curriculum.title,
            Curriculum.summary,
            Curriculum.minutes,
            Curriculum.language,
            Curriculum.department_id,
            Organization.name.label("department"),
            last.c.number.label("newest"),
            last.c.published_at,
            draft.label("draft"),
            force.c.number.label("in_force"),
            force.c.in_force_on,
        )
        .join(Organization, Organization.id == Curriculum.department_id)
        .join(
            last,
            and_(last.c.curriculum_id == Curriculum.id, last.c.number == newest),
            isouter=True,
        )
        .join(force, force.c.id == taught, isouter=True)
        .order_by(Organization.name, Curriculum.title, Curriculum.id)
    )
    if department_ids is None:
        query = query.where(last.c.id.is_not(None))
    else:
        query = query.where(Curriculum.department_id.in_(department_ids))
    return [CurriculumRow(**row._mapping) for row in session.execute(query)]


_NO_HTML, _NO_TEXT = literal(NO_MARKUP, CleanHTML()), literal("")
OUTLINE = [
    getattr(Section, name)
    for name in SectionRow.__dataclass_fields__
    if name not in {"number", "html", "text", "source"}
]


def outline(
    session: Reading,
    revision_id: int,
    *,
    words: bool = True,
    text: bool = True,
    source: bool = False,
) -> list[SectionRow]:
    """The sections of a revision in order, with their numbers; one query.

    `words=False` leaves what people read out, `text=False` only the plain text that places are
    counted in; `source=True` brings the Markdown along.
    """
    asked = _outline(words, words and text, source)
    return numbered(asked.tuples(session, revision_id=revision_id))


_LEVEL = list(SectionRow.__dataclass_fields__).index("level") - 1  # a row has no number


def numbered(rows: Sequence[Any]) -> list[SectionRow]:
    """Sections with their numbers, from rows of `OUTLINE`, words, source and what follows."""
    last = len(SectionRow.__dataclass_fields__) - 1  # the number comes from here
    counted = numbers([row[_LEVEL] for row in rows])
    return [
        SectionRow(row[0], number, *row[1:last])
        for row, number in zip(rows, counted, strict=True)
    ]


@cache
def _outline(words: bool, text: bool, source: bool) -> Prepared:
    """Its columns are the fields of a row in their order, all but the number.

    What is not asked for at the end is left out: a column costs as much as what stands in it.
    """
    said = [
        Section.html if words else _NO_HTML,
        Section.text if text else _NO_TEXT,
        Section.source if source else _NO_TEXT,
    ]
    asked = max((at for at, wanted in enumerate((words, text, source), 1) if wanted), default=0)
    return Prepared(
        select(*OUTLINE, *said[:asked])
        .where(Section.revision_id == bindparam("revision_id"))
        .order_by(Section.position)
    )


def section_texts(session: Session, revision_id: int) -> list[SectionText]:
    rows = session.execute(
        select(Section.key, Section.title, Section.text)
        .where(Section.revision_id == revision_id)
        .order_by(Section.position)
    )
    return [SectionText(*row) for row in rows]


def section_versions(session: Session, revision_id: int) -> list[SectionVersion]:
    """The sections as `curricula.comparison.compare` takes them."""
    return [
        SectionVersion(
            key=row.key,
            title=row.title,
            level=row.level,
            position=row.position,
            text=row.text,
            layouts=layouts_of(row.html),
        )
        for row in outline(session, revision_id)
    ]


def changes_in(session: Session, revision_id: int) -> list[ChangeRow]:
    """What changed in a published revision against its base, in reading order."""
    rows = session.execute(
        select(Change.section_key, Change.position, Change.kinds, Change.hunks, Change.drawing)
        .where(Change.revision_id == revision_id)
        .order_by(Change.position)
    )
    return [
        ChangeRow(key, position, tuple(kinds), tuple(hunks), drawing)
        for key, position, kinds, hunks, drawing in rows
    ]


def sections_with_passages(session: Session, revision: Revision) -> Sequence[Section]:
    """The entities, for sealing and copying them."""
    return session.scalars(
        select(Section)
        .where(Section.revision_id == revision.id)
        .options(selectinload(Section.passage))
        .order_by(Section.position)
    ).all()


def find_passage(session: Session, section: Section) -> WithheldPassage | None:
    return session.scalars(
        select(WithheldPassage).where(WithheldPassage.section_id == section.id)
    ).first()


def slug_is_taken(session: Session, slug: str) -> bool:
    return bool(session.scalar(select(exists().where(Curriculum.slug == slug))))
