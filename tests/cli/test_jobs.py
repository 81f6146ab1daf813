"""What is due goes on being done, whatever happened to the database meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedback_app.cli import jobs as command
from feedback_app.core import jobs
from feedback_app.exchange.queries import PARSING
from feedback_app.exchange.services import begin_upload


@pytest.fixture
def upload(make, session):
    upload = begin_upload(
        session,
        make.department(),
        actor=make.actor(make.author()),
        filename="long.md",
        data=b"# A\n\nWords.\n",
    )
    session.commit()
    return upload


@pytest.mark.one_engine
def test_a_database_that_was_away_for_a_moment_does_not_end_the_worker(
    app, database, session, upload, monkeypatch
):
    monkeypatch.setattr(command, "PAUSE", 0)
    file = Path(database.url.database)
    away = file.with_suffix(".away")
    database.dispose()
    file.rename(away)
    turns = iter(range(3))

    def still_wanted():
        turn = next(turns, None)
        if turn == 1:  # the first turn found no tables
            file.unlink(missing_ok=True)
            away.rename(file)
            database.dispose()
        return turn is not None

    command.go_on(app, still_wanted)

    session.expire_all()
    assert jobs.find(session, PARSING, upload.public_id).state is jobs.JobState.DONE
