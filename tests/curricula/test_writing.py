"""Writing one section: saved while typing, never over another's words, beside its comments."""

import json

import pytest

from feedback_app.curricula import queries
from feedback_app.curricula.merging import Side, passages, put_together
from feedback_app.curricula.services import start_revision
from feedback_app.curricula.wordings import put_wording
from feedback_app.triage.models import Outcome

OLD = "Officers wait a minute.\n\nThey speak slowly.\n\nThey leave."


@pytest.fixture
def author(make):
    return make.author()


@pytest.fixture
def draft(session, make, author):
    base = make.revision(sections=[{"title": "How", "source": OLD}, {"title": "Why"}])
    return start_revision(session, base.curriculum, actor=make.actor(author))


@pytest.fixture
def page_path(draft):
    return f"/authoring/{draft.curriculum.slug}/sections/{draft.sections[0].key}"


@pytest.fixture
def pages(browser, author, draft):
    browser.sign_in(author)
    return browser


@pytest.fixture
def fields(pages, page_path):
    """The form as two tabs opened it."""
    return pages.get(page_path).hidden() | {"title": "How"}


def source(session, draft):
    return queries.outline(session, draft.id, source=True)[0].source


def answer_of(page):
    return json.loads(page.html)


def test_what_is_typed_is_kept_under_a_new_version(session, pages, draft, page_path, fields):
    page = pages.send(f"{page_path}/save", fields | {"source": "Officers wait."})

    said = answer_of(page)
    assert (page.status_code, said["version"], said["words"][:6]) == (200, 2, "Saved ")
    assert source(session, draft) == "Officers wait."
    assert "No comments here" in said["beside"]
    assert "not saved yet" not in said["look"]


@pytest.mark.one_engine
def test_the_same_words_again_make_no_new_version(pages, page_path, fields):
    page = pages.send(f"{page_path}/save", fields | {"source": OLD})

    assert answer_of(page)["version"] == 1


def test_a_second_tab_never_writes_over_the_first(session, pages, draft, page_path, fields):
    pages.send(f"{page_path}/save", fields | {"source": "Theirs."})

    page = pages.send(f"{page_path}/save", fields | {"source": "Mine."})

    said = answer_of(page)
    assert (page.status_code, said["source"], said["version"]) == (409, "Theirs.", 2)
    assert source(session, draft) == "Theirs."


@pytest.mark.one_engine
def test_what_cannot_be_kept_is_said_and_changes_nothing(
    session, pages, draft, page_path, fields
):
    for wrong in ({"title": " "}, {"csrf_token": "old"}, {"source": "a\x00b"}):
        page = pages.send(f"{page_path}/save", fields | {"source": "New."} | wrong)
        assert page.status_code == 422, wrong
        assert answer_of(page)["words"].startswith("Not saved: ")
    assert source(session, draft) == OLD


@pytest.mark.one_engine
def test_two_texts_become_one_paragraph_by_paragraph(session, pages, draft, page_path, fields):
    theirs = OLD.replace("a minute", "two minutes").replace("They leave.", "They go.")
    mine = OLD.replace("slowly", "softly").replace("They leave.", "They stay.") + "\n\nMine."
    pages.send(page_path, fields | {"source": theirs})

    page = pages.send(page_path, fields | {"source": mine, "title": "My title"})

    assert page.status_code == 409
    chosen = {
        field["name"]: field["value"]
        for field in page.soup.find_all("input", type="radio")
        if field.has_attr("checked")
    }
    assert sorted(chosen.values()) == ["both", "mine", "mine", "mine", "theirs"]
    assert "Officers wait two minutes." in page.text
    done = pages.send(f"{page_path}/merge", page.hidden() | chosen)
    assert done.status_code == 303
    assert source(session, draft) == (
        "Officers wait two minutes.\n\nThey speak softly.\n\nThey stay.\n\nThey go.\n\nMine."
    )
    assert queries.outline(session, draft.id)[0].title == "My title"


@pytest.mark.one_engine
def test_a_third_author_meanwhile_is_merged_once_more(session, pages, page_path, fields, draft):
    pages.send(page_path, fields | {"source": "Theirs."})
    page = pages.send(page_path, fields | {"source": "Mine."})
    pages.post(page_path, title="How", source="A third one's.")

    again = pages.send(f"{page_path}/merge", page.hidden() | {"choice-0": "both"})

    assert again.status_code == 409
    assert "A third one’s." in again.text.replace("'", "’")
    assert again.hidden()["mine"] == "Mine.\n\nTheirs."
    assert source(session, draft) == "A third one's."


@pytest.mark.parametrize(
    ("mine", "theirs", "began", "result"),
    [
        ("a\n\nb", "a\n\nb", "a", "a\n\nb"),
        ("One a.\n\nTwo B.", "One A.\n\nTwo b.", "One a.\n\nTwo b.", "One A.\n\nTwo B."),
        ("a\n\nB", "A\n\nb", "a\n\nb", "a\n\nB\n\nA\n\nb"),
        ("a\n\nb\n\nC", "A\n\nb\n\nc", "a\n\nb\n\nc", "A\n\nb\n\nC"),
        ("a", "a\n\nnew", "a", "a\n\nnew"),
        ("a", "a\n\ngone", "a\n\ngone", "a"),
        ("x", "y", "", "x\n\ny"),
        ("", "y", "", "y"),
    ],
)
def test_untouched_choices_lose_nothing_that_anybody_wrote(mine, theirs, began, result):
    assert put_together(passages(mine, theirs, began), {}) == result


def test_choices_are_taken_by_place():
    found = passages("a\n\nB\n\nc", "a\n\nb\n\nc")

    assert put_together(found, {1: Side.MINE}) == "a\n\nB\n\nc"
    assert put_together(found, {1: Side.THEIRS}) == "a\n\nb\n\nc"


@pytest.mark.one_engine
def test_a_preview_is_what_would_be_published_and_saves_nothing(
    session, pages, draft, page_path, fields
):
    page = pages.send(f"{page_path}/preview", fields | {"source": "**Wait** <b>now</b>."})

    look = answer_of(page)["look"]
    assert "<p><strong>Wait</strong> &lt;b&gt;now&lt;/b&gt;.</p>" in look
    assert "not saved yet" in look
    assert source(session, draft) == OLD


@pytest.fixture
def comments(make, draft):
    """A decided one and two that wait, the newest first as they were sent."""
    round_ = make.round(revision=draft.base)
    key = draft.sections[0].key

    def said(body, quote=None, **values):
        return make.comment(round=round_, section_key=key, body=body, quote=quote, **values)

    decided = said("Slower, please.", "speak slowly")
    make.disposition(point=decided.points[0], outcome=Outcome.NOTED)
    waits = said("A minute is short.", "wait a minute", suggested_wording="wait two minutes")
    return decided, waits, said("They should knock.", suggested_wording="Knock first.")


@pytest.mark.one_engine
def test_comments_without_an_answer_stand_first_and_lead_to_their_words(
    pages, page_path, comments
):
    decided, waits, _whole = comments

    page = pages.get(page_path)

    cards = [card["id"] for card in page.soup.select("#beside .comment")]
    assert cards[-1] == f"c-{decided.public_id}"
    marked = page.soup.find(id=f"q-{waits.public_id}")
    assert (marked.get_text(), marked["href"]) == ("wait a minute", f"#c-{waits.public_id}")
    assert "It speaks of the whole section" in page.text


@pytest.mark.one_engine
def test_a_wording_is_put_in_by_one_click_and_what_was_typed_stays(
    session, pages, draft, page_path, comments, fields
):
    _decided, waits, _whole = comments
    button = pages.get(page_path).soup.find("button", value=waits.public_id)
    assert button["form"] == "writing"

    page = pages.send(
        button["formaction"],
        fields | {"source": f"{OLD}\n\nTyped meanwhile.", "comment": waits.public_id},
    )

    assert page.status_code == 303
    assert source(session, draft) == (
        OLD.replace("wait a minute", "wait two minutes") + "\n\nTyped meanwhile."
    )
    shown = pages.get(page_path)
    assert not shown.soup.find("button", value=waits.public_id)
    assert "The suggested words stand in the text." in shown.text


@pytest.mark.one_engine
def test_a_wording_that_stands_there_twice_is_not_put_in(
    session, pages, draft, page_path, comments, fields
):
    _decided, waits, _whole = comments
    twice = OLD.replace("They leave.", "They wait a minute.")

    page = pages.send(
        f"{page_path}/wording", fields | {"source": twice, "comment": waits.public_id}
    )

    assert page.status_code == 422
    assert page.typed("source") == twice
    assert "stand here more than once" in page.text
    assert source(session, draft) == OLD


def test_words_are_put_in_only_where_they_stand_once():
    assert put_wording("Wait here. Wait there.", "Wait", "Stay") is None
    assert put_wording("Wait *here*.", "Wait here", "Stay") is None
    assert put_wording("Wait here.", "Wait here", "  ") is None
    assert put_wording("Wait here.", "here", "at\nhome") == "Wait at home."
    assert put_wording("Wait here.", "here", "*there*") == r"Wait \*there\*."


CODE = "```\nfirst\n\n\nlast\n```"


@pytest.mark.parametrize(
    "code",
    [
        CODE,
        "~~~~ text\na\n\n~~~\n\nb\n~~~~",
        "    one\n\n\n    two",
        "- a\n\n  ```\n  x\n\n\n  y\n  ```",
    ],
)
def test_blank_lines_inside_code_survive_a_merge(code):
    mine, theirs = f"Before.\n\n{code}\n\nMine.", f"Before.\n\n{code}\n\nTheirs."

    merged = put_together(passages(mine, theirs), {})

    assert merged == f"Before.\n\n{code}\n\nMine.\n\nTheirs."
