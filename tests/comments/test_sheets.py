"""What a host types for people: by the day it came, a code for each, a second look."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from feedback_app.comments import codes, sheets
from feedback_app.comments.behalf import EntryOver, ReceivedOutside
from feedback_app.comments.changing import edit_comment, withdraw, wording_mark
from feedback_app.comments.holders import Holder
from feedback_app.comments.models import Channel, Comment
from feedback_app.comments.sheet_models import Consent, Sheet
from feedback_app.comments.sheets import ChangedByItsWriter, OnPaper, SecondLooks
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.core.html import render_comment
from feedback_app.core.media import Media, WrongFile, picture
from feedback_app.housekeeping import tidy
from feedback_app.organizations.models import Membership, Role
from feedback_app.policy import VISITOR
from feedback_app.rounds.meeting_models import Meeting
from tests.comments.acts import KEY, said, sent
from tests.comments.pictures import JPEG, PNG


def paper(**values):
    values.setdefault("channel", Channel.PAPER)
    values.setdefault("received_at", clock.now() - timedelta(hours=1))
    values.setdefault("consent", Consent.WRITTEN)
    return OnPaper(**values)


def take(session, round_, actor, body="Wait for the nurse.", form=None, meeting=None, **values):
    return sheets.take_sheet(
        session,
        round_,
        actor=actor,
        sent=form or sent(body),
        said=said(body),
        paper=paper(**values),
        key=KEY,
        meeting=meeting,
    )


def meeting_of(session, round_, account, **values):
    meeting = Meeting(
        round_id=round_.id,
        held_on=clock.now().date(),
        place="Library",
        planned_by_id=account.id,
        **values,
    )
    session.add(meeting)
    session.flush()
    return meeting


def test_a_sheet_counts_by_the_day_it_came_and_can_be_typed_for_ten_more_days(
    session, make, time
):
    round_, host = make.round(open=True), make.actor(make.host())
    before = round_.closes_at - timedelta(minutes=1)
    time.now = round_.closes_at + timedelta(days=10)

    sheet, _ = take(session, round_, host, received_at=before)

    assert (sheet.comment.received_at, sheet.comment.is_late) == (before, False)
    with pytest.raises(ReceivedOutside):
        take(session, round_, host, received_at=round_.closes_at + timedelta(seconds=1))
    time.move(seconds=1)
    with pytest.raises(EntryOver):
        take(session, round_, host, received_at=before)


def test_the_same_form_sent_twice_gives_one_comment_and_the_same_code(session, make):
    round_, host = make.round(open=True), make.actor(make.host())
    form = sent("Wait.")

    first = take(session, round_, host, "Wait.", form=form)
    again = take(session, round_, host, "Wait.", form=form)

    assert first == again
    assert session.scalar(select(func.count()).select_from(Comment)) == 1
    assert sheets.slips_of(session, round_, [form.submission_id], KEY)[0].code == first[1]


def test_two_comments_of_one_numbered_sheet_are_held_by_the_code_printed_on_it(session, make):
    account = make.host()
    round_, host = make.round(open=True), make.actor(account)
    meeting = meeting_of(session, round_, account)

    one, code = take(session, round_, host, "First box.", meeting=meeting, number=7)
    two, again = take(session, round_, host, "Second box.", meeting=meeting, number=7)
    other, others = take(session, round_, host, "Their own.", meeting=meeting, number=8)

    assert code == again == sheets.printed_code(KEY, meeting, 7)
    assert one.comment.participation is two.comment.participation
    assert others != code
    assert other.comment.participation is not one.comment.participation
    holder = Holder(code_hash=codes.code_hash(KEY, code))
    withdraw(session, two.comment, actor=VISITOR, holder=holder)
    assert two.comment.withdrawn_at is not None


@pytest.mark.one_engine
def test_nobody_of_the_department_types_or_reads_a_sheet_whatever_other_hat_they_wear(
    session, make
):
    round_ = make.round(open=True)
    both = make.moderator()
    session.add(Membership(account=both, organization=make.host_organization(), role=Role.HOST))
    for account in (both, make.host_manager(), make.reviewer(), make.author()):
        with pytest.raises(NotFound):
            take(session, round_, make.actor(account))


@pytest.mark.one_engine
def test_a_second_person_checks_and_a_correction_has_to_be_checked_again(session, make):
    round_, first = make.round(open=True), make.actor(make.host())
    second = make.actor(make.host())
    sheet, code = take(session, round_, first, "Wait for teh nurse.")

    with pytest.raises(SecondLooks):
        sheets.check_sheet(session, sheet, actor=first)
    sheets.check_sheet(session, sheet, actor=second)
    assert sheets.counts_of(session, round_) == (1, 0)

    def correct(body):
        sheets.correct_sheet(
            session,
            sheet,
            actor=second,
            version=wording_mark(sheet.comment),
            body=body,
            html=render_comment(body).html,
        )

    correct("Wait for the nurse.")
    assert sheet.comment.current.body == "Wait for the nurse."
    assert sheets.counts_of(session, round_) == (1, 1)
    edit_comment(
        session,
        sheet.comment,
        actor=VISITOR,
        holder=Holder(code_hash=codes.code_hash(KEY, code)),
        version=wording_mark(sheet.comment),
        body="Wait for my nurse.",
        html=render_comment("Wait for my nurse.").html,
    )
    with pytest.raises(ChangedByItsWriter):
        correct("Wait.")


@pytest.mark.one_engine
def test_a_picture_goes_when_its_comment_is_taken_back(database, session, make, tmp_path):
    media = Media(tmp_path / "media")
    key = media.put(b"a picture")
    round_, host = make.round(open=True), make.actor(make.host())
    sheet, code = take(session, round_, host, scan=(key, "png"))
    kept, _ = take(session, round_, host, "Another.", scan=(media.put(b"two"), "png"))
    session.commit()
    tidy(database, media)
    assert media.get(key) == b"a picture"

    holder = Holder(code_hash=codes.code_hash(KEY, code))
    withdraw(session, sheet.comment, actor=VISITOR, holder=holder)
    session.commit()
    tidy(database, media)

    session.expire_all()
    assert sheet.scan_key is None
    assert media.get(key) is None
    assert media.get(kept.scan_key) == b"two"


@pytest.mark.one_engine
def test_a_file_that_became_part_of_nothing_goes_after_two_days(
    database, session, make, tmp_path
):
    media = Media(tmp_path / "media")
    key = {name: media.put(name.encode()) for name in ("used", "left", "again", "fresh")}
    take(session, make.round(open=True), make.actor(make.host()), scan=(key["used"], "png"))
    session.commit()
    for name in ("used", "left", "again"):
        long_ago = (clock.now() - timedelta(days=3)).timestamp()
        os.utime(media.folder / key[name][:2] / key[name], (long_ago, long_ago))
    media.put(b"again")

    tidy(database, media)

    assert [name for name in key if media.get(key[name]) is None] == ["left"]


@pytest.mark.parametrize(("data", "kind"), [(PNG, "png"), (JPEG, "jpeg")])
def test_a_picture_keeps_nothing_of_who_made_it_and_where(data, kind):
    bare, told = picture(data)

    assert told == kind
    assert b"lanted" not in bare
    assert picture(bare) == (bare, kind)
    if kind == "jpeg":
        assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in bare  # it still stands upright
        assert bare.endswith(b"ssscanned\xff\xd9")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg onload=alert(1)>",
        PNG[:-30],
        JPEG[:60],
        b"\xff\xd8\xff\xda",
        PNG[:8],
    ],
)
def test_what_is_no_whole_picture_is_refused(data):
    with pytest.raises(WrongFile):
        picture(data)


TYPED = {
    "channel": "paper",
    "received_on": "2026-11-23",
    "consent": "written",
    "collected_by": "Planted Collector",
    "language": "en",
    "number": "4",
    "kind": "concern",
}


@pytest.mark.one_engine
def test_the_form_stands_ready_for_the_next_sheet_and_prints_slips(
    browser, new_browser, session, make, time
):
    round_ = make.round(open=True)
    key = round_.revision.sections[1].key
    browser.sign_in(make.host())
    path = f"/host/rounds/{round_.slug}/sheets/new"

    saved = browser.post(path, **TYPED, about=key, body="They shouted at my son.")
    following = browser.get(saved.location)

    assert saved.status_code == 303
    assert "Sheet 4 is saved." in following.text
    assert following.typed("number") == "5"
    assert following.typed("collected_by") == "Planted Collector"
    assert following.typed("received_on") == "2026-11-23"
    assert following.soup.find("select", {"name": "about"})["autofocus"] == ""
    chosen = [o["value"] for o in following.soup.find_all("option", selected=True)]
    assert {key, "concern", "paper"} <= set(chosen)
    assert following.typed("body") == ""
    slips = browser.get(f"/host/rounds/{round_.slug}/sheets/slips")
    code = slips.soup.find(class_="code").get_text()
    assert "They shouted at my son." in slips.text
    reader = new_browser()
    mine = reader.post("/receipts", code=code, follow=True)
    assert "They shouted at my son." in mine.text


@pytest.mark.one_engine
def test_what_is_wrong_with_a_sheet_stands_beside_its_field_and_nothing_is_lost(
    browser, session, make, time
):
    round_ = make.round(open=True)
    browser.sign_in(make.host())
    path = f"/host/rounds/{round_.slug}/sheets/new"

    page = browser.post(
        path, **TYPED | {"received_on": "2026-12-01"}, about="", body="Mine alone."
    )
    assert page.status_code == 422
    assert "while the comment period was open" in page.error_of("received_on")
    assert page.typed("body") == "Mine alone."
    page = browser.post(path, **TYPED, about="", body="", scan=(BytesIO(b"GIF"), "a.gif"))
    assert page.error_of("body") == "Type what the person said."
    page = browser.post(path, **TYPED, about="", body="Mine.", scan=(BytesIO(b"GIF"), "a.png"))
    assert page.error_of("scan").startswith("Choose a picture of the sheet")
    assert page.typed("body") == "Mine."
    assert session.scalar(select(func.count()).select_from(Sheet)) == 0


@pytest.mark.one_engine
def test_a_picture_comes_down_only_as_a_file_with_a_name_that_says_nothing(
    browser, new_browser, session, make, time
):
    round_ = make.round(open=True)
    browser.sign_in(make.host())
    path = f"/host/rounds/{round_.slug}/sheets"
    browser.post(
        f"{path}/new", **TYPED, about="", body="Mine.", scan=(BytesIO(PNG), "Ana Planted.png")
    )
    sheet = session.scalars(select(Sheet)).one()

    answer = browser.client.get(f"{path}/{sheet.public_id}/picture")

    assert answer.headers["Content-Disposition"].startswith('attachment; filename="sheet-')
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data == picture(PNG)[0]
    for account in (make.moderator(), make.author(), make.manager(), make.reviewer()):
        other = new_browser()
        other.sign_in(account)
        for address in (path, f"{path}/new", f"{path}/slips", f"{path}/{sheet.public_id}"):
            assert other.get(address).status_code == 404
        assert other.get(f"{path}/{sheet.public_id}/picture").status_code == 404


def test_a_stated_day_means_its_last_moment_that_has_come(time):
    time.now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

    assert sheets.latest_of(time.now.date(), None, "America/Chicago") == time.now
    assert sheets.latest_of(
        time.now.date() - timedelta(days=1), None, "America/Chicago"
    ) == datetime(2026, 11, 23, 5, 59, 59, tzinfo=UTC)
