"""Members, roles and invitations."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.notifications.models import OutboxMessage
from feedback_app.organizations import services
from feedback_app.organizations.models import Membership, OrganizationKind, Role


def test_a_manager_invites_and_the_invited_person_takes_the_role_up(
    browser, new_browser, make, session
):
    manager, newcomer = make.manager(), make.account(email="new@example.org")
    department = make.department()
    browser.sign_in(manager)

    page = browser.post(
        f"/organizations/{department.slug}/members", email="new@example.org", role="author"
    )
    assert page.status_code == 303
    path = session.scalars(select(OutboxMessage)).one().values["path"]
    other = new_browser()
    other.sign_in(newcomer)
    other.get(path)
    assert not session.scalars(select(Membership).where(Membership.account == newcomer)).all()
    assert other.post(path).status_code == 303

    membership = session.scalars(select(Membership).where(Membership.account == newcomer)).one()
    assert membership.role is Role.AUTHOR
    entry = session.scalars(select(LogEntry).where(LogEntry.kind == "membership.granted")).one()
    assert entry.facts == {"role": "author"}
    assert "new@example.org" not in entry.leaf


def test_an_invitation_serves_only_the_invited_address(browser, make, session):
    department = make.department()
    services.invite(
        session,
        department,
        actor=make.actor(make.manager()),
        email="new@example.org",
        role=Role.AUTHOR,
    )
    path = session.scalars(select(OutboxMessage)).one().values["path"]
    browser.sign_in(make.account())

    page = browser.post(path)

    assert page.status_code == 422
    assert "another address" in page.text


def test_a_role_that_this_kind_of_organization_lacks_is_refused(browser, make):
    browser.sign_in(make.manager())
    page = browser.post(
        f"/organizations/{make.department().slug}/members", email="a@example.org", role="host"
    )

    assert page.status_code == 422
    assert page.error_of("role")
    assert page.typed("email") == "a@example.org"


def test_nobody_else_sees_the_members(browser, make):
    department = make.department()
    for account in (make.author(), make.moderator(), make.host_manager(), make.administrator()):
        browser.sign_in(account)
        assert browser.get(f"/organizations/{department.slug}/members").status_code == 404


def test_a_role_taken_away_ends_with_the_next_request(browser, new_browser, make, session):
    manager, author = make.manager(), make.author()
    department = make.department()
    session.commit()
    authors = new_browser()
    authors.sign_in(author)
    membership = session.scalars(select(Membership).where(Membership.account == author)).one()
    browser.sign_in(manager)

    browser.post(f"/organizations/{department.slug}/members/{membership.public_id}/end")

    assert make.actor(author).grants == frozenset()


def test_the_last_manager_stays(session, make):
    manager = make.manager()
    membership = session.scalars(select(Membership).where(Membership.account == manager)).one()

    with pytest.raises(services.LastManager):
        services.end_membership(session, membership, actor=make.actor(manager))


def test_a_manager_of_another_organization_cannot_take_a_role_away(session, make):
    author = make.author()
    membership = session.scalars(select(Membership).where(Membership.account == author)).one()

    with pytest.raises(NotFound):
        services.end_membership(session, membership, actor=make.actor(make.host_manager()))


def test_an_administrator_creates_a_board_with_its_first_manager(browser, make, session):
    department = make.department()
    browser.sign_in(make.administrator())

    page = browser.post(
        "/organizations/new",
        name="River City Oversight Board",
        slug="river-board",
        kind="board",
        time_zone="America/Chicago",
        overseen=department.slug,
        manager_email="chair@example.org",
    )

    assert page.status_code == 303
    assert session.scalars(select(OutboxMessage)).one().recipient == "chair@example.org"
    session.refresh(department)
    assert "river-board" in {board.slug for board in department.boards}


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("Rounds", "lower-case"),
        ("rounds", "lower-case"),
        ("a--b", "lower-case"),
        ("x" * 81, ""),
    ],
)
def test_a_slug_that_does_not_fit_is_refused_beside_its_field(browser, make, slug, sentence):
    browser.sign_in(make.administrator())
    page = browser.post(
        "/organizations/new",
        name="Somebody",
        slug=slug,
        kind="host",
        time_zone="America/Chicago",
        overseen="",
        manager_email="chair@example.org",
    )

    assert page.status_code == 422
    assert sentence in page.error_of("slug")
    assert page.typed("name") == "Somebody"


def test_roles_of_one_department_are_worth_nothing_in_another(session, make):
    other = make.organization(OrganizationKind.DEPARTMENT)
    stranger = make.member(Role.MANAGER, other)

    with pytest.raises(NotFound):
        services.invite(
            session,
            make.department(),
            actor=make.actor(stranger),
            email="x@example.org",
            role=Role.AUTHOR,
        )
