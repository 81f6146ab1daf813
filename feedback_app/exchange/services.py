"""From an uploaded file to the first draft of a course."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.core import clock, jobs
from feedback_app.core.database import Database
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.models import Curriculum, Openness, Revision, SectionKind
from feedback_app.curricula.services import (
    NewSection,
    Placeholder,
    create_curriculum,
    new_section,
)
from feedback_app.exchange.document import Document, SectionDraft
from feedback_app.exchange.models import Upload
from feedback_app.exchange.preview import LONGEST_COURSE_TITLE, Preview
from feedback_app.exchange.queries import PARSING
from feedback_app.exchange.reading import Report, parse_upload
from feedback_app.exchange.word_guard import Unreadable, check_size
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor, Permission, require

KEPT = timedelta(hours=24)
MOST_SECTIONS = 500
MOST_LETTERS = 1_500_000
LONGEST_SECTION = 200_000


class UploadChanged(Conflict):
    message = N_("Somebody changed this preview while you were working on it.")


class NoSections(Invalid):
    message = N_("Keep at least one section.")


class TitleTooLong(Invalid):
    message = N_("Keep the title under 200 characters.")
    field = "title"


class SectionTooLong(Invalid):
    message = N_("“%(title)s” is too long for one section. Divide it first.")


def begin_upload(
    session: Session,
    department: Organization,
    *,
    actor: Actor,
    filename: str,
    data: bytes,
    onto: Curriculum | None = None,
) -> Upload:
    """Take a file in; a job reads it, since that may take a while.

    `onto` is the course whose draft it comes back to; without one it becomes a course.
    """
    require(actor, Permission.EDIT_DRAFT, Upload(department_id=department.id))
    check_size(data)
    upload = Upload(
        department=department,
        uploaded_by_id=actor.account_id,
        curriculum_id=onto.id if onto is not None else None,
        filename=_plain_name(filename),
        data=data,
        ends_at=clock.now() + KEPT,
    )
    session.add(upload)
    session.flush()
    jobs.enqueue(session, PARSING, subject=upload.public_id)
    return upload


def _plain_name(filename: str) -> str:
    name = PurePath(filename.replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[-200:] or "file"


@jobs.handles(PARSING)
def parse(database: Database, public_id: str) -> None:
    """Read an upload; the file itself is let go of, whatever came of it."""
    this = select(Upload).where(Upload.public_id == public_id, Upload.data.is_not(None))
    with database.unit_of_work(writing=False) as session:
        upload = session.scalars(this).first()
        if upload is None or upload.data is None:
            return
        data, filename, language = upload.data, upload.filename, upload.department.locale
    read: dict[str, Any] | None = None
    problem = None
    try:
        watch = jobs.Watch(database, PARSING, public_id)
        read = read_course(data, filename, language=language, report=watch).to_json()
    except Unreadable as refusal:
        problem = f"{refusal.code} {refusal.part}".strip()
    with database.unit_of_work(writing=True) as session:
        upload = session.scalars(this.with_for_update()).first()
        if upload is not None:
            upload.document, upload.problem, upload.data = read, problem, None


def read_course(
    data: bytes, filename: str, *, language: str = "en", report: Report | None = None
) -> Preview:
    """Read a file apart from this process; raises `Unreadable`."""
    read = parse_upload(data, filename, report)
    document = Document.from_json(_acceptable(read.to_json()))
    if not document.sections:
        raise Unreadable("empty")
    letters = sum(len(section.source) for section in document.sections)
    if len(document.sections) > MOST_SECTIONS or letters > MOST_LETTERS:
        raise Unreadable("too_long")
    return Preview.of(document, language=language)


def _acceptable(value: Any) -> Any:
    """The same tree with every text as databases keep it."""
    if isinstance(value, str):
        text = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return unicodedata.normalize("NFC", text.replace("\x00", ""))
    if isinstance(value, dict):
        return {name: _acceptable(each) for name, each in value.items()}
    return [_acceptable(each) for each in value] if isinstance(value, list) else value


def keep_preview(
    session: Session, upload: Upload, preview: Preview, *, actor: Actor, version: int
) -> None:
    """Put what a person mended in the preview in place of what was there."""
    held = hold(session, upload, actor=actor, version=version)
    held.document = preview.to_json()
    held.version += 1


def import_revision(
    session: Session,
    upload: Upload,
    preview: Preview,
    *,
    actor: Actor,
    version: int,
    sections: Sequence[NewSection],
) -> Revision:
    """Make the course and its first draft; `sections` are rendered beforehand."""
    held = hold(session, upload, actor=actor, version=version)
    if held.curriculum_id is not None:
        raise UploadChanged
    curriculum = open_course(session, held.department, preview, actor=actor, sections=sections)
    held.curriculum_id, held.used_at, held.document = curriculum.id, clock.now(), None
    return first_draft(session, curriculum)


def open_course(
    session: Session,
    department: Organization,
    preview: Preview,
    *,
    actor: Actor,
    sections: Sequence[NewSection],
) -> Curriculum:
    """Make the course of a preview; the command line has no upload to go with it."""
    course, document = preview.course, preview.document
    if len(course.title) > LONGEST_COURSE_TITLE:
        raise TitleTooLong
    return create_curriculum(
        session,
        department,
        actor=actor,
        title=course.title,
        slug=course.slug,
        summary=course.summary,
        audience=course.audience,
        format=course.format,
        language=course.language,
        topics=course.topics,
        minutes=course.minutes,
        sections=sections,
        import_facts=document.facts.to_json()
        | {"origin": document.origin, "notes": document.to_json()["notes"]},
    )


def first_draft(session: Session, curriculum: Curriculum) -> Revision:
    draft = curricula.find_draft(session, curriculum.id)
    assert draft is not None, "a new course has a draft"
    return draft


def render_sections(preview: Preview) -> list[NewSection]:
    """Render what will be saved; slow, so it runs before the writing unit."""
    if not preview.kept:
        raise NoSections
    for section in preview.kept:
        if len(section.source) > LONGEST_SECTION:
            raise SectionTooLong(title=section.title)
    return [_rendered(section) for section in preview.kept]


def _rendered(section: SectionDraft) -> NewSection:
    known = section.openness in set(Openness)
    return new_section(
        title=section.title,
        source=section.source,
        key=section.key,
        level=section.level,
        kind=SectionKind(section.kind)
        if section.kind in set(SectionKind)
        else SectionKind.CONTENT,
        minutes=section.minutes,
        openness=Openness(section.openness) if known else Openness.OPEN,
        authority=section.authority[:300],
        summary=section.summary[:1000],
        withheld=_placeholder(section),
    )


def _placeholder(section: SectionDraft) -> Placeholder | None:
    """An export of ours tells what is not shown; half a placeholder is none."""
    hidden = section.withheld
    if hidden is None or not all(
        (hidden.what.strip(), hidden.by.strip(), hidden.ground.strip())
    ):
        return None
    return Placeholder(hidden.what, hidden.by, hidden.ground, hidden.seen_by)


def hold(session: Session, upload: Upload, *, actor: Actor, version: int) -> Upload:
    """Hold an upload that is still the one the actor saw."""
    require(actor, Permission.EDIT_DRAFT, upload)
    held = session.scalars(
        select(Upload)
        .where(Upload.id == upload.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if held is None or held.version != version or held.document is None:
        raise UploadChanged
    return held
