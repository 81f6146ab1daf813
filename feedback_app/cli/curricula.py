"""Courses from the command line."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.orm import Session

from feedback_app.cli import as_a_visitor, system_actor, unit_of_work
from feedback_app.cli.publishing import publish
from feedback_app.core.errors import NotFound
from feedback_app.core.i18n import N_
from feedback_app.curricula.models import Revision
from feedback_app.curricula.queries import (
    find_draft,
    get_curriculum,
    get_revision,
    newest_published,
    section_texts,
)
from feedback_app.exchange.onto import described
from feedback_app.exchange.preview import Preview, slug_of
from feedback_app.exchange.queries import revision_export
from feedback_app.exchange.returning import (
    Reason,
    bring_back,
    plan_of,
    standing_of,
    wanted_sections,
)
from feedback_app.exchange.services import open_course, read_course, render_sections
from feedback_app.exchange.word_guard import MOST_BYTES, Unreadable
from feedback_app.exchange.writing import FORMATS
from feedback_app.organizations.models import Organization
from feedback_app.organizations.queries import actor_of, get_organization, members_of
from feedback_app.policy import VISITOR, Actor, OrganizationKind, Role
from feedback_app.triage.models import CauseKind


class NoAuthor(NotFound):
    message = N_("This department has no author yet. Give somebody that role first.")


class NoDraft(NotFound):
    message = N_("This course of this department has no draft. Begin the next version first.")


class NotPublished(NotFound):
    message = N_("This course has no published version.")


@click.group()
def curricula() -> None:
    """Bring courses in, and write their versions out."""


curricula.add_command(publish)


@curricula.command("import")
@click.argument("department", metavar="DEPARTMENT")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", help="Instead of the title that the file gives.")
@click.option("--slug", help="The short name for its address.")
@click.option("--author", metavar="EMAIL", help="In whose name; else the first author's.")
@click.option("--onto", metavar="CURRICULUM", help="Bring an edited file back onto its draft.")
@click.option("--because", metavar="REASON", help="With --onto: the department's own reason.")
@click.option("--yes", is_flag=True, help="With --onto: save without asking.")
def import_(
    department: str,
    file: Path,
    *,
    title: str | None,
    slug: str | None,
    author: str | None,
    onto: str | None,
    because: str | None,
    yes: bool,
) -> None:
    """Make a course and its first draft from a Word, Markdown or web page FILE.

    With --onto the file comes back onto the draft of a course that is already there: what it
    would change is printed, and saved after a yes.
    """
    if onto is not None:
        _onto(department, file, onto, author=author, because=because or "", is_sure=yes)
        return
    with unit_of_work(writing=False) as session:
        language = get_organization(
            session, department, kind=OrganizationKind.DEPARTMENT
        ).locale
    say(f"Reading {file.name} …")
    preview = _read(file, language)
    course = replace(preview.course, title=title or preview.course.title)
    course = replace(course, slug=slug or slug_of(course.title))
    preview = replace(preview, course=course)
    sections = render_sections(preview)
    with unit_of_work(writing=True) as session:
        owner = get_organization(session, department, kind=OrganizationKind.DEPARTMENT)
        actor = _author_of(session, owner, author)
        curriculum = open_course(session, owner, preview, actor=actor, sections=sections)
        click.echo(
            f"{curriculum.slug}: “{curriculum.title}”, {len(sections)} sections, a draft."
        )


def _author_of(session: Session, owner: Organization, email: str | None) -> Actor:
    accounts = [
        member.account
        for member in sorted(members_of(session, owner), key=lambda member: member.id)
        if member.role is Role.AUTHOR and email in (None, member.account.email)
    ]
    if not accounts:
        raise NoAuthor
    return actor_of(session, accounts[0])


def _onto(
    department: str,
    file: Path,
    slug: str,
    *,
    author: str | None,
    because: str,
    is_sure: bool,
) -> None:
    with unit_of_work(writing=False) as session:
        owner = get_organization(session, department, kind=OrganizationKind.DEPARTMENT)
        draft = _draft_of(session, owner, slug)
        version, language = draft.version, draft.language
        standing = standing_of(session, draft)
    say(f"Reading {file.name} …")
    found = plan_of(_read(file, language), standing)
    for line in described(found):
        click.echo(line)
    if found.is_empty:
        return
    if not is_sure:
        if not sys.stdin.isatty():
            raise click.ClickException("Nothing was saved. Add --yes to save this.")
        click.confirm("Save this?", abort=True)
    wanted = wanted_sections(found, standing, frozenset())
    with unit_of_work(writing=True) as session:
        owner = get_organization(session, department, kind=OrganizationKind.DEPARTMENT)
        actor = _author_of(session, owner, author)
        draft = _draft_of(session, owner, slug)
        base = {row.key for row in section_texts(session, draft.base_id or 0)}
        keys = [each.key for each in found.changed]
        keys += [section.key for section in found.gone if section.key in base]
        reasons = [Reason(key, CauseKind.OWN, because) for key in keys if because and base]
        bring_back(session, draft, wanted, actor=actor, version=version, reasons=reasons)
    click.echo(f"{slug}: saved onto the draft.")


def _draft_of(session: Session, owner: Organization, slug: str) -> Revision:
    curriculum = get_curriculum(session, slug)
    draft = find_draft(session, curriculum.id)
    if curriculum.department_id != owner.id or draft is None:
        raise NoDraft
    return draft


def _read(file: Path, language: str) -> Preview:
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    try:
        return read_course(data, file.name, language=language)
    except Unreadable as refusal:
        part = f" ({refusal.part})" if refusal.part else ""
        raise click.ClickException(f"{refusal.sentence}{part}") from None


def say(words: str) -> None:
    """Progress, for a person at a terminal alone."""
    if sys.stderr.isatty():
        click.echo(words, err=True)


class Version(click.ParamType[tuple[str, int | None]]):
    """CURRICULUM or CURRICULUM@N."""

    name = "curriculum"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> tuple[str, int | None]:
        slug, at, number = value.partition("@")
        if at and not (number.isascii() and number.isdigit() and len(number) < 7):
            self.fail(f"{value!r} does not end in the number of a version", param, context)
        return slug, int(number) if at else None


@curricula.command()
@click.argument("version", metavar="CURRICULUM[@N]", type=Version())
@click.option("--format", "ending", required=True, type=click.Choice([*FORMATS, "docx", "pdf"]))
@as_a_visitor
def export(version: tuple[str, int | None], *, ending: str) -> None:
    """Write a published version to standard output; without @N the newest."""
    slug, number = version
    with unit_of_work(writing=False) as session:
        curriculum = get_curriculum(session, slug)
        if number is None:
            revision = newest_published(session, curriculum.id)
        else:
            revision = get_revision(session, curriculum, number, viewer=system_actor())
        if revision is None:
            raise NotPublished
        if ending == "docx":
            from feedback_app.exchange.file_views import word_file

            file: str | bytes = word_file(session, revision, viewer=VISITOR)
        elif ending == "pdf":
            from feedback_app.exchange.file_views import pdf_file

            file = pdf_file(session, revision)
        else:
            file = FORMATS[ending][1](revision_export(session, revision))
    click.echo(file, nl=False)
