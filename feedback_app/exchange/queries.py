"""Looking up uploads, and a revision as the exporters take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from feedback_app.core import clock, jobs
from feedback_app.core.errors import NotFound
from feedback_app.curricula import queries as curricula
from feedback_app.curricula.models import Curriculum, Revision
from feedback_app.exchange.document import Withheld
from feedback_app.exchange.export import ExportedSection, RevisionExport
from feedback_app.exchange.models import Upload
from feedback_app.exchange.word_guard import Unreadable
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor, Permission, Role, require

PARSING = "import.parse"


@dataclass(frozen=True)
class WaitingUpload:
    public_id: str
    filename: str
    ends_at: datetime
    time_zone: str


def get_upload(session: Session, public_id: str, *, viewer: Actor) -> Upload:
    """An upload that has not ended, for authors of its department; without its bytes."""
    upload = session.scalars(
        select(Upload)
        .where(Upload.public_id == public_id, Upload.ends_at > clock.now())
        .options(defer(Upload.data), joinedload(Upload.department))
    ).first()
    if upload is None:
        raise NotFound
    require(viewer, Permission.EDIT_DRAFT, upload)
    return upload


def waiting_uploads(session: Session, *, viewer: Actor) -> list[WaitingUpload]:
    """What this author began to bring in and has not saved, newest first."""
    rows = session.execute(
        select(Upload.public_id, Upload.filename, Upload.ends_at, Organization.time_zone)
        .join(Organization, Organization.id == Upload.department_id)
        .where(
            Upload.uploaded_by_id == viewer.account_id,
            Upload.department_id.in_(viewer.with_role(Role.AUTHOR)),
            Upload.used_at.is_(None),
            Upload.problem.is_(None),
            Upload.ends_at > clock.now(),
        )
        .order_by(Upload.id.desc())
        .limit(10)
    )
    return [WaitingUpload(*row) for row in rows]


def problem_of(session: Session, upload: Upload) -> Unreadable | None:
    """Why nothing can be read from an upload, or None while there is hope."""
    if upload.problem is not None:
        code, _, part = upload.problem.partition(" ")
        return Unreadable(code, part)
    if upload.document is not None:
        return None
    job = jobs.find(session, PARSING, upload.public_id)
    return Unreadable("broken") if job is None or jobs.has_failed(job) else None


def share_read(session: Session, upload: Upload) -> float | None:
    """How much of a file has been read, 0 … 1; nothing while that is not known."""
    return jobs.share_done(jobs.find(session, PARSING, upload.public_id))


def course_made_of(session: Session, upload: Upload) -> str | None:
    """The short name of the course that an upload became, or was saved onto."""
    return session.scalar(
        select(Curriculum.slug)
        .join(Upload, Upload.curriculum_id == Curriculum.id)
        .where(Upload.id == upload.id, Upload.used_at.is_not(None))
    )


def course_under(session: Session, upload: Upload) -> Curriculum | None:
    """The course onto which an upload comes back; none where it is to become one."""
    if upload.curriculum_id is None or upload.used_at is not None:
        return None
    return session.get(Curriculum, upload.curriculum_id)


def revision_export(session: Session, revision: Revision) -> RevisionExport:
    """A revision as plain values; of what is not shown only the placeholder comes along."""
    return RevisionExport(
        title=revision.title,
        number=revision.number,
        summary=revision.curriculum.summary,
        language=revision.language,
        slug=revision.curriculum.slug,
        sections=tuple(
            ExportedSection(
                key=row.key,
                number=row.number,
                title=row.title,
                level=row.level,
                kind=row.kind.value,
                minutes=row.minutes,
                openness=row.openness.value,
                authority=row.authority,
                summary=row.summary,
                source="" if row.is_withheld else row.source,
                html="" if row.is_withheld else str(row.html),
                withheld=Withheld(
                    row.withheld_what,
                    row.withheld_by,
                    row.withheld_ground,
                    row.withheld_seen_by,
                )
                if row.is_withheld
                else None,
            )
            for row in curricula.outline(session, revision.id, source=True)
        ),
    )
