"""Invitations: to a meeting, on slips, by mail; and joining by them."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from feedback_app.comments import inviting, joining
from feedback_app.comments.codes import receipt_key
from feedback_app.comments.holders import NOBODY
from feedback_app.comments.invitation_models import Delivery, Invitation, Way
from feedback_app.core.errors import NotFound
from feedback_app.housekeeping import tidy
from feedback_app.notifications.models import OutboxMessage
from feedback_app.notifications.sending import Refused, send_due
from feedback_app.policy import VISITOR
from feedback_app.rounds.models import Participation, Round, WhoMayComment
from tests.comments.acts import sent
from tests.conftest import SECRET

KEY = receipt_key(SECRET)
ADDRESSES = ["rosa@example.org", "tom@example.org"]


def invited_round(make, **values):
    return make.round(open=True, participation=WhoMayComment.INVITED, **values)


def join(session, round_, words, form="a"):
    return joining.join(
        session,
        round_,
        actor=VISITOR,
        words=words,
        sent=sent(submission_id=form),
        key=KEY,
        holder=NOBODY,
    )


def people_in(session):
    return session.scalar(select(func.count(Participation.id)))


def test_words_of_a_meeting_let_many_in_until_they_are_taken_back(session, make, time):
    round_, host = invited_round(make), make.actor(make.host())
    code = inviting.make_meeting_code(
        session, round_, actor=host, key=KEY, label="Friday", language="es"
    )
    words = inviting.words_for_meeting(KEY, code.public_id, "es")

    typed = words.upper().replace("-", "  ")
    codes = {join(session, round_, typed, form).code for form in "abc"}
    assert join(session, round_, words, "a").code in codes
    inviting.take_back_code(session, code, actor=host)
    with pytest.raises(joining.WordsExpired):
        join(session, round_, words, "d")

    session.refresh(code)
    assert len(codes) == code.joined_count == people_in(session) == 3
    assert len(words.split("-")) == 3
    with pytest.raises(joining.UnknownWords):
        join(session, invited_round(make), words, "e")


def test_a_slip_lets_one_person_in_once(session, make, time):
    round_, host = invited_round(make), make.actor(make.host())
    slips = inviting.make_slips(session, round_, actor=host, key=KEY, number=3, language="en")
    words = [inviting.words_for_one(KEY, slip) for slip in slips]

    first = join(session, round_, words[0], "a")
    assert join(session, round_, words[0], "a").part is first.part
    with pytest.raises(joining.WordsUsed):
        join(session, round_, words[0], "b")
    time.move(days=2)
    with pytest.raises(joining.PeriodOver):
        join(session, round_, words[1], "c")

    session.refresh(slips[0])
    assert slips[0].used_on is not None
    assert people_in(session) == 1
    assert len(set(words)) == 3


def test_each_address_gets_one_mail_and_the_host_sees_what_became_of_it(
    database, session, make, time
):
    round_, host = invited_round(make), make.actor(make.host())
    given = {"actor": host, "key": KEY, "language": "en"}

    made = inviting.invite(session, round_, addresses=[*ADDRESSES, ADDRESSES[0]], **given)
    assert inviting.invite(session, round_, addresses=ADDRESSES, **given) == []
    session.commit()

    def send(letter):
        assert letter.values["words"] in letter.values["path"].partition("#")[2]
        if letter.recipient.startswith("tom"):
            raise Refused("recipient refused: 550")

    send_due(database, send)
    session.expire_all()
    states = {one.email: one.delivery(time()) for one in made}
    assert states == {ADDRESSES[0]: Delivery.SENT, ADDRESSES[1]: Delivery.FAILED}
    join(session, round_, inviting.words_for_one(KEY, made[0]), "a")
    session.refresh(made[0])
    assert made[0].delivery(time()) is Delivery.USED
    with pytest.raises(inviting.UsedAlready):
        inviting.take_back_invitation(session, made[0], actor=host)
    inviting.take_back_invitation(session, made[1], actor=host)
    assert len(inviting.invite(session, round_, addresses=ADDRESSES, **given)) == 1
    assert session.scalar(select(func.count(OutboxMessage.id))) == 3


@pytest.mark.one_engine
def test_an_invitation_lapses_and_its_address_is_erased_in_time(database, session, make, time):
    round_, host = (
        make.round(participation=WhoMayComment.INVITED, closes_at=time() + timedelta(days=60)),
        make.actor(make.host()),
    )
    made = inviting.invite(
        session, round_, actor=host, key=KEY, addresses=ADDRESSES[:1], language="en"
    )
    time.move(days=30)
    with pytest.raises(joining.WordsExpired):
        join(session, round_, inviting.words_for_one(KEY, made[0]))
    time.move(days=59)
    session.commit()
    tidy(database)
    assert session.scalar(select(func.count(Invitation.id))) == 1
    session.commit()
    time.move(days=2)
    tidy(database)
    assert session.scalar(select(func.count(Invitation.id))) == 0


@pytest.mark.one_engine
@pytest.mark.parametrize("who", ["moderator", "manager", "author", "reviewer", "administrator"])
def test_nobody_else_invites_or_sees_whom_the_host_invited(session, make, who):
    round_, account = invited_round(make), getattr(make, who)()

    with pytest.raises(NotFound):
        inviting.invite(
            session,
            round_,
            actor=make.actor(account),
            key=KEY,
            addresses=ADDRESSES,
            language="en",
        )


@pytest.mark.one_engine
def test_a_host_that_also_works_for_the_department_does_not_see_them(session, make):
    from feedback_app.organizations.models import Membership, Role

    round_, account = invited_round(make), make.host()
    make._save(Membership(account=account, organization=round_.department, role=Role.AUTHOR))

    with pytest.raises(NotFound):
        inviting.make_slips(
            session, round_, actor=make.actor(account), key=KEY, number=1, language="en"
        )


def test_of_ten_people_with_one_slip_one_comes_in(database, session, make):
    round_, host = invited_round(make), make.actor(make.host())
    slip = inviting.make_slips(session, round_, actor=host, key=KEY, number=1, language="en")[0]
    words = inviting.words_for_one(KEY, slip)
    round_id = round_.id
    session.commit()
    came = []

    def try_it(number):
        with database.unit_of_work(writing=True) as unit, suppress(joining.WordsUsed):
            came.append(join(unit, unit.get_one(Round, round_id), words, str(number)))

    threads = [threading.Thread(target=try_it, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(came) == 1
    assert people_in(session) == 1


@pytest.mark.one_engine
def test_opening_an_invitation_uses_nothing_up_and_typed_words_stay(
    browser, new_browser, make, session, time
):
    round_, host = invited_round(make), make.host()
    desk, path = f"/host/rounds/{round_.slug}/invitations", f"/rounds/{round_.slug}/join"
    staff = new_browser()
    staff.sign_in(host)
    wrong = staff.post(
        desk, page=desk, action=desk, addresses="rosa@example.org\nnobody", language="en"
    )
    assert wrong.status_code == 422
    assert "nobody" in wrong.error_of("addresses")
    assert "rosa@example.org" in wrong.typed("addresses")
    done = staff.post(
        desk,
        page=desk,
        action=desk,
        addresses="Rosa <rosa@example.org>",
        language="es",
        follow=True,
    )
    assert "1 invitation is sent." in done.text
    invitation = session.scalars(select(Invitation).where(Invitation.way == Way.ADDRESS)).one()
    words = inviting.words_for_one(KEY, invitation)

    for _ in range(3):
        assert browser.get(path).status_code == 200
    unknown = browser.post(path, words="not these words")
    assert unknown.status_code == 422
    assert unknown.typed("words") == "not these words"
    joined = browser.post(path, words=words, follow=True)
    assert "Your private code" in joined.text
    again = new_browser().post(path, words=words)
    assert "have been used" in again.error_of("words")
    assert "used" in staff.get(desk).text
    for page in (joined, staff.get(desk)):
        assert invitation.code_hash not in page.html


@pytest.mark.one_engine
def test_somebody_joins_and_comments_with_one_form(browser, make, session, time):
    round_, host = invited_round(make), make.actor(make.host())
    code = inviting.make_meeting_code(
        session, round_, actor=host, key=KEY, label="Friday", language="en"
    )
    words = inviting.words_for_meeting(KEY, code.public_id, "en")
    path = f"/rounds/{round_.slug}/comment"

    without = browser.post(path, body="Wait for the family.")
    assert without.status_code == 422
    assert without.error_of("words") == "Type the words of your invitation."
    assert without.typed("body") == "Wait for the family."
    check = browser.post(path, body="Wait for the family.", words=words)
    assert "Check, then send" in check.title
    done = browser.send(
        path, check.hidden() | {"body": "Wait for the family.", "step": "send"}, follow=True
    )
    assert "Your private code" in done.text
    session.refresh(round_)
    assert round_.comments_count == 1
    assert "Wait for the family." in browser.get(f"/rounds/{round_.slug}/whole").text
