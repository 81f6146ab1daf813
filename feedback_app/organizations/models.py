"""Departments, hosts and boards, and who belongs to them in which role."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.accounts.models import Account
from feedback_app.core.orm import Base, identity, locale, moment, public_id, recorded_at, slug
from feedback_app.policy import ROLES_OF, OrganizationKind, Role

__all__ = [
    "ROLES_OF",
    "Invitation",
    "Membership",
    "Organization",
    "OrganizationKind",
    "OversightSeat",
    "Role",
]


class Organization(Base):
    __tablename__ = "organizations"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    slug: Mapped[slug]
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[OrganizationKind]
    time_zone: Mapped[str] = mapped_column(String(64), default="America/Chicago")
    locale: Mapped[locale] = mapped_column(default="en")
    help_name: Mapped[str] = mapped_column(default="")
    help_phone: Mapped[str] = mapped_column(String(40), default="")
    help_email: Mapped[str] = mapped_column(String(254), default="")
    complaint_url: Mapped[str] = mapped_column(default="")
    complaint_note: Mapped[str] = mapped_column(default="")
    asks_for_two: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[recorded_at]

    @property
    def organization_id(self) -> int:
        """So that the policy can ask for the organization itself."""
        return self.id

    memberships: Mapped[list[Membership]] = relationship(back_populates="organization")
    boards: Mapped[list[Organization]] = relationship(
        secondary="oversight_seats",
        primaryjoin="Organization.id == OversightSeat.department_id",
        secondaryjoin="Organization.id == OversightSeat.board_id",
        viewonly=True,
    )


class OversightSeat(Base):
    """A board oversees a department."""

    __tablename__ = "oversight_seats"

    board_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)


class Membership(Base):
    """One person in one role of one organization; ended ones are kept."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_current",
            "account_id",
            "organization_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    role: Mapped[Role]
    started_at: Mapped[recorded_at]
    ended_at: Mapped[moment | None]

    account: Mapped[Account] = relationship()
    organization: Mapped[Organization] = relationship(back_populates="memberships")


class Invitation(Base):
    """A mailed offer of a role; opening it changes nothing, accepting uses it up."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("organization_id", "email", "role"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Role]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[recorded_at]
    ends_at: Mapped[moment]
    accepted_at: Mapped[moment | None]

    organization: Mapped[Organization] = relationship()
