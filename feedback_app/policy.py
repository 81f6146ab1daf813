"""Who may do what: the one table that pages, API and command line ask."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from feedback_app.core.errors import NotAllowed, NotFound


class OrganizationKind(enum.StrEnum):
    DEPARTMENT = "department"
    HOST = "host"
    BOARD = "board"


class Role(enum.StrEnum):
    HOST = "host"
    AUTHOR = "author"
    MODERATOR = "moderator"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    TRANSLATOR = "translator"


ROLES_OF = {
    OrganizationKind.DEPARTMENT: (Role.AUTHOR, Role.MODERATOR, Role.MANAGER),
    OrganizationKind.HOST: (Role.HOST, Role.TRANSLATOR, Role.MANAGER),
    OrganizationKind.BOARD: (Role.REVIEWER, Role.MANAGER),
}


@dataclass(frozen=True)
class Grant:
    """A role in one organization."""

    role: Role
    organization_id: int
    organization_slug: str
    kind: OrganizationKind


@dataclass(frozen=True)
class Actor:
    """Whoever acts or reads, as a value: an account with its grants, a visitor, or the system.

    `hat` is the grant by which something was allowed; the log names it and never the person.
    `code_hash` is what is stored of the private code that a reader has given.
    """

    account_id: int | None = None
    grants: frozenset[Grant] = frozenset()
    is_administrator: bool = False
    is_system: bool = False
    hat: Grant | None = None
    code_hash: str | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def log_role(self) -> str:
        if self.hat is not None:
            return self.hat.role.value
        if self.is_system:
            return "system"
        return "administrator" if self.is_administrator and not self.grants else "resident"

    @property
    def log_organization(self) -> str | None:
        return self.hat.organization_slug if self.hat is not None else None

    def in_organization(self, organization_id: int | None) -> bool:
        return any(grant.organization_id == organization_id for grant in self.grants)

    def organizations(self, kind: OrganizationKind) -> frozenset[int]:
        return frozenset(grant.organization_id for grant in self.grants if grant.kind is kind)

    @property
    def runs_for(self) -> frozenset[int]:
        """The community organizations whose work this is; translators only translate."""
        return frozenset(
            grant.organization_id
            for grant in self.grants
            if grant.kind is OrganizationKind.HOST and grant.role is not Role.TRANSLATOR
        )

    def with_role(self, *roles: Role) -> frozenset[int]:
        """The organizations in which one of these roles is held."""
        return frozenset(grant.organization_id for grant in self.grants if grant.role in roles)


VISITOR = Actor()


class Holder(enum.Enum):
    """A column of the table."""

    ANYONE = "anyone"
    ACCOUNT = "anyone signed in"
    OUTSIDER = "anyone who is neither of the department nor of the host nor runs the site"
    HOST = "host of the round"
    HOST_MANAGER = "manager of the hosting organization"
    TRANSLATOR = "translator of the hosting organization"
    LEAD = "host or manager of another community organization than the round's host"
    ANY_TRANSLATOR = "host, manager or translator of any hosting organization"
    ANY_HOST = "host or manager of any hosting organization"
    AUTHOR = "author in the department"
    MODERATOR = "moderator in the department"
    DEPARTMENT_MANAGER = "manager of the department"
    REVIEWER = "reviewer of the department's board"
    PARTNER_ASKED = "host or manager of the organization that is asked to be second in conduct"
    PARTNER = "the same, once that organization has agreed"
    BOARD_IN_CHARGE = "reviewer of the board, where the department runs the round itself"
    HOSTING_DEPARTMENT = "moderator or manager of a department that runs the round itself"
    ANY_HOSTING_DEPARTMENT = "moderator or manager of any department"
    MEMBER_MANAGER = "manager of the organization itself"
    ADMINISTRATOR = "administrator of the site"
    SYSTEM = "the command line on the server"


class Permission(enum.Enum):
    """A row of the table."""

    READ_PUBLIC = "read what is public"
    READ_PLANNED_ROUND = "see a round that its host has not signed"
    COMMENT = "comment and agree in an open round"
    RESPOND_AS_ONE = "put members' comments together into one response of an organization"
    REPLY = "reply to a comment"
    REPORT_COMMENT = "report a comment"
    READ_CONDUCT = "see what waits for the rules of conduct"
    AGREE_AS_SECOND = "agree to be the second organization in a round's conduct"
    MODERATE_CONDUCT = "hide, mask and erase in one's own round, with a second person"
    CONFIRM_MEASURE = "confirm as the second person, of another organization"
    DECIDE_APPEAL = "decide what an author asked the board"
    PROPOSE_FLOOD = "propose to set comments aside as a suspected flood"
    SIGN_FLOOD = "sign from outside that they are set aside"
    COVER_COMMENT = "cover a comment for 24 hours"
    TAKE_OUT_OF_VIEW = "take a passage of a published text out of view, with a second person"
    READ_COMMENT_CONTACT = "read the contact left for the host"
    EDIT_DRAFT = "import, start and edit a draft"
    READ_DRAFT = "read a draft"
    READ_WITHHELD = "read a withheld passage"
    READ_ANSWERS = "read answers before they are published"
    TRIAGE = "split, answer and adopt"
    KEEP_VIEWS = "keep views of the board, for oneself or for the department"
    SEE_LOAD = "see who of the department has how much to answer"
    PROPOSE_CAUSE = "name the cause of a change"
    SIGN_SECOND = "give the second signature on an answer"
    PUBLISH_REVISION = "publish a revision or set one in force"
    PUBLISH_REPORT = "publish a round's answers"
    KEEP_READY_TEXTS = "keep the department’s ready texts for answers"
    MARK_SAMPLE = "say whether an answer that was drawn by lot is fair"
    EXPLAIN_DELAY = "say in public why answers come later than was signed"
    PLAN_ANY_ROUND = "start planning a round"
    PLAN_ROUND = "plan, change and close a round"
    SIGN_ROUND = "sign a round for the department"
    EXTEND_ROUND = "move a round's closing later"
    INVITE = "invite people into a round and see whom one has invited"
    SEE_TRANSLATIONS = "see what waits for a translation in the rounds of one's organizations"
    TRANSLATE = "put comments of a round into its first language"
    TRANSLATE_PLAN = "put the words of a planned round’s page into its languages"
    ENTER_ON_BEHALF = "enter a comment for somebody else"
    MANAGE_MEMBERS = "invite members and change roles"
    CREATE_ORGANIZATION = "create an organization and its first manager"
    TEND_MAIL = "see how the site’s mail fares, in numbers, and try it again"
    OWN_ACCOUNT = "see and change one's own account"


H, P = Holder, Permission
TABLE: dict[Permission, frozenset[Holder]] = {
    row: frozenset(holders)
    for row, holders in {
        P.READ_PUBLIC: {H.ANYONE},
        P.READ_PLANNED_ROUND: {H.HOST, H.HOST_MANAGER, H.MODERATOR, H.DEPARTMENT_MANAGER}
        | {H.PARTNER_ASKED},
        P.COMMENT: {H.OUTSIDER},
        P.RESPOND_AS_ONE: {H.LEAD},
        P.REPLY: {H.OUTSIDER, H.HOST, H.AUTHOR, H.MODERATOR},
        P.REPORT_COMMENT: {H.ANYONE},
        P.READ_CONDUCT: {H.HOST, H.HOST_MANAGER, H.PARTNER, H.REVIEWER, H.ADMINISTRATOR},
        P.AGREE_AS_SECOND: {H.PARTNER_ASKED},
        P.MODERATE_CONDUCT: {H.HOST, H.HOST_MANAGER, H.BOARD_IN_CHARGE},
        P.CONFIRM_MEASURE: {H.HOST, H.HOST_MANAGER, H.PARTNER, H.REVIEWER},
        P.DECIDE_APPEAL: {H.REVIEWER},
        P.PROPOSE_FLOOD: {H.HOST, H.HOST_MANAGER, H.MODERATOR},
        P.SIGN_FLOOD: {H.HOST, H.HOST_MANAGER, H.PARTNER, H.REVIEWER},
        P.COVER_COMMENT: {H.ADMINISTRATOR},
        P.TAKE_OUT_OF_VIEW: {H.MODERATOR, H.DEPARTMENT_MANAGER, H.REVIEWER},
        P.READ_COMMENT_CONTACT: {H.HOST},
        P.EDIT_DRAFT: {H.AUTHOR},
        P.READ_DRAFT: {H.AUTHOR, H.MODERATOR, H.DEPARTMENT_MANAGER},
        P.READ_WITHHELD: {H.AUTHOR, H.MODERATOR, H.DEPARTMENT_MANAGER, H.REVIEWER},
        P.READ_ANSWERS: {H.AUTHOR, H.MODERATOR, H.DEPARTMENT_MANAGER, H.REVIEWER},
        P.TRIAGE: {H.MODERATOR},
        P.KEEP_VIEWS: {H.AUTHOR, H.MODERATOR, H.DEPARTMENT_MANAGER},
        P.SEE_LOAD: {H.MODERATOR, H.DEPARTMENT_MANAGER},
        P.PROPOSE_CAUSE: {H.AUTHOR, H.MODERATOR},
        P.SIGN_SECOND: {H.MODERATOR, H.REVIEWER, H.HOST},
        P.PUBLISH_REVISION: {H.MODERATOR, H.DEPARTMENT_MANAGER},
        P.PUBLISH_REPORT: {H.MODERATOR, H.DEPARTMENT_MANAGER},
        P.KEEP_READY_TEXTS: {H.MODERATOR},
        P.MARK_SAMPLE: {H.REVIEWER, H.HOST},
        P.EXPLAIN_DELAY: {H.MODERATOR, H.DEPARTMENT_MANAGER},
        P.PLAN_ANY_ROUND: {H.ANY_HOST, H.ANY_HOSTING_DEPARTMENT},
        P.PLAN_ROUND: {H.HOST, H.HOST_MANAGER, H.HOSTING_DEPARTMENT, H.SYSTEM},
        P.SIGN_ROUND: {H.MODERATOR, H.DEPARTMENT_MANAGER},
        P.EXTEND_ROUND: {H.HOST, H.HOST_MANAGER, H.MODERATOR, H.DEPARTMENT_MANAGER, H.SYSTEM},
        P.INVITE: {H.HOST, H.HOST_MANAGER},
        P.SEE_TRANSLATIONS: {H.ANY_TRANSLATOR},
        P.TRANSLATE: {H.HOST, H.HOST_MANAGER, H.TRANSLATOR},
        P.TRANSLATE_PLAN: {H.HOST, H.HOST_MANAGER, H.TRANSLATOR, H.HOSTING_DEPARTMENT},
        P.ENTER_ON_BEHALF: {H.HOST},
        P.MANAGE_MEMBERS: {H.MEMBER_MANAGER, H.SYSTEM},
        P.CREATE_ORGANIZATION: {H.ADMINISTRATOR, H.SYSTEM},
        P.TEND_MAIL: {H.ADMINISTRATOR},
        P.OWN_ACCOUNT: {H.ACCOUNT},
    }.items()
}

UNSEEN = frozenset(
    {P.READ_PLANNED_ROUND, P.READ_DRAFT, P.EDIT_DRAFT, P.READ_ANSWERS, P.TRIAGE}
    | {P.PROPOSE_CAUSE, P.PLAN_ROUND, P.MANAGE_MEMBERS, P.READ_WITHHELD, P.SIGN_SECOND}
    | {P.READ_COMMENT_CONTACT, P.READ_CONDUCT, P.MODERATE_CONDUCT, P.CONFIRM_MEASURE}
    | {P.DECIDE_APPEAL, P.COVER_COMMENT, P.TAKE_OUT_OF_VIEW, P.AGREE_AS_SECOND}
    | {P.TEND_MAIL, P.ENTER_ON_BEHALF, P.INVITE, P.PROPOSE_FLOOD, P.SIGN_FLOOD, P.EXPLAIN_DELAY}
    | {P.SEE_TRANSLATIONS, P.TRANSLATE, P.TRANSLATE_PLAN}
    | {P.MARK_SAMPLE, P.KEEP_READY_TEXTS, P.RESPOND_AS_ONE, P.SEE_LOAD}
    | {P.KEEP_VIEWS}
)
"""Rows whose refusal looks like an address with nothing at it."""

NEVER_THE_DEPARTMENT = frozenset(
    {P.READ_CONDUCT, P.MODERATE_CONDUCT, P.CONFIRM_MEASURE, P.DECIDE_APPEAL, P.COVER_COMMENT}
    | {P.AGREE_AS_SECOND, P.ENTER_ON_BEHALF, P.TRANSLATE, P.INVITE, P.SIGN_FLOOD}
    | {P.MARK_SAMPLE, P.RESPOND_AS_ONE}
)
"""Refused to whoever belongs to the department, whatever other hats they have."""

_DEPARTMENT_ROLES = {
    H.AUTHOR: Role.AUTHOR,
    H.MODERATOR: Role.MODERATOR,
    H.DEPARTMENT_MANAGER: Role.MANAGER,
}
_HOST_ROLES = {
    H.HOST: Role.HOST,
    H.HOST_MANAGER: Role.MANAGER,
    H.TRANSLATOR: Role.TRANSLATOR,
}
_PARTNERS = {H.PARTNER_ASKED: "partner_id", H.PARTNER: "second_id"}
_DECIDERS = frozenset({Role.MODERATOR, Role.MANAGER})


def allows(actor: Actor, permission: Permission, subject: object | None = None) -> bool:
    return _decide(actor, permission, subject) is not None


def require(actor: Actor, permission: Permission, subject: object | None = None) -> Actor:
    """The actor wearing the hat that allows this; refused otherwise."""
    decided = _decide(actor, permission, subject)
    if decided is None:
        raise NotFound if permission in UNSEEN else NotAllowed
    return decided


def _decide(actor: Actor, permission: Permission, subject: object | None) -> Actor | None:
    if permission in NEVER_THE_DEPARTMENT and actor.in_organization(
        getattr(subject, "department_id", None)
    ):
        return None
    for holder in sorted(TABLE[permission], key=lambda holder: holder.value):
        if holder in _PLAIN:
            if _PLAIN[holder](actor, subject):
                return actor
        else:
            grant = next(iter(_grants(actor, holder, subject)), None)
            if grant is not None:
                return replace(actor, hat=grant)
    return None


_PLAIN: dict[Holder, Callable[[Actor, object | None], bool]] = {
    H.ANYONE: lambda actor, subject: True,
    H.ACCOUNT: lambda actor, subject: actor.is_signed_in,
    H.OUTSIDER: lambda actor, subject: (
        not (
            actor.is_administrator
            or actor.in_organization(getattr(subject, "department_id", None))
            or actor.in_organization(getattr(subject, "host_id", None))
        )
    ),
    H.ADMINISTRATOR: lambda actor, subject: actor.is_administrator,
    H.SYSTEM: lambda actor, subject: actor.is_system,
}


def _grants(actor: Actor, holder: Holder, subject: object | None) -> Iterable[Grant]:
    department_id = getattr(subject, "department_id", None)
    host_id = getattr(subject, "host_id", None)
    for grant in sorted(actor.grants, key=lambda grant: (grant.role, grant.organization_slug)):
        if holder in _DEPARTMENT_ROLES:
            if grant.role is _DEPARTMENT_ROLES[holder] and (
                grant.organization_id == department_id
            ):
                yield grant
        elif holder in _HOST_ROLES:
            if grant.role is _HOST_ROLES[holder] and grant.organization_id == host_id:
                yield grant
        elif holder in _PARTNERS:
            if grant.role is not Role.TRANSLATOR and (
                grant.organization_id == getattr(subject, _PARTNERS[holder], None)
            ):
                yield grant
        elif holder is H.ANY_HOST:
            if grant.organization_id in actor.runs_for:
                yield grant
        elif holder is H.LEAD:
            asked = getattr(subject, "organization_id", grant.organization_id)
            if grant.organization_id in actor.runs_for - {host_id} and (
                grant.organization_id == asked
            ):
                yield grant
        elif holder is H.ANY_TRANSLATOR:
            if grant.kind is OrganizationKind.HOST:
                yield grant
        elif holder is H.ANY_HOSTING_DEPARTMENT:
            if grant.kind is OrganizationKind.DEPARTMENT and grant.role in _DECIDERS:
                yield grant
        elif holder is H.HOSTING_DEPARTMENT:
            if grant.organization_id == host_id == department_id and grant.role in _DECIDERS:
                yield grant
        elif holder is H.BOARD_IN_CHARGE and host_id != department_id:
            return
        elif holder in (H.REVIEWER, H.BOARD_IN_CHARGE):
            if grant.role is Role.REVIEWER and grant.organization_id in getattr(
                subject, "board_ids", ()
            ):
                yield grant
        elif holder is H.MEMBER_MANAGER and (
            grant.role is Role.MANAGER
            and grant.organization_id == getattr(subject, "organization_id", None)
        ):
            yield grant
