"""Versions as files, and back again."""

import pytest
from sqlalchemy import select

from feedback_app.core import clock
from feedback_app.curricula.models import Curriculum, Openness, Revision
from feedback_app.curricula.services import Placeholder, withhold

HIDDEN = Placeholder("Radio codes", "Training division", "Officer safety", "The board")


@pytest.fixture
def revision(session, make):
    """A published version with a fixed and a withheld section."""
    revision = make.revision(
        published=False,
        sections=[
            {"title": "Why", "source": "People **call** for help.\n\n- one\n- two"},
            {"title": "Law", "level": 2, "openness": Openness.FIXED, "authority": "Rule 5"},
            {"title": "Codes", "source": "Code seven."},
        ],
    )
    actor = make.actor(make.author())
    withhold(session, revision.sections[2], actor=actor, version=1, placeholder=HIDDEN)
    revision.state = "published"
    revision.published_at = clock.now()
    revision.content_hash = "0" * 64
    session.flush()
    return revision


def address(revision, ending):
    return f"/curricula/{revision.curriculum.slug}/revisions/{revision.number}.{ending}"


@pytest.mark.parametrize("ending", ["md", "html", "json"])
def test_a_version_is_a_file_without_what_is_not_shown(browser, revision, ending):
    page = browser.get(address(revision, ending))

    assert page.status_code == 200
    assert page.headers["Content-Disposition"].startswith("attachment;")
    assert "Radio codes" in page.html
    assert "Code seven" not in page.html
    assert "Set-Cookie" not in page.headers


@pytest.mark.one_engine
def test_a_draft_is_no_file_for_visitors(browser, make):
    draft = make.revision(published=False)

    for ending in ("md", "html", "json"):
        assert browser.get(address(draft, ending)).status_code == 404


@pytest.mark.one_engine
def test_an_unknown_ending_is_not_there(browser, revision):
    assert browser.get(address(revision, "exe")).status_code == 404


@pytest.mark.parametrize("ending", ["md", "html", "json"])
def test_an_export_comes_back_as_the_same_course(
    run, make, session, revision, ending, tmp_path
):
    make.author()
    written = run("curricula", "export", revision.curriculum.slug, "--format", ending)
    assert written.exit_code == 0, written.output
    file = tmp_path / f"course.{ending}"
    file.write_text(written.output)

    brought = run("curricula", "import", make.department().slug, str(file), "--slug", "copy")

    assert brought.exit_code == 0, brought.output
    copy = session.scalars(
        select(Revision).join(Curriculum).where(Curriculum.slug == "copy")
    ).one()
    assert copy.is_draft
    for mine, theirs in zip(copy.sections, revision.sections, strict=True):
        for name in (
            "key", "title", "level", "kind", "minutes", "openness", "authority", "text",
            "is_withheld", "withheld_what", "withheld_seen_by",
        ):  # fmt: skip
            assert getattr(mine, name) == getattr(theirs, name), name


@pytest.mark.one_engine
def test_the_command_line_refuses_in_one_line(run, make, tmp_path, revision):
    pdf = tmp_path / "plan.pdf"
    pdf.write_bytes(b"%PDF-1.7")
    text = tmp_path / "plan.md"
    text.write_text("# A\n\nWords.")
    slug = revision.curriculum.slug
    empty = make.organization()
    make.author()

    refused = [
        run("curricula", "import", make.department().slug, str(pdf)),
        run("curricula", "import", "nowhere", str(text)),
        run("curricula", "import", empty.slug, str(text)),
        run("curricula", "import", make.department().slug, str(text), "--slug", slug),
        run("curricula", "import", make.department().slug, str(text), "--title", "w" * 201),
        run("curricula", "export", f"{slug}@7", "--format", "md"),
    ]

    for result in refused:
        assert result.exit_code == 1, result.output
        assert result.output.strip().count("\n") == 0
    assert run("curricula", "export", f"{slug}@x", "--format", "md").exit_code == 2
    assert run("curricula", "export", slug, "--format", "exe").exit_code == 2
    assert run("curricula", "import", "nowhere", "/no/such/file").exit_code == 2


@pytest.mark.one_engine
def test_a_version_is_chosen_by_its_number(run, make, revision):
    make.revision(curriculum=revision.curriculum, number=2, sections=[{"title": "Later"}])
    slug = revision.curriculum.slug

    assert "Later" in run("curricula", "export", slug, "--format", "md").output
    assert "Why" in run("curricula", "export", f"{slug}@1", "--format", "md").output
