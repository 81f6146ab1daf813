"""Who may open which page and who may send to it.

Written by hand after the product's own table, apart from `policy.TABLE`, so that neither can be
wrong alone.
"""

from __future__ import annotations

from feedback_app.policy import UNSEEN, Permission
from tests.parts.addresses import Address
from tests.parts.everyone import ROLES, World

EVERYONE = frozenset(ROLES)
SIGNED_IN = EVERYONE - {"visitor"}
AUTHORS = frozenset({"author"})
PUBLISHERS = frozenset({"moderator", "manager"})
READERS = AUTHORS | PUBLISHERS
BOARD = READERS | {"reviewer"}
HOSTS = frozenset({"host", "host_manager"})
TYPISTS = frozenset({"host"})
PLANNERS = HOSTS | PUBLISHERS
OUTSIDE = EVERYONE - READERS - HOSTS - {"admin"}
SPEAKERS = OUTSIDE | {"host", "author", "moderator"}
CONDUCT = HOSTS | {"reviewer", "admin"}
RESIDENT = frozenset({"resident"})
LEADS = frozenset({"stranger"})
NOBODY: frozenset[str] = frozenset()

OPENS = {
    "accounts.account": SIGNED_IN,
    "accounts.change_password": SIGNED_IN,
    "authoring.index": READERS | {"stranger"},
    "authoring.draft": READERS,
    "authoring.section": READERS,
    "authoring.course": AUTHORS,
    "authoring.drop": AUTHORS,
    "authoring.grid": AUTHORS,
    "authoring.move": AUTHORS,
    "authoring.remove": AUTHORS,
    "authoring.split": AUTHORS,
    "authoring.join": AUTHORS,
    "authoring.new_section": AUTHORS,
    "authoring.start": AUTHORS,
    "authoring.states": READERS,
    "authoring.state": READERS,
    "exchange.begin": AUTHORS,
    "exchange.upload": AUTHORS,
    "exchange.progress": AUTHORS,
    "exchange.section": AUTHORS,
    "authoring.corrected": AUTHORS,
    "onto.begin": AUTHORS,
    "onto.confirm": AUTHORS,
    "onto.reasons": AUTHORS,
    "publishing.cause": {"author", "moderator"},
    "publishing.correction": READERS,
    "publishing.correct": NOBODY,
    "publishing.save_corrected": NOBODY,
    "publishing.preview_corrected": NOBODY,
    "publishing.merge_corrected": NOBODY,
    "publishing.corrected_states": NOBODY,
    "publishing.corrected_state": NOBODY,
    "publishing.teach": NOBODY,
    "publishing.drop_correction": NOBODY,
    "publishing.take_cause_back": {"author", "moderator"},
    "publishing.draft_changes": READERS,
    "publishing.gate": PUBLISHERS,
    "publishing.in_force": PUBLISHERS,
    "publishing.publishing": PUBLISHERS,
    "publishing.progress": PUBLISHERS,
    "publishing.adopt": {"moderator"},
    "publishing.place": {"moderator"},
    "publishing.places": {"moderator"},
    "publishing.release": {"moderator"},
    "curricula.withheld": BOARD,
    "covering.cover": PUBLISHERS | {"reviewer"},
    "covering.index": PUBLISHERS | {"reviewer", "stranger"},
    "sessions.index": TYPISTS,
    "sessions.new": TYPISTS,
    "sessions.edit": TYPISTS,
    "sessions.show": TYPISTS,
    "sessions.helper": TYPISTS,
    "sessions.agenda": TYPISTS,
    "sessions.pack": TYPISTS,
    "sessions.read_aloud": TYPISTS,
    "letters.new": TYPISTS,
    "lists.bring_in": TYPISTS,
    "spoken.waiting": TYPISTS,
    "spoken.write_down": TYPISTS,
    "spoken.saved": TYPISTS,
    "spoken.send": OUTSIDE,
    "lists.empty_list": TYPISTS,
    "offline.index": TYPISTS,
    "offline.new": TYPISTS,
    "offline.slips": TYPISTS,
    "offline.sheet": TYPISTS,
    "offline.scan": TYPISTS,
    "following.mine": SIGNED_IN,
    "keeping.attach": SIGNED_IN,
    "following.notices": SIGNED_IN,
    "following.change": NOBODY,
    "following.stop": NOBODY,
    "hosting.index": HOSTS | PUBLISHERS | {"stranger"},
    "hosting.new": HOSTS | PUBLISHERS | {"stranger"},
    "hosting.show": HOSTS,
    "background.answer": OUTSIDE,
    "translating.index": HOSTS | {"stranger"},
    "background.type_slips": TYPISTS,
    "translating.write": HOSTS,
    "words.write": HOSTS,
    "background.edit": HOSTS,
    "background.reference": HOSTS,
    "kit.handout": HOSTS,
    "kit.index": HOSTS,
    "kit.notice": HOSTS,
    "kit.sheets": HOSTS,
    "numbers.index": HOSTS,
    "numbers.report": HOSTS,
    "planning.change": HOSTS,
    "planning.edit": HOSTS,
    "planning.preview": HOSTS,
    "planning.questions": HOSTS,
    "planning.when": HOSTS,
    "planning.who": HOSTS,
    "hosting.poster": HOSTS,
    "outbox.show": {"admin"},
    "seconds.name": HOSTS,
    "seconds.leave": NOBODY,
    "hosting.close": PLANNERS,
    "hosting.extend": PLANNERS,
    "joint.begin": LEADS,
    "joint.show": LEADS,
    "joint.add": LEADS,
    "joint.edit": LEADS,
    "joint.send": LEADS,
    "joint.about": LEADS,
    "joint.words": LEADS,
    "joint.take": LEADS,
    "joint.act": LEADS,
    "joint.looked": LEADS,
    "joint.offer": NOBODY,
    "joint.change_offer": NOBODY,
    "inviting.index": HOSTS,
    "inviting.code": HOSTS,
    "inviting.slips": HOSTS,
    "joining.join": OUTSIDE,
    "organizations.index": {"admin"},
    "organizations.new": {"admin"},
    "organizations.members": {"manager"},
    "organizations.end_membership": {"host_manager"},
    "triage.index": BOARD | {"stranger"},
    "triage.board": BOARD,
    "triage.answer": BOARD,
    "files.answers_word": BOARD,
    "matrix.workbook": BOARD,
    "matrix.begin": {"moderator"},
    "matrix.show": {"moderator"},
    "matrix.progress": {"moderator"},
    "matrix.table": BOARD,
    "matrix_files.take": BOARD,
    "matrix_files.made": {"moderator"},
    "matrix_files.progress": {"moderator"},
    "matrix_files.save": {"moderator"},
    "departments.delay": PUBLISHERS,
    "ready.index": {"moderator"},
    "ready.write": {"moderator"},
    "ready.change": {"moderator"},
    "ready.retire": {"moderator"},
    "together.subjects": BOARD,
    "together.find_for_subject": BOARD,
    "together.overview": BOARD,
    "together.subject": BOARD,
    "together.change_subject": {"moderator"},
    "together.join_subject": {"moderator"},
    "together.answer_subject": {"moderator"},
    "together.sort": {"moderator"},
    "together.letters_sent": BOARD,
    "together.letter": BOARD,
    "together.answer_letter": {"moderator"},
    "saved.keep": READERS,
    "saved.change": {"moderator"},
    "sharing.load": PUBLISHERS,
    "sharing.questions": {"author", "moderator"},
    "many.choose": {"moderator"},
    "many.act": {"moderator"},
    "many.progress": {"moderator"},
    "samples.mark": {"reviewer", "host"},
    "triage.once_more": BOARD,
    "triage.split": {"moderator"},
    "triage.asks": {"moderator"},
    "triage.assign": {"moderator"},
    "triage.ask": {"moderator"},
    "triage.take_question_back": {"moderator"},
    "triage.reply": {"author", "moderator"},
    "triage.write_note": {"author", "moderator"},
    "triage.change_note": {"moderator"},
    "triage.publish": PUBLISHERS,
    "triage.publish_one": PUBLISHERS,
    "triage.sign": NOBODY,
    "triage.signatures": {"moderator", "reviewer", "host"},
    "triage.two": {"manager"},
    "conduct.index": SIGNED_IN,
    "conduct.queue": CONDUCT,
    "conduct.act": CONDUCT,
    "conduct.waiting": HOSTS,
    "conduct.second": CONDUCT,
    "floods.propose": HOSTS | {"moderator"},
    "floods.decide": {"reviewer"},
    "floods.claim": NOBODY,
    "conduct.details": NOBODY,
    "conduct.appeal": NOBODY,
    "comments.write": OUTSIDE,
    "comments.write_whole": OUTSIDE,
    "comments.edit": NOBODY,
    "comments.misplaced": NOBODY,
    "comments.name": NOBODY,
    "comments.withdraw": NOBODY,
    "answers.verdict": NOBODY,
}
"""Who may open a page; the rest is open to everyone."""

OPENS_THING: dict[tuple[str, str], frozenset[str]] = (
    {
        ("curricula.revision", "draft"): READERS,
        ("files.export", "draft"): READERS,
        ("files.export_word", "draft"): READERS,
        ("publishing.changes", "draft"): NOBODY,
        ("publishing.changes_csv", "draft"): NOBODY,
        ("curricula.withheld", "draft"): NOBODY,
        ("covering.cover", "draft"): NOBODY,
        ("samples.mark", "recorded"): NOBODY,
        ("triage.board", "planned"): PUBLISHERS,
        ("triage.once_more", "planned"): PUBLISHERS,
        ("saved.keep", "planned"): PUBLISHERS,
        ("together.subjects", "planned"): PUBLISHERS,
        ("together.overview", "planned"): PUBLISHERS,
        ("together.find_for_subject", "planned"): PUBLISHERS,
        ("together.letters_sent", "planned"): PUBLISHERS,
        ("subjects.show", "waiting_theme"): NOBODY,
        ("files.answers_word", "planned"): PUBLISHERS,
        ("matrix.workbook", "planned"): PUBLISHERS,
        ("matrix.table", "planned"): PUBLISHERS,
        ("matrix_files.take", "planned"): PUBLISHERS,
        ("joining.join", "planned"): NOBODY,
        ("background.answer", "planned"): NOBODY,
        ("triage.signatures", "planned"): {"moderator", "host"},
        ("triage.two", "hosts"): NOBODY,
        ("triage.two", "board"): NOBODY,
        ("triage.two", "elsewhere"): NOBODY,
        ("organizations.members", "hosts"): {"host_manager"},
        ("organizations.members", "board"): NOBODY,
        ("organizations.members", "elsewhere"): NOBODY,
        ("comments.write", "planned"): NOBODY,
        ("spoken.send", "planned"): NOBODY,
        ("comments.write_whole", "planned"): NOBODY,
        ("organizations.invitation", ""): NOBODY,
        ("publishing.correct", "urgent"): READERS,
        ("publishing.corrected_states", "urgent"): READERS,
        ("publishing.corrected_state", "urgent"): READERS,
        ("publishing.save_corrected", "urgent"): AUTHORS,
        ("publishing.preview_corrected", "urgent"): AUTHORS,
        ("publishing.merge_corrected", "urgent"): AUTHORS,
        ("publishing.teach", "urgent"): PUBLISHERS,
        ("publishing.drop_correction", "urgent"): AUTHORS,
        ("comments.show", "held"): EVERYONE - READERS,
        ("answers.trail_csv", "held"): EVERYONE - READERS,
        ("answers.verdict", "by_account"): RESIDENT,
        ("joint.change_offer", "by_account"): RESIDENT,
        ("joint.begin", "planned"): NOBODY,
        ("answers.verdict", "withdrawn"): RESIDENT,
    }
    | {
        (f"inviting.{act}", thing): NOBODY
        for act in ("code", "take_back", "take_back_code")
        for thing in ("open", "answered", "planned")
    }
    | {
        (act, thing): RESIDENT
        for act in ("conduct.details", "conduct.appeal", "floods.claim", "joint.offer")
        for thing in ("by_account", "withdrawn")
    }
    | {
        (f"comments.{act}", thing): RESIDENT
        for act in ("edit", "misplaced", "name", "withdraw", "describe", "notice")
        for thing in ("by_account", "withdrawn")
    }
)
"""The same where it depends on the thing; `withdrawn` was the resident's too."""

SENDS_THING = {
    ("publishing.correct", "urgent"): AUTHORS,
    ("publishing.corrected_state", "urgent"): AUTHORS,
}

SENDS = OPENS | {
    "authoring.section": AUTHORS,
    "authoring.wording": AUTHORS,
    "publishing.why": AUTHORS,
    "authoring.save": AUTHORS,
    "publishing.correction": AUTHORS,
    "authoring.state": AUTHORS,
    "authoring.preview": AUTHORS,
    "authoring.merge": AUTHORS,
    "triage.answer": {"moderator"},
    "together.subjects": {"moderator"},
    "together.find_for_subject": {"moderator"},
    "together.subject": {"moderator"},
    "together.letter": {"moderator"},
    "rounds.agreement": PUBLISHERS,
    "hosting.sign": HOSTS,
    "hosting.gone_through": HOSTS,
    "rounds.agree_as_second": NOBODY,
    "inviting.make_code": HOSTS,
    "inviting.take_back": HOSTS,
    "inviting.take_back_code": HOSTS,
    "conduct.act": HOSTS | {"admin"},
    "conduct.second": {"reviewer"},
    "conduct.lift": HOSTS,
    "floods.sign": HOSTS | {"reviewer"},
    "floods.end": HOSTS | {"moderator", "reviewer"},
    "comments.agree": OUTSIDE,
    "spoken.take_back": NOBODY,
    "comments.describe": NOBODY,
    "comments.notice": NOBODY,
    "comments.reply": SPEAKERS,
}


def may_open(address: Address) -> frozenset[str]:
    thing = OPENS_THING.get((address.endpoint, address.thing))
    return frozenset(OPENS.get(address.endpoint, EVERYONE) if thing is None else thing)


def may_send(address: Address) -> frozenset[str]:
    named = (address.endpoint, address.thing)
    thing = SENDS_THING.get(named, OPENS_THING.get(named))
    return frozenset(SENDS.get(address.endpoint, EVERYONE) if thing is None else thing)


def expected(world: World, role: str, address: Address) -> set[int]:
    """Refused pages of staff look empty; only what is public anyway may say “not you”."""
    permission = world.app.view_functions[address.endpoint].permission
    if role in may_open(address):
        return {200, 303, 409}
    if role == "visitor" and permission is not Permission.READ_PUBLIC:
        return {302}
    if permission in UNSEEN and address.endpoint != "triage.sign":
        return {404}
    return {303, 403, 404, 409}


def plans_are_hidden(world: World, role: str, address: Address) -> bool:
    """A round that its host has not signed is seen by host and department's deciders alone."""
    return (
        address.thing == "planned"
        and role not in PLANNERS
        and not (role == "visitor" and not_public(world, address))
    )


def not_public(world: World, address: Address) -> bool:
    view = world.app.view_functions[address.endpoint]
    return view.permission is not Permission.READ_PUBLIC
