"""A small site that draws every macro with sample data; no database, no feature of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length

from feedback_app.core.html import render
from feedback_app.curricula.comparison import (
    Block,
    Form,
    Op,
    Run,
    SectionComparison,
    SectionVersion,
    WordChange,
    compare,
)
from feedback_app.curricula.layout import layouts_of
from feedback_app.curricula.nesting import Nest
from feedback_app.triage.changes import explain
from feedback_app.triage.models import Outcome
from feedback_app.web import stylesheets
from feedback_app.web.security import CSP
from tests.parts.serving import free_port, over_http

ROOT = Path(__file__).parents[3]
VISITOR = SimpleNamespace(is_signed_in=False, name="", is_staff=False)


class SpecimenForm(FlaskForm):  # type: ignore[misc]
    body = TextAreaField(
        "Your comment",
        description="100% yours; <b>any</b> language.",
        validators=[InputRequired("Write at least one sentence."), Length(max=5000)],
    )
    source = TextAreaField("Text")
    language = SelectField("Language", choices={"en": "English", "es": "Español"})
    kind = RadioField(
        "What is it?",
        choices={"concern": "Concern", "question": "Question"},
        validators=[InputRequired("Choose one.")],
    )
    sentence = RadioField(
        "Which sentence?", choices={"": "The whole section", "0": "Count it."}, default="0"
    )
    several = SelectMultipleField("Show only", choices={"q": "Questions", "s": "Suggestions"})
    agree = BooleanField("I have read it")


def section(key: str, html: str, **values: Any) -> SimpleNamespace:
    plain: Mapping[str, Any] = {
        "number": "1", "title": "Why", "level": 1, "kind_label": "Content", "minutes": 30,
        "openness": "open", "authority": None, "summary": "Slow down.", "withheld": None,
        "language": "en", "count": 9,
    }  # fmt: skip
    return SimpleNamespace(key=key, html=Markup(html), **{**plain, **values})


SECTIONS = [
    section(
        "aaaaaaa2",
        "<p>Officers 😀 wait. Silence is not refusal.</p>\n\n"
        '<p>It teaches that <span class="q">time is a tool<a class="n" href="#c-one" '
        'aria-label="9 comments on these words">9</a></span> for all. Count it.</p>',
    ),
    section(
        "bbbbbbb2",
        "<ul>\n\n<li>Ask one question.</li>\n\n<li>Move back, <em>slowly</em>.</li></ul>",
        number="2", title="When force is considered", openness="fixed", authority="law 5",
        withheld=SimpleNamespace(
            what="scripts", by="the office", day=date(2026, 9, 14), ground="tests", read_by=None
        ),
    ),
]  # fmt: skip


def comment(public_id: str, **values: Any) -> SimpleNamespace:
    plain: Mapping[str, Any] = {
        "url": "/c", "name": None, "kind": "concern", "kind_label": "Concern",
        "channel_label": None, "language": "en", "day": date(2026, 11, 6), "edited_on": None,
        "section_key": "aaaaaaa2", "section_number": "1", "section_title": "Why",
        "quote": "time is a tool", "body_html": Markup("<p>A minute is right.</p>"),
        "suggested_wording": "Wait a minute.", "state": "", "stub_label": None,
        "endorsements": 54, "replies": [], "outcome": None, "outcome_label": None,
        "since": date(2026, 11, 15), "reason_label": None, "sign_label": None,
        "placement": None, "endorse_url": "/a", "reply_url": "/r", "said_by": 41,
        "said_of": None,
    }  # fmt: skip
    return SimpleNamespace(public_id=public_id, **{**plain, **values})


REPLY = SimpleNamespace(
    public_id="reply", name="Training office", role_label="for the department",
    day=date(2026, 11, 10), body_html=Markup("<p>In March.</p>"), is_department=True,
    stub_label=None, state="", since=None, reason_label=None, sign_label=None,
)  # fmt: skip
COMMENTS = [
    comment("one", replies=[REPLY], outcome=Outcome.ADOPTED),
    comment(
        "two", name="Ana", state="withdrawn", stub_label="Withdrawn by its author on %(day)s."
    ),
]


def run(op: Op, text: str, hunk: int | None = None) -> Run:
    return Run(op, text, hunk, 0, 0, 0, 0)


BLOCKS = [
    Block(
        WordChange.REWORDED,
        Form.PARAGRAPH,
        (run(Op.SAME, "One "), run(Op.REMOVED, "should", 1), run(Op.ADDED, "speaks", 1)),
    ),
    Block(WordChange.REMOVED, Form.LIST_ITEM, (run(Op.REMOVED, "Shout.", 2),)),
    Block(WordChange.ADDED, Form.ROW, (run(Op.ADDED, "A porch\t25", 2),)),
    Block(WordChange.MOVED, Form.PARAGRAPH, (run(Op.SAME, "Ask.", 3),), moved_from="key6"),
    Block(WordChange.UNCHANGED, Form.LIST_ITEM, (run(Op.SAME, "Say it."),)),
]
NODES = Nest(BLOCKS).nodes(BLOCKS)


def compared(old: str, new: str) -> SectionComparison:
    """Two Markdown texts of one section."""
    versions = []
    for source in (old, new):
        rendered = render(source)
        layouts = layouts_of(rendered.html)
        versions.append(SectionVersion("rich", "Day", 1, 1, rendered.text, (), layouts))
    return compare(versions[:1], versions[1:]).sections[0]


RICH = compared(
    """The day is **long**. Ask whoever called what usually calms this person. Then wait.

1. Keep your *distance*.
2. Say your name first.

| Time | Topic | Minutes |
|---|---|---|
| 9:00 | Welcome and **rules** | 30 |
| 9:30 | Role play in pairs | 60 |
| 11:00 | Written test | 20 |

Read [the policy](https://example.org/policy) before the class begins, every time.""",
    """The day is **short**. Then wait.

1. Keep your *distance*, and your hands in sight.
2. Call the mobile team.
3. Say your name first.

| Time | Topic | Minutes |
|---|---|---|
| 9:00 | Welcome | 45 |
| 9:45 | Role play in pairs | 60 |
| 10:45 | A porch at night | 25 |

Read [the new policy](https://example.org/policy) before the class begins. Ask whoever called
what usually calms this person.""",
)
RICH_NODES = Nest(RICH.blocks).nodes(RICH.blocks)
RICH_SIDES = explain(RICH, [], {}, in_rows=True)


def create_specimen() -> Flask:
    app = Flask(__name__, static_folder=str(ROOT / "static"))
    stylesheets.init_app(app)
    app.config["SECRET_KEY"] = "only-for-the-specimen-of-the-look-of-things"
    own = FileSystemLoader(Path(__file__).parent)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), own])
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    env.globals["asset_url"] = lambda name: f"/static/{name}"
    env.filters |= {"day": str, "long_day": str, "number": str}

    @app.after_request
    def dress(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response

    @app.get("/sent")
    def sent() -> ResponseReturnValue:
        return draw(
            "changes.html",
            blocks=BLOCKS,
            nodes=NODES,
            rich=RICH,
            rich_nodes=RICH_NODES,
            rich_sides=RICH_SIDES,
        )

    @app.get("/job")
    def job() -> ResponseReturnValue:
        return {"share": 0.3, "words": "Placing 300 of 1,000 comments", "next": None}

    @app.route("/<page>", methods=["GET", "POST"])
    def show(page: str) -> ResponseReturnValue:
        form = SpecimenForm(meta={"csrf": False})
        if form.validate_on_submit():
            return redirect("/sent", 303)
        return draw(
            f"{page}.html",
            form=form,
            sections=SECTIONS,
            comments=COMMENTS,
            blocks=BLOCKS,
            nodes=NODES,
            rich=RICH,
            rich_nodes=RICH_NODES,
            rich_sides=RICH_SIDES,
            outcomes=list(Outcome),
        )

    return app


def draw(template: str, **values: Any) -> str:
    return render_template(
        template,
        locale=request.args.get("locale", "en"),
        other_locale_url="/es/",
        site_name="Training Feedback",
        site_runner="",
        viewer=VISITOR,
        has_session=True,
        **values,
    )


@contextmanager
def served() -> Iterator[str]:
    """The specimen over HTTP, as a browser needs it."""
    with over_http(create_specimen(), free_port()) as address:
        yield address
