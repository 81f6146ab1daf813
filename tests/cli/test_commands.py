"""The command line: done is 0, refused is 1 with one line, misused is 2."""

from __future__ import annotations

from sqlalchemy import select

from feedback_app.accounts.models import Account
from feedback_app.cli import join
from feedback_app.organizations.models import Membership, Organization


def test_the_first_steps_of_a_new_site(run, session):
    assert (
        run(
            "organizations", "create", "river", "River Police", "--kind", "department"
        ).exit_code
        == 0
    )
    made = run(
        "accounts", "create", "chief@example.org", "--name", "Ana",
        "--password", "a long enough sentence", "--administrator",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert run("accounts", "grant", "chief@example.org", "river", "manager").exit_code == 0

    membership = session.scalars(select(Membership)).one()
    assert membership.organization.slug == "river"
    assert session.scalars(select(Account)).one().is_administrator


def test_a_refusal_is_one_line_and_changes_nothing(run, session):
    run("organizations", "create", "river", "River Police", "--kind", "department")

    again = run("organizations", "create", "river", "Another", "--kind", "host")

    assert again.exit_code == 1
    assert again.output.strip().count("\n") == 0
    assert "already used" in again.output
    assert len(session.scalars(select(Organization)).all()) == 1


def test_wrong_use_is_told_apart_from_a_refusal(run):
    assert run("organizations", "create", "river").exit_code == 2
    assert run("accounts", "grant", "nobody@example.org", "river", "manager").exit_code == 1
    assert run("accounts", "grant", "a@example.org", "river", "emperor").exit_code == 2


def test_the_database_says_where_it_stands_and_that_it_is_whole(run, make):
    make.comment()

    assert run("db", "current").exit_code == 0
    upgraded = run("db", "upgrade")
    assert upgraded.exit_code == 0


def test_the_log_is_shown_with_its_hashes(run):
    run("organizations", "create", "river", "River Police", "--kind", "department")

    shown = run("log", "show")

    assert shown.exit_code == 0
    position, leaf_hash, leaf = shown.output.splitlines()[0].split("\t")
    assert position == "0"
    assert len(leaf_hash) == 64
    assert leaf.startswith('{"at":')


def test_flask_runs_the_same_commands(app):
    """`flask --app wsgi` is the other way in."""
    join(app)
    runner = app.test_cli_runner()

    assert runner.invoke(args=["log", "show"]).exit_code == 0
    refused = runner.invoke(args=["rounds", "report", "nowhere"])

    assert (refused.exit_code, refused.output.strip().count("\n")) == (1, 0)
