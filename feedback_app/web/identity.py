"""Who is here: the visitor behind a request, and which routes need one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeVar, cast

from flask import Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin

from feedback_app.organizations import queries as organizations
from feedback_app.policy import TABLE, VISITOR, Actor, OrganizationKind, Permission, Role

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Visitor(UserMixin):  # type: ignore[misc]
    """The person behind the request as templates see them."""

    actor: Actor = VISITOR
    name: str = ""
    token: str = ""
    locale: str = "en"
    organization_names: dict[int, str] = field(default_factory=dict)

    def get_id(self) -> str:
        return self.token

    @property
    def is_signed_in(self) -> bool:
        return self.actor.is_signed_in

    @property
    def is_staff(self) -> bool:
        return bool(self.actor.grants) or self.actor.is_administrator

    @property
    def is_department(self) -> bool:
        """Reads drafts and answers before they are public."""
        return bool(self.actor.organizations(OrganizationKind.DEPARTMENT))

    @property
    def is_moderator(self) -> bool:
        return bool(self.actor.with_role(Role.MODERATOR))

    @property
    def is_reviewer(self) -> bool:
        return bool(self.actor.with_role(Role.REVIEWER))

    @property
    def is_host(self) -> bool:
        return bool(self.actor.runs_for)

    @property
    def is_translator(self) -> bool:
        """Others of the organization find the same queue on their own first page."""
        return bool(self.actor.with_role(Role.TRANSLATOR))

    @property
    def may_plan(self) -> bool:
        """Runs comment periods; a department may ask about its own course by itself."""
        return self.is_host or any(
            grant.role in (Role.MODERATOR, Role.MANAGER)
            for grant in self.actor.grants
            if grant.kind is OrganizationKind.DEPARTMENT
        )

    @property
    def sees_to_conduct(self) -> bool:
        return self.is_host or self.is_reviewer or self.actor.is_administrator

    @property
    def links(self) -> list[tuple[str, str]]:
        """The header's pages for this person."""
        language = request.environ.get("feedback.language", "en")
        return _links(self.actor, request.script_root, language)

    @property
    def work(self) -> list[tuple[str, str]]:
        """The pages of this person's roles."""
        pages = [
            (self.is_department, _("My courses"), "authoring.index"),
            (self.is_department or self.is_reviewer, _("Answers"), "triage.index"),
            (self.may_plan, _("My comment periods"), "hosting.index"),
            (self.is_translator, _("Translations"), "translating.index"),
            (self.sees_to_conduct, _("Conduct"), "conduct.index"),
            (self.actor.is_administrator, _("Mail"), "outbox.show"),
            (self.actor.is_administrator, _("Organizations"), "organizations.index"),
        ]
        return [(label, url_for(endpoint)) for held, label, endpoint in pages if held] + [
            (_("Members"), url_for("organizations.members", slug=grant.organization_slug))
            for grant in sorted(self.actor.grants, key=lambda grant: grant.organization_slug)
            if grant.role is Role.MANAGER
        ]


NOBODY = Visitor()


@lru_cache(maxsize=512)
def _links(actor: Actor, _root: str, _language: str) -> list[tuple[str, str]]:
    """Kept for each set of roles, because every page shows them."""
    visitor = Visitor(actor)
    return [
        (_("Comment periods"), url_for("rounds.index")),
        (_("Courses"), url_for("curricula.index")),
        *visitor.work,
        *([] if visitor.is_staff else [(_("My comments"), url_for("receipts.enter"))]),
    ]


def public(view: V) -> V:
    """Open to anyone; every other view needs a signed-in account."""
    view.permission = Permission.READ_PUBLIC  # type: ignore[attr-defined]
    return view


def guarded(permission: Permission) -> Callable[[V], V]:
    """Needs a signed-in account; the view itself requires this permission of its subject."""

    def declare(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def current_visitor() -> Visitor:
    """Asked for directly: Flask-Login's own way there hashes the reader's address first."""
    if "visitor" not in g:
        token = session.get("_user_id")
        g.visitor = (_signed_in(token) if token else None) or NOBODY
    return cast(Visitor, g.visitor)


def _signed_in(token: str) -> Visitor | None:
    from feedback_app.extensions import db

    found = organizations.find_signed_in(db.rows, token)
    if found is None:
        return None
    return Visitor(actor=found.actor, name=found.name, token=token, locale=found.locale)


def current_actor() -> Actor:
    """Who acts or reads; with the private code that this browser has given, where it has."""
    actor, code_hash = current_visitor().actor, g.get("code_hash")
    return replace(actor, code_hash=code_hash) if code_hash else actor


def init_app(app: Flask, login_manager: LoginManager) -> None:
    login_manager.session_protection = None
    login_manager.anonymous_user = lambda: NOBODY
    login_manager.user_loader(_signed_in)
    login_manager.init_app(app, add_context_processor=False)

    @app.before_request
    def ask_to_sign_in() -> ResponseReturnValue | None:
        if request.endpoint in {None, "static"} or _permission(app) is Permission.READ_PUBLIC:
            return None
        if current_actor().is_signed_in:
            return None
        if request.method in {"GET", "HEAD"}:
            wanted = request.script_root + request.full_path.rstrip("?")
            return redirect(url_for("accounts.sign_in", next=wanted))
        from feedback_app.web.errors import signed_out

        return signed_out()


def _permission(app: Flask) -> Permission | None:
    view = app.view_functions[cast(str, request.endpoint)]
    return getattr(view, "permission", None)


def check_routes(app: Flask) -> None:
    """A view that names no row of the permission table does not build."""
    for endpoint, view in app.view_functions.items():
        if endpoint != "static" and getattr(view, "permission", None) not in TABLE:
            raise RuntimeError(f"{endpoint} names no permission")
