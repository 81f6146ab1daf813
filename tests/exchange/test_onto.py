"""An edited file that comes back onto the draft of its course."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.document import Document as WordDocument
from sqlalchemy import select

from feedback_app.core.html import render
from feedback_app.core.jobs import run_due
from feedback_app.curricula.comparison import SectionChange
from feedback_app.curricula.models import DraftState, Openness, SectionKind
from feedback_app.exchange.document import SectionDraft
from feedback_app.exchange.export import ExportedSection, RevisionExport
from feedback_app.exchange.onto import NEW, Standing, plan, with_kept
from feedback_app.exchange.word import read_word
from feedback_app.exchange.word_writing import write_word
from feedback_app.triage.causes import causes_of
from feedback_app.triage.models import CauseKind

TEXTS = {
    "aaaaaaaa": ("Welcome", "Sit in a circle and greet each family by name before you begin."),
    "bbbbbbbb": (
        "Slow down",
        "Officers wait.\n\n***\n\n1. Breathe slowly.\n2. Then ask one thing.",
    ),
    "cccccccc": ("Weapons", "Keep both hands in sight of everybody in the room at all times."),
}


def standing() -> list[Standing]:
    found = []
    for number, (key, (title, source)) in enumerate(TEXTS.items(), start=1):
        rendered = render(source, key=key)
        found.append(
            Standing(key, str(number), title, 1, source, str(rendered.html), rendered.text)
        )
    return found


def given(**changed: str) -> list[SectionDraft]:
    return [
        SectionDraft(title, 1, source=changed.get(key, source), key=key)
        for key, (title, source) in TEXTS.items()
    ]


def kinds(found) -> dict[str, set[str]]:
    return {each.title: {kind.value for kind in each.kinds} for each in found.sections}


def test_what_did_not_change_is_left_alone():
    found = plan(standing(), given())

    assert found.is_empty
    assert found.unchanged == 3


def test_keys_are_believed_and_words_serve_where_keys_are_gone():
    edited = [
        SectionDraft("Greeting", 1, source=TEXTS["aaaaaaaa"][1] + " Smile.", key="zzzzzzza"),
        SectionDraft("Brand new", 1, source="Nothing like the others.", key="zzzzzzzb"),
        SectionDraft("Weapons", 1, source="All other words.", key="cccccccc"),
    ]

    found = plan(standing(), edited)

    assert kinds(found) == {
        "Greeting": {"retitled", "reworded"},
        "Brand new": {"added"},
        "Weapons": {"reworded"},
    }
    assert [each.key for each in found.sections] == ["aaaaaaaa", "zzzzzzzb", "cccccccc"]
    assert [each.is_by_key for each in found.sections] == [False, False, True]
    assert [section.key for section in found.gone] == ["bbbbbbbb"]


def test_the_authors_choice_counts_more_than_likeness():
    edited = [
        SectionDraft("Greeting", 1, source=TEXTS["aaaaaaaa"][1], key="zzzzzzza"),
        SectionDraft("Arms", 1, source="All other words.", key="zzzzzzzb"),
    ]

    chosen = {"zzzzzzza": NEW, "zzzzzzzb": "cccccccc"}
    found = plan(standing(), edited, chosen=chosen)

    assert kinds(found) == {"Greeting": {"added"}, "Arms": {"retitled", "reworded"}}
    assert {section.key for section in found.gone} == {"aaaaaaaa", "bbbbbbbb"}


def test_one_section_that_left_its_place_is_said_to_have_moved():
    one, two, three = given()

    assert kinds(plan(standing(), [three, one, two])) == {
        "Weapons": {"moved"},
        "Welcome": set(),
        "Slow down": set(),
    }


def test_a_section_that_is_kept_stands_after_what_it_followed():
    found = plan(standing(), [given()[0], given()[2]])

    order = [each.key for each in with_kept(found, frozenset({"bbbbbbbb"}), standing())]

    assert order == ["aaaaaaaa", "bbbbbbbb", "cccccccc"]


def exported() -> bytes:
    sections = tuple(
        ExportedSection(s.key, s.number, s.title, html=s.html, source=s.source)
        for s in standing()
    )
    return write_word(RevisionExport("Crisis", sections=sections))


def edited(word: bytes, edit) -> bytes:
    document: WordDocument = docx.Document(io.BytesIO(word))
    edit(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def paragraph(document: WordDocument, words: str):
    return next(p for p in document.paragraphs if p.text.startswith(words))


def test_a_word_file_brings_back_only_what_was_edited_in_it():
    def edit(document):
        heading = paragraph(document, "Weapons")
        heading.runs[0].text = "Hands"
        paragraph(document, "Sit in").add_run(" Then smile.").bold = True
        new = paragraph(document, "Hands").insert_paragraph_before("Late")
        new.style = document.styles["Heading 1"]

    read = read_word(edited(exported(), edit))
    fresh = [each if each.key else replace(each, key="zzzzzzz2") for each in read.sections]
    found = plan(standing(), fresh, is_word=True)

    assert kinds(found) == {
        "Welcome": {"reworded"},
        "Slow down": set(),
        "Late": {"added"},
        "Hands": {"retitled"},
    }
    assert found.sections[0].source.endswith("begin. **Then smile.**")


def test_without_its_hidden_parts_the_file_is_known_by_its_words():
    """As a program leaves it that keeps neither bookmarks nor parts of others."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(exported())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = data.replace(b"_section_", b"_other_")
            if not name.startswith("customXml"):
                new.writestr(name, data)
    read = read_word(out.getvalue())
    fresh = [replace(s, key=f"zzzzzzz{n}") for n, s in enumerate(read.sections, start=2)]

    found = plan(standing(), fresh, is_word=True)

    assert [each.key for each in found.sections] == list(TEXTS)
    assert found.unchanged == 3


@pytest.fixture
def author(make):
    return make.author()


@pytest.fixture
def draft(make, author):
    base = make.revision(
        sections=[
            {"key": key, "title": title, "source": source, "minutes": 20}
            for key, (title, source) in TEXTS.items()
        ]
    )
    round_ = make.round(revision=base)
    make.comment(round=round_, section_key="bbbbbbbb", quote="Then ask one thing")
    make.comment(round=round_, section_key="aaaaaaaa", quote="Sit in a circle")
    return make.revision(
        published=False,
        number=2,
        curriculum=base.curriculum,
        base=base,
        sections=[
            {
                "key": key,
                "title": title,
                "source": source,
                "minutes": 20,
                "summary": "In short.",
                "openness": Openness.PARTLY,
                "authority": "Rule 5",
            }
            for key, (title, source) in TEXTS.items()
        ],
    )


MARKDOWN = (
    b"# Greeting\n\nSit in a circle and greet each family by name before you begin. Smile.\n\n"
    b"# New part\n\nNothing like it stood here.\n\n"
    b"# Weapons\n\nKeep both hands in sight of everybody in the room at all times.\n"
)


def fields_of(page) -> dict[str, str]:
    """What the page's form would send as it stands."""
    inputs = page.form().find_all("input")
    found = {f["name"]: f.get("value", "") for f in inputs if f.get("type") != "checkbox"}
    for field in page.form().find_all("select"):
        chosen = field.find("option", selected=True) or field.find("option")
        found[field["name"]] = chosen["value"]
    return found


def bring(browser, database, draft, data=MARKDOWN, filename="plan.md") -> str:
    slug = draft.curriculum.slug
    page = browser.post(f"/authoring/{slug}/import", file=(io.BytesIO(data), filename))
    assert page.status_code == 303, page.text
    run_due(database)
    moved = browser.get(page.location)
    assert moved.location.endswith("/compare")
    return moved.location


def test_a_file_goes_onto_the_draft_after_two_looks(browser, database, session, draft, author):
    browser.sign_in(author)
    compare = bring(browser, database, draft)
    page = browser.get(compare)
    assert "1 comment stands here." in page.text
    assert page.typed("gone-0-key") == "bbbbbbbb"

    step = browser.send(compare, fields_of(page))
    assert step.status_code == 303
    assert step.location.endswith("/reasons")
    grid = browser.get(step.location)
    rows = fields_of(grid)
    offered = grid.soup.find("select", {"name": "changed-0-cause"}).find_all("option")
    rows |= {"changed-0-cause": offered[-1]["value"], "taken-0-cause": "law"}
    rows["changed-1-cause"] = "own"  # without words of its own: the reason for all serves
    refused = browser.send(step.location, rows)
    assert refused.status_code == 422
    assert refused.error_of("taken-0-note") is not None

    done = browser.send(
        step.location,
        rows | {"taken-0-note": "Act 7", "own_note": "Our own idea", "changed-0-minutes": "25"},
    )

    assert done.status_code == 303
    session.expire_all()
    session.refresh(draft, ["sections"])
    got = {s.title: s for s in draft.sections}
    assert list(got) == ["Greeting", "New part", "Weapons"]
    assert got["Greeting"].key == "aaaaaaaa"
    assert got["Greeting"].minutes == 25
    assert got["Greeting"].text.endswith("Smile.")
    assert (got["Weapons"].minutes, got["Weapons"].summary) == (20, "In short.")
    assert got["Weapons"].openness is Openness.PARTLY
    assert got["New part"].kind is SectionKind.CONTENT
    causes = {c.section_key: (c.kind, c.note) for c in causes_of(session, draft.id)}
    assert causes["aaaaaaaa"] == (CauseKind.POINT, "")
    assert causes["bbbbbbbb"] == (CauseKind.LAW, "Act 7")
    assert causes[got["New part"].key] == (CauseKind.OWN, "Our own idea")
    again = browser.get(step.location)
    assert again.status_code == 404
    states = session.scalars(select(DraftState).where(DraftState.revision_id == draft.id))
    kept = {(state.section_key, state.act.value) for state in states}
    assert kept >= {
        ("aaaaaaaa", "begun"),
        ("aaaaaaaa", "brought_back"),
        ("bbbbbbbb", "removed"),
    }


@pytest.mark.one_engine
def test_a_draft_that_moved_meanwhile_is_not_written_over(
    browser, database, session, draft, author
):
    browser.sign_in(author)
    compare = bring(browser, database, draft)
    fields = fields_of(browser.get(compare))
    draft.version += 1
    draft.sections[0].source = "Somebody else's words."
    session.flush()

    stale = browser.send(compare, fields)

    assert stale.status_code == 409
    assert "The draft was changed meanwhile." in stale.text
    fields["draft_version"] = str(draft.version)
    reasons = browser.send(compare, fields).location
    draft.version += 1
    session.flush()

    late = browser.send(reasons, {"version": "2", "own_note": "Typed before"})

    assert late.status_code == 409
    assert late.typed("own_note") == "Typed before"
    session.expire_all()
    assert draft.sections[0].source == "Somebody else's words."


@pytest.mark.one_engine
def test_words_that_are_not_shown_stay_whatever_the_file_says(
    browser, database, session, make, draft, author
):
    from feedback_app.curricula.services import Placeholder, withhold

    hidden = Placeholder("Radio codes", "Training", "Safety", "Board")
    withhold(
        session, draft.sections[2], actor=make.actor(author), version=1, placeholder=hidden
    )
    browser.sign_in(author)
    data = browser.get(f"/curricula/{draft.curriculum.slug}/revisions/2.docx").data
    assert b"both hands" not in b"".join(
        zipfile.ZipFile(io.BytesIO(data)).read(n)
        for n in zipfile.ZipFile(io.BytesIO(data)).namelist()
    )

    page = browser.get(bring(browser, database, draft, data, "back.docx"))

    assert "This file changes nothing." in page.text


@pytest.mark.one_engine
def test_the_command_line_says_what_would_change_and_saves_after_a_yes(
    run, make, session, draft, tmp_path
):
    file = tmp_path / "plan.md"
    file.write_bytes(MARKDOWN)
    words = ["curricula", "import", make.department().slug, str(file)]
    words += ["--onto", draft.curriculum.slug]

    asked = run(*words)
    assert asked.exit_code == 1
    assert "retitled, reworded: 1 Greeting" in asked.output
    assert "gone: 2 Slow down" in asked.output
    assert [s.title for s in draft.sections] == ["Welcome", "Slow down", "Weapons"]

    saved = run(*words, "--yes", "--because", "Edited over the summer.")

    assert saved.exit_code == 0, saved.output
    session.refresh(draft, ["sections"])
    assert [s.title for s in draft.sections] == ["Greeting", "New part", "Weapons"]
    assert {c.note for c in causes_of(session, draft.id)} == {"Edited over the summer."}
    assert SectionChange.ADDED.value in asked.output
