"""Publishing a course's draft from the command line, past the same gate as on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy.orm import Session

from feedback_app.accounts.queries import find_by_email
from feedback_app.cli import bar, unit_of_work
from feedback_app.core.errors import NotFound
from feedback_app.core.i18n import N_
from feedback_app.curricula.preflight import Finding
from feedback_app.curricula.queries import get_draft
from feedback_app.organizations.queries import actor_of
from feedback_app.policy import Actor
from feedback_app.triage.gate import Listed, prepare
from feedback_app.triage.publication import FindingsNotAccepted, publish_revision


class NobodyWithThisAddress(NotFound):
    message = N_("There is no account with this address.")


def _reasons(_context: Any, _parameter: Any, given: Sequence[str]) -> dict[Listed, str]:
    found = {}
    for pair in given:
        kind, _, reason = pair.partition("=")
        if kind not in set(Listed):
            raise click.BadParameter(f"“{kind}” is none of {', '.join(Listed)}.")
        found[Listed(kind)] = reason
    return found


@click.command()
@click.argument("course", metavar="COURSE")
@click.option("--as", "email", metavar="EMAIL", required=True, help="In whose name.")
@click.option("--change-note", default="", help="What changed, in short; public.")
@click.option("--not-material", "material_reason", default="", help="The public reason.")
@click.option(
    "--reason",
    "reasons",
    metavar="KIND=TEXT",
    multiple=True,
    callback=_reasons,
    help="Public; for undecided, promises, uncaused or unadopted ones that must wait.",
)
@click.option(
    "--accept-findings", is_flag=True, help="You have looked at what the check found."
)
def publish(
    course: str,
    *,
    email: str,
    change_note: str,
    material_reason: str,
    reasons: dict[Listed, str],
    accept_findings: bool,
) -> None:
    """Publish the draft of COURSE; its text can never be changed after this."""
    with unit_of_work(writing=False) as session, bar("Carrying the comments") as report:
        draft = get_draft(session, course, viewer=named_actor(session, email))
        prepared = prepare(session, draft, report=report)
    try:
        with unit_of_work(writing=True) as session:
            actor = named_actor(session, email)
            published = publish_revision(
                session,
                get_draft(session, course, viewer=actor),
                actor=actor,
                prepared=prepared,
                change_note=change_note,
                is_material=not material_reason,
                material_reason=material_reason,
                reasons=reasons,
                accepts_findings=accept_findings,
            )
            click.echo(f"{course}: version {published.number} is published.")
    except FindingsNotAccepted as refused:
        raise click.ClickException(_told(refused.findings)) from None


def named_actor(session: Session, email: str) -> Actor:
    """Whoever has this account, since commands act in somebody's name."""
    account = find_by_email(session, email)
    if account is None:
        raise NobodyWithThisAddress
    return actor_of(session, account)


def _told(findings: Sequence[Finding]) -> str:
    listed = "; ".join(
        f"{finding.section_key or 'the file'}: {finding.message} {finding.excerpt}".strip()
        for finding in findings
    )
    return f"Look at these first, then give --accept-findings: {listed}"
