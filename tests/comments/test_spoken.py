"""A comment may be spoken or signed: the host alone hears it, its words are the comment."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from feedback_app.comments import spoken
from feedback_app.comments.models import Comment
from feedback_app.comments.spoken_models import SpokenComment
from feedback_app.core import clock
from feedback_app.housekeeping import tidy
from feedback_app.log.models import LogEntry
from tests.comments.acts import said
from tests.comments.sounds import wav

TOLD = b"LIST\x10\x00\x00\x00INFO41.88, -87.63"
"""What a telephone writes behind the sound."""


def handed_in(data: bytes = wav(3) + TOLD) -> dict[str, object]:
    file = (BytesIO(data), "a.wav")
    return {"language": "es", "section": "", "agrees": "y", "recording": file}


def test_from_the_phone_to_the_words_and_nobody_but_the_host_ever_hears_it(
    app, browser, new_browser, session, make
):
    round_ = make.round(open=True)
    path = f"/rounds/{round_.slug}/spoken"
    typed = {"language": "es", "section": round_.revision.sections[0].key}
    page = browser.get(path)
    assert path in browser.get(f"/rounds/{round_.slug}/comment").html

    refused = browser.send(path, page.hidden() | typed | {"agrees": "y"})
    assert refused.error_of("recording") == "Choose a sound or video file, or record one."
    without_word = browser.send(path, page.hidden() | handed_in() | {"agrees": None})
    assert without_word.error_of("agrees") == "Without your word we may not."
    sent = browser.send(path, page.hidden() | handed_in() | typed)
    assert sent.location.endswith("/receipts/mine")
    assert browser.send(path, page.hidden() | handed_in() | typed).status_code == 303
    (waits,) = session.scalars(select(SpokenComment)).all()
    assert (waits.recording_type, waits.seconds, waits.language) == ("wav", 3, "es")
    mine = browser.get("/receipts/mine")
    assert "waits for its words" in mine.text
    assert session.scalars(select(Comment)).all() == []

    reader = new_browser()
    assert "1 recording waits for its words" in reader.get(f"/rounds/{round_.slug}").text
    listen = f"/host/rounds/{round_.slug}/spoken/{waits.public_id}"
    host = make.host()
    for other in (make.moderator(), make.reviewer(), make.partner(), make.administrator()):
        stranger = new_browser()
        stranger.sign_in(other)
        for hidden in (listen, f"{listen}/recording", f"/host/rounds/{round_.slug}/spoken"):
            assert stranger.get(hidden).status_code == 404
    desk = new_browser()
    desk.sign_in(host)
    assert listen in desk.get(f"/host/rounds/{round_.slug}/spoken").html
    heard = desk.get(f"{listen}/recording")
    assert heard.data == wav(3)
    assert heard.headers["Content-Disposition"].startswith("attachment")
    assert heard.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert heard.headers["Content-Type"] == "application/octet-stream"
    words = desk.get(listen).hidden() | {"section": typed["section"]}
    assert desk.send(listen, words | {"body": ""}).error_of("body")
    desk.send(listen, words | {"body": "Llegan demasiado tarde."})

    comment = session.scalars(select(Comment)).one()
    assert comment.current.body == "Llegan demasiado tarde."
    assert (comment.language, comment.received_at) == ("es", waits.sent_at)
    assert "Llegan demasiado tarde." in browser.get("/receipts/mine").text
    assert "recording waits" not in reader.get(f"/rounds/{round_.slug}").text
    assert desk.send(listen, words | {"body": "Otra vez."}).status_code == 409
    kinds = session.scalars(select(LogEntry.kind).order_by(LogEntry.position)).all()
    assert kinds == ["recording.received", "comment.submitted"]


@pytest.mark.one_engine
def test_what_is_taken_back_is_gone_at_once_and_only_by_its_sender(
    app, browser, new_browser, session, make
):
    round_ = make.round(open=True)
    browser.post(f"/rounds/{round_.slug}/spoken", **handed_in())
    waits = session.scalars(select(SpokenComment)).one()
    key, media = waits.recording_key, app.extensions["media"]
    take_back = f"/spoken/{waits.public_id}/take-back"
    other = new_browser()
    other.post(f"/rounds/{round_.slug}/spoken", **handed_in(wav(4)))
    assert other.send(take_back, other.get("/receipts/mine").hidden()).status_code == 404
    assert media.get(key) == wav(3)

    browser.post(take_back, page="/receipts/mine")

    session.refresh(waits)
    assert waits.recording_key is None
    assert media.get(key) is None
    with pytest.raises(spoken.WordsAreThere):
        spoken.write_down(session, waits, actor=make.actor(make.host()), said=said())


@pytest.mark.one_engine
def test_recordings_go_thirty_days_after_the_answers(
    app, database, browser, session, make, time, tmp_path
):
    round_, who = make.round(open=True), make.account()
    browser.sign_in(who)
    browser.post(f"/rounds/{round_.slug}/spoken", **handed_in())
    waits = session.scalars(select(SpokenComment)).one()
    browser.post(f"/rounds/{round_.slug}/spoken", **handed_in(wav(4)))
    time.move(days=3)
    spoken.write_down(session, waits, actor=make.actor(make.host()), said=said())
    round_.report_published_at = clock.now() + timedelta(days=10)
    session.commit()
    media = app.extensions["media"]
    time.move(days=39)
    tidy(database, media)
    session.expire_all()
    assert waits.recording_key is not None

    time.move(days=2)
    key = waits.recording_key
    session.commit()
    tidy(database, media)

    session.expire_all()
    assert waits.recording_key is None
    assert media.get(key) is None
    assert "waits for its words" not in browser.get(f"/rounds/{round_.slug}").text
    assert spoken.waiting_in(session, round_) == []
    assert spoken.lost_in(session, round_) == 1
    browser.sign_in(who)
    mine = browser.get("/receipts/mine")
    assert "Nobody typed its words" in mine.text
    assert "waits for its words" not in mine.text
    kinds = session.scalars(select(LogEntry.kind).order_by(LogEntry.position)).all()
    assert kinds.count("recording.erased") == 1
    session.commit()
    tidy(database, media)
    assert session.scalars(select(LogEntry.kind)).all().count("recording.erased") == 1


@pytest.mark.one_engine
def test_closed_rounds_and_those_of_a_department_take_no_recordings(browser, session, make):
    own = make.round(open=True, host=make.department())
    assert "Nobody could listen here" in browser.get(f"/rounds/{own.slug}/spoken").text
    with pytest.raises(spoken.NobodyListens):
        spoken.check_takes_recordings(session, own)
    closed = make.round()
    page = browser.get(f"/rounds/{closed.slug}/spoken")
    assert "You cannot send a recording now" in page.text


@pytest.mark.one_engine
def test_a_round_takes_no_more_recordings_than_somebody_could_type(
    browser, session, make, monkeypatch
):
    monkeypatch.setattr(spoken, "MOST_WAITING", 1)
    round_ = make.round(open=True)
    browser.post(f"/rounds/{round_.slug}/spoken", **handed_in())

    refused = browser.post(f"/rounds/{round_.slug}/spoken", **handed_in(wav(4)))

    assert refused.status_code == 409
    assert "Many recordings wait already" in refused.text
