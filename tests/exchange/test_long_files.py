"""Files that take a while: their page and their job tell how far the reading has come."""

import pytest

from feedback_app.core import jobs
from feedback_app.core.jobs import run_due
from feedback_app.exchange.export import ExportedSection, RevisionExport
from feedback_app.exchange.queries import PARSING
from feedback_app.exchange.services import begin_upload
from feedback_app.exchange.word_writing import write_word

COURSE = RevisionExport(
    "Crisis", sections=(ExportedSection("aaaaaaaa", "1", "Wait", html="<p>Wait.</p>"),)
)


@pytest.fixture
def author(make):
    return make.author()


@pytest.mark.one_engine
def test_the_page_of_a_file_tells_how_much_of_it_has_been_read(browser, author, make, session):
    upload = begin_upload(
        session,
        make.department(),
        actor=make.actor(author),
        filename="long.md",
        data=b"# A\n\nWords.\n",
    )
    job = jobs.find(session, PARSING, upload.public_id)
    job.state, job.done, job.total = jobs.JobState.RUNNING, 30, 120
    session.flush()
    browser.sign_in(author)
    address = f"/authoring/uploads/{upload.public_id}"

    assert browser.get(f"{address}/progress").response.json["share"] == 0.25
    assert browser.get(address).soup.find("progress")["value"] == "25"


@pytest.mark.one_engine
def test_the_worker_writes_down_how_far_it_has_come(session, database, make, author, time):
    upload = begin_upload(
        session,
        make.department(),
        actor=make.actor(author),
        filename="a.docx",
        data=write_word(COURSE),
    )
    session.commit()

    run_due(database)

    session.expire_all()
    job = jobs.find(session, PARSING, upload.public_id)
    assert job.total > 0
    assert job.done <= job.total
