"""Facts about a database as a whole: whether it is a demo world."""

from __future__ import annotations

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback_app.core.orm import Base

DEMO_PASSWORD = "demo-only-password"  # noqa: S105 - public, and worthless elsewhere


class SiteMark(Base):
    """A named mark; `demo` says that this database is a demo world and nothing else."""

    __tablename__ = "site_marks"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str]


def is_demo(session: Session) -> bool:
    return session.scalar(select(SiteMark.value).where(SiteMark.name == "demo")) is not None


def mark_as_demo(session: Session, version: str) -> None:
    session.add(SiteMark(name="demo", value=version))
    session.flush()
