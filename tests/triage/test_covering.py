"""Words of a published text out of view: gone from every copy, provable, by two people."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from feedback_app.accounts.models import Account
from feedback_app.audit.database import problems
from feedback_app.comments.models import Anchor, Placement, PlacementState
from feedback_app.core.errors import NotFound
from feedback_app.core.html import cover, cover_words, plain_text, render
from feedback_app.curricula.covering import (
    CoverEnded,
    CoverWaits,
    NoWordsChosen,
    SamePerson,
    confirm_cover,
    cover_source,
    end_cover,
    propose_cover,
)
from feedback_app.curricula.covering_models import CoveredPassage, CoverGround
from feedback_app.curricula.covering_queries import opens
from feedback_app.curricula.publication import content_hash
from feedback_app.curricula.queries import get_section
from feedback_app.curricula.sealing import commitment_of
from feedback_app.log.models import LogEntry
from feedback_app.log.queries import exceptions
from feedback_app.models import Base
from feedback_app.triage.models import Adoption
from tests.triage.redrafting import Redraft

GONE = ("practical", "remain ready", "alone talks")
OLD = "One officer should speak where practical. The others cover and remain ready."
NEW = "One officer alone talks. The others cover and remain ready."


@pytest.fixture
def redraft(session, make):
    return Redraft(session, make)


@pytest.fixture
def second(make):
    return make.actor(make.reviewer())


def propose(redraft, words, revision=None, **values):
    revision = revision or redraft.base
    section = get_section(redraft.session, revision, redraft.first)
    start = section.text.index(words)
    values.setdefault("actor", redraft.moderator)
    values.setdefault("ground", CoverGround.LAW)
    values.setdefault("note", "A judge ordered it.")
    return propose_cover(redraft.session, section, span=(start, start + len(words)), **values)


def published(redraft):
    """Two versions; comments at and behind the words, a promise tied to the new ones."""
    redraft.write(redraft.first, "should speak where practical", "alone talks")
    comment = redraft.comment(quote="speak where practical")
    redraft.comment(quote="Count it")
    redraft.tie(redraft.answer(comment.points[0]), "alone talks")
    revision = redraft.publish(
        change_note="Clearer words.", because={"undecided": "They come next month."}
    )
    redraft.session.flush()
    return revision, comment


def said(page) -> str:
    """What an answer says, Word files with all their parts, without tags and marks."""
    if page.data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(page.data)) as file:
            parts = [file.read(name).decode(errors="replace") for name in file.namelist()]
        return " ".join(re.sub(r"<[^>]*>", "", part) + part for part in parts)
    return page.html + re.sub(r"<[^>]*>", "", page.html)


def addresses(redraft, comment):
    slug, round_ = redraft.base.curriculum.slug, redraft.round.slug
    versions = [
        f"/curricula/{slug}/revisions/{number}{ending}"
        for number in (1, 2)
        for ending in ("", ".md", ".html", ".json", ".docx")
    ]
    changed = f"/curricula/{slug}/revisions/2/changes"
    rounds = ["", "/whole", "/comments.csv", "/comments.json", "/comments.jsonld", "/report"]
    return [
        *versions,
        changed,
        f"{changed}.csv",
        f"{changed}?show=old",
        f"{changed}?show=new",
        *[f"/rounds/{round_}{ending}" for ending in rounds],
        f"/rounds/{round_}/report.csv",
        f"/rounds/{round_}/report.docx",
        f"/rounds/{round_}/sections/{redraft.first}",
        f"/rounds/{round_}/sections/{redraft.first}/choose",
        f"/comments/{comment.public_id}",
        f"/comments/{comment.public_id}.csv",
        "/log",
        "/exceptions",
        "/feeds/exceptions.atom",
    ]


def stored(session, words) -> set[str]:
    """The tables in which any of these words are left."""
    return {
        table.name
        for table in Base.metadata.sorted_tables
        for row in session.execute(text(f"SELECT * FROM {table.name}"))
        if any(word in str(tuple(row)) for word in words)
    }


def test_covered_words_stand_in_no_page_file_or_quote(redraft, browser, session, second):
    revision, comment = published(redraft)
    paths = addresses(redraft, comment)
    before = {path: said(browser.get(path)) for path in paths}
    assert sum(any(word in one for word in GONE) for one in before.values()) >= 15
    session.refresh(revision)

    for words, where in ((OLD, redraft.base), (NEW, revision)):
        confirm_cover(session, propose(redraft, words, where), actor=second)

    shown = {path: browser.get(path) for path in paths}
    found = [(path, w) for path, page in shown.items() for w in GONE if w in said(page)]
    assert found == []
    assert {page.status_code for page in shown.values()} <= {200, 303, 404}
    assert "A judge ordered it." in shown[paths[0]].text
    reading = shown[f"/rounds/{redraft.round.slug}"]
    (note,) = reading.soup.find(id=redraft.first).select(".sec__note")
    assert "(▮) are not shown: A law or a court order. A judge ordered it." in note.get_text()
    meant = note.find("a")["href"].split("#")
    assert browser.get(meant[0]).soup.find(id=meant[1])
    line = shown[f"/rounds/{redraft.round.slug}/sections/{redraft.first}"].text
    assert "Some words (▮) are not shown: A law or a court order." in line
    section = get_section(session, redraft.base, redraft.first)
    assert (
        section.text
        == plain_text(section.html)
        == cover_words(f"{OLD}\n\nCount it.", 0, len(OLD))
    )
    behind = session.query(Anchor).filter_by(exact="Count it").one()
    assert section.text[behind.start : behind.end] == "Count it"
    assert "practical" not in behind.prefix
    assert session.query(Adoption).one().exact == "▮▮▮▮▮ ▮▮▮▮▮"
    assert stored(session, GONE) == {"covered_passages"}


@pytest.mark.one_engine
def test_words_covered_before_the_next_version_come_back_with_no_placement(
    redraft, browser, session, second
):
    comment = redraft.comment(quote="speak where practical")
    gone = redraft.comment(quote="remain ready")
    confirm_cover(session, propose(redraft, OLD), actor=second)
    redraft.write(redraft.first, OLD, "One officer leads.")
    redraft.tie(redraft.answer(comment.points[0]), "One officer leads.")
    places = f"/authoring/{redraft.base.curriculum.slug}/places"

    redraft.publish(change_note="Clearer.", because={"undecided": "They come next month."})

    session.commit()
    paths = [*addresses(redraft, comment), f"/comments/{gone.public_id}"]
    shown = {path: said(browser.get(path)) for path in paths}
    browser.sign_in(session.get(Account, redraft.moderator.account_id))
    shown[places] = said(browser.get(places))
    words = ("practical", "remain ready")
    assert [
        (path, word) for path, page in shown.items() for word in words if word in page
    ] == []
    assert "▮" in shown[f"/comments/{comment.public_id}"]
    placed = session.query(Placement).filter_by(comment_id=gone.id).one()
    assert placed.state in (PlacementState.REMOVED, PlacementState.UNPLACED)
    assert stored(session, words) == {"covered_passages"}


@pytest.mark.one_engine
def test_one_person_alone_changes_nothing(redraft, browser, session, make, second):
    slug = redraft.base.curriculum.slug
    page = f"/curricula/{slug}/revisions/1/sections/{redraft.first}/cover"
    browser.sign_in(session.get(Account, redraft.moderator.account_id))

    bare = browser.post(page, ground="law_or_court_order", note="A judge ordered it.")
    unclear = browser.post(
        page, words="0-41", phrase="nowhere", ground="copyright", note="A book’s words."
    )
    sent = browser.post(
        page, words="0-41", phrase="practical", ground="copyright", note="A book’s words."
    )
    again = browser.get(page)

    assert (bare.status_code, unclear.status_code) == (422, 422)
    assert bare.error_of("words")
    assert unclear.error_of("phrase")
    assert unclear.typed("note") == "A book’s words."
    assert sent.status_code == 303
    assert "You proposed this yourself." in again.text
    assert not again.soup.find(attrs={"name": "confirm"})
    assert "practical" in browser.get(f"/curricula/{slug}/revisions/1").text
    proposed = session.query(CoveredPassage).one()
    with pytest.raises(SamePerson):
        confirm_cover(session, proposed, actor=redraft.moderator)
    with pytest.raises(CoverWaits):
        propose(redraft, "cover", actor=second)
    with pytest.raises(NotFound):
        confirm_cover(session, proposed, actor=make.actor(make.host()))
    assert "passage.taken_out_of_view" not in {e.kind for e in exceptions(session)}

    browser.sign_in(make.reviewer())
    listed = browser.get("/out-of-view")
    assert "A book’s words." in listed.text
    assert f'href="{page}"' in listed.html
    assert (
        "1 proposal to take words out of view waits for you"
        in browser.get("/host/conduct").text
    )
    assert browser.post(page).status_code == 303
    assert "practical" not in browser.get(f"/curricula/{slug}/revisions/1").text
    entry = exceptions(session)[0]
    assert (entry.kind, entry.facts["ground"]) == ("passage.taken_out_of_view", "copyright")
    assert entry.commitments == {"passage": proposed.text_hash}
    with pytest.raises(NoWordsChosen):
        propose(redraft, "▮▮▮")


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("who", "ending"), [("moderator", "taken_back"), ("reviewer", "refused")]
)
def test_a_proposal_can_be_taken_back_or_refused(redraft, browser, session, make, who, ending):
    slug = redraft.base.curriculum.slug
    page = f"/curricula/{slug}/revisions/1/sections/{redraft.first}/cover"
    proposed = propose(redraft, "practical")
    own = session.get(Account, redraft.moderator.account_id)
    browser.sign_in(own if who == "moderator" else make.reviewer())
    stale = browser.get(page).hidden()

    ended = browser.post(page, end=proposed.public_id)
    late = browser.send(page, stale | {"end": proposed.public_id})

    session.refresh(proposed)
    assert ended.status_code == 303
    assert late.status_code == 422
    assert proposed.ended_how == ending
    entry = session.query(LogEntry).order_by(LogEntry.position.desc()).first()
    assert (entry.kind, entry.facts["ending"]) == ("passage.proposal_ended", ending)
    assert "practical" in browser.get(f"/curricula/{slug}/revisions/1").text
    assert "Nothing waits." in browser.get("/out-of-view").text
    for act in (confirm_cover, end_cover):
        with pytest.raises(CoverEnded):
            act(session, proposed, actor=make.actor(make.reviewer()))
    assert propose(redraft, "practical").public_id != proposed.public_id


@pytest.mark.one_engine
def test_the_sealed_words_prove_both_hashes(redraft, session, second):
    """What was published is proved by the first seal, also after more was covered."""
    revision, _comment = published(redraft)
    assert not [found for found in problems(session) if "version 2" in found]

    for words in ("officer", "remain ready"):
        confirm_cover(session, propose(redraft, words, revision), actor=second)

    session.expire_all()
    assert not [found for found in problems(session) if "version 2" in found]
    assert all(map(opens, session.query(CoveredPassage)))
    bare = content_hash([commitment_of(section) for section in revision.sections])
    assert bare != revision.content_hash


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sections SET title = 'Other' WHERE key = :key",
        "UPDATE sections SET text = 'X' || substr(text, 2) WHERE key = :key",
        "UPDATE sections SET text = replace(text, '▮', 'x') WHERE key = :key",
        "UPDATE sections SET html = '' WHERE revision_id = :id AND key <> :key",
        "UPDATE anchors SET start = start + 1",
        "UPDATE anchors SET exact = 'longer ' || exact",
        "UPDATE covered_passages SET note = 'Another reason'",
        "UPDATE covered_passages SET sealed_text = ''",
        "DELETE FROM covered_passages",
        "UPDATE covered_passages SET ended_at = confirmed_at, ended_how = 'refused'",
    ],
)
def test_the_database_refuses_any_other_change(redraft, session, second, change):
    redraft.comment(quote="The others")
    confirm_cover(session, propose(redraft, "should speak"), actor=second)

    with pytest.raises(DatabaseError, match="frozen"), session.begin_nested():
        session.execute(text(change), {"id": redraft.base.id, "key": redraft.first})


def test_nothing_may_be_covered_before_the_second_person(redraft, session):
    propose(redraft, "should speak")
    section = get_section(session, redraft.base, redraft.first)

    section.text = cover_words(section.text, 0, 3)
    with pytest.raises(DatabaseError, match="frozen"):
        session.flush()


@pytest.mark.parametrize(
    "source",
    [
        "Call **Ann Lee** at [Ann Lee](mailto:annlee@example.org).",
        "| Who | What |\n| --- | --- |\n| Ann Lee | speaks |\n",
        "- Wait.\n- Ask Ann\n  Lee & *her* sister.",
        "Ann Lee; see <https://example.org/annlee>.",
    ],
)
def test_covered_html_and_source_keep_every_position(source):
    made = render(source)
    start, end = 0, len(made.text)
    at = made.text.index("Ann")

    whole = cover(made.html, start, end)
    piece = cover(made.html, at, at + 7)
    markdown = cover_source(source, made.text, (start, end))

    assert plain_text(whole) == cover_words(made.text, start, end)
    assert plain_text(piece) == cover_words(made.text, at, at + 7)
    assert "annlee" not in whole.lower() + markdown.lower()
    assert "Lee" not in whole + markdown
