"""The forms of a plan, its questions, its signatures and its closing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from flask_babel import gettext
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.organizations.services import check_slug
from feedback_app.rounds.models import (
    Answering,
    Audience,
    Basis,
    Holding,
    Promise,
    Round,
    Showing,
    WhoMayComment,
)
from feedback_app.rounds.plan_labels import (
    ANSWERING,
    AUDIENCES,
    BASES,
    HOLDING,
    PROMISES,
    SHOWING,
    WHO,
)
from feedback_app.rounds.plans import DAYS_TO_ANSWER, Plan, PlannedText
from feedback_app.rounds.zones import (
    COMMON_ZONES,
    TimeHappensTwice,
    Which,
    instant,
    is_working_day,
    local_day,
    local_time,
    next_working_day,
)
from feedback_app.web.forms import BaseForm, Email, optional

LANGUAGES = {"en": N_("English"), "es": N_("Spanish")}
WHICH = {
    "": N_("It happens only once"),
    Which.FIRST: N_("The first, before the clocks go back"),
    Which.SECOND: N_("The second, after the clocks go back"),
}


class ClosingForm(BaseForm):
    """Fields of a closing, shared by plans and extensions."""

    happens_twice = False

    closes_on = DateField(
        N_("Last day to comment"),
        description=N_("A weekend or a holiday moves to the next working day."),
        validators=[InputRequired(N_("Give the last day to comment, for example 2026-12-11."))],
    )
    closes_time = TimeField(
        N_("Until what time"),
        default=time(17, 0),
        validators=[InputRequired(N_("Give a time, for example 17:00."))],
    )
    which = RadioField(
        N_("If this time happens twice that night, which one?"),
        choices={**WHICH},
        coerce=optional(Which),
        default="",
        validators=[Optional()],
    )

    @property
    def is_moved(self) -> bool:
        """Whether the closing was typed on a day on which offices are closed."""
        return self.closes_on.data is not None and not is_working_day(self.closes_on.data)

    def closing(self, zone: str) -> datetime:
        local = _clock_time(self.closes_on, self.closes_time)
        day = next_working_day(local.date())
        return instant(
            datetime.combine(day, local.time()), zone, self.which.data, at="closes_on"
        )

    @property
    def asks_which(self) -> bool:
        """The question about the clocks is shown only to those whom it concerns."""
        return bool(self.which.data) or self.happens_twice

    def reject(self, error: Invalid) -> None:
        super().reject(error)
        self.happens_twice = self.happens_twice or isinstance(error, TimeHappensTwice)


STEPS: dict[str, tuple[str, ...]] = {
    step: tuple(names.split())
    for step, names in {
        "page": "languages title_en title_es why_en why_es audience",
        "change": "basis can_change_en can_change_es promise",
        "when": "time_zone opens_on opens_time closes_on closes_time which short_reason"
        " answers_due_on",
        "who": "participation texts_stay_inside showing holding answering partner help_name"
        " help_phone help_email",
    }.items()
}
"""What is asked on which page of a plan."""


class PlanForm(ClosingForm):
    """Everything of a plan but its questions, in English and Spanish; a page asks one step."""

    version = IntegerField(widget=HiddenInput(), default=1, validators=[Optional()])
    languages = SelectMultipleField(
        N_("Languages of the page"),
        choices=LANGUAGES,
        default=["en", "es"],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=N_("The page opens when it is complete in each of them."),
        validators=[DataRequired(N_("Choose at least one language."))],
    )
    title_en = StringField(N_("Title in English"), [Length(max=200)])
    title_es = StringField(N_("Title in Spanish"), [Length(max=200)])
    why_en = TextAreaField(
        N_("Why people are asked, in English"),
        [Length(max=1200)],
        description=N_("Two or three sentences. They stand at the top of the page."),
    )
    why_es = TextAreaField(N_("Why people are asked, in Spanish"), [Length(max=1200)])
    can_change_en = TextAreaField(
        N_("What can still change, in English"),
        [Length(max=1200)],
        description=N_("For example: sections 1 to 6. The law fixes section 7."),
    )
    can_change_es = TextAreaField(N_("What can still change, in Spanish"), [Length(max=1200)])
    audience = RadioField(
        N_("Who is asked?"),
        choices=AUDIENCES,
        default=Audience.EVERYONE,
        description=N_(
            "Officers and instructors are asked by invitation, never by their own department."
        ),
    )
    basis = RadioField(N_("What do people comment on?"), choices=BASES, default=Basis.TEXT)
    promise = RadioField(
        N_("What does the department promise when it signs?"),
        choices=PROMISES,
        default=Promise.ANSWER,
    )
    time_zone = SelectField(N_("Time zone"), choices={zone: zone for zone in COMMON_ZONES})
    opens_on = DateField(
        N_("First day to comment"),
        validators=[
            InputRequired(N_("Give the first day to comment, for example 2026-11-11."))
        ],
    )
    opens_time = TimeField(
        N_("From what time"),
        default=time(9, 0),
        validators=[InputRequired(N_("Give a time, for example 9:00."))],
    )
    short_reason = TextAreaField(
        N_("If it is shorter than usual, why?"),
        [Length(max=1000)],
        description=N_(
            "A first text needs 30 days, a new version of it 14. Everyone can read the reason."
        ),
    )
    answers_due_on = DateField(
        N_("Answers by"),
        validators=[Optional()],
        description=N_(
            "The day by which everyone gets an answer. The department signs it. If you leave "
            "it empty: 84 days after the closing."
        ),
    )
    participation = RadioField(N_("Who may comment?"), choices=WHO, default=WhoMayComment.OPEN)
    answering = RadioField(
        N_("How are answers published?"), choices=ANSWERING, default=Answering.TOGETHER
    )
    showing = RadioField(
        N_("When do people read what others said?"),
        choices=SHOWING,
        default=Showing.AT_ONCE,
        description=N_("Host, department and board always read it. After the closing all do."),
    )
    texts_stay_inside = BooleanField(
        N_("What invited people write stays with them and those who answer"),
        description=N_("Otherwise it becomes public with the answers."),
    )
    holding = RadioField(
        N_("Do you read comments before they are shown?"),
        choices=HOLDING,
        default=Holding.NONE,
        description=N_(
            "What you and your helpers type for people at meetings, on paper or by phone is "
            "shown at once: you have read it."
        ),
    )
    partner = SelectField(
        N_("Who decides as the second organization about conduct?"),
        default="",
        description=N_(
            "Hiding a comment needs two people, from two organizations. A community "
            "organization that you name here is asked to agree; until it has, the oversight "
            "board decides. A department that asks about its own course has to name one."
        ),
    )
    help_name = StringField(
        N_("Whom to ask for help"),
        [Length(max=120)],
        description=N_("A person of yours who helps to comment and sends other formats."),
    )
    help_phone = StringField(N_("Phone"), [Length(max=40)])
    help_email = Email(N_("E-mail"), [Optional()])

    def __iter__(self) -> Iterator[Any]:
        """In the order of the page, in which the summary names what is to be mended."""
        return iter(sorted(super().__iter__(), key=lambda field: _place(field.short_name)))

    def keep_step(self, step: str) -> None:
        """Ask nothing of the other steps."""
        for name in {name for names in STEPS.values() for name in names} - {*STEPS[step]}:
            del self[name]

    def changed(self, plan: Plan, partner_id: int | None = None) -> Plan:
        """The plan with what this page asks; asks about times that no clock or two show."""
        if self.languages:
            plan = self._changed_page(plan)
        if self.promise:
            plan = self._changed_promise(plan)
        if self.closes_on:
            plan = self._changed_days(plan)
        if self.participation:
            plan = self._changed_people(plan, partner_id)
        return plan

    def _changed_page(self, plan: Plan) -> Plan:
        chosen = [language for language in LANGUAGES if language in (self.languages.data or ())]
        texts = {
            language: replace(
                plan.texts.get(language, PlannedText()),
                title=typed(self[f"title_{language}"]),
                why=typed(self[f"why_{language}"]),
            )
            for language in chosen
        }
        language = plan.language if plan.language in texts else next(iter(texts), "en")
        audience = Audience(self.audience.data)
        invited = WhoMayComment.INVITED if audience is Audience.OFFICERS else plan.participation
        return replace(
            plan, texts=texts, language=language, audience=audience, participation=invited
        )

    def _changed_promise(self, plan: Plan) -> Plan:
        return replace(
            plan,
            basis=Basis(self.basis.data),
            promise=Promise(self.promise.data),
            texts={
                language: replace(text, can_change=typed(self[f"can_change_{language}"]))
                for language, text in plan.texts.items()
            },
        )

    def _changed_days(self, plan: Plan) -> Plan:
        zone = self.time_zone.data
        closes_at = self.closing(zone)
        return replace(
            plan,
            time_zone=zone,
            opens_at=instant(
                _clock_time(self.opens_on, self.opens_time),
                zone,
                self.which.data or Which.FIRST,
                at="opens_on",
            ),
            closes_at=closes_at,
            answers_due_on=self.answers_due_on.data
            or local_day(closes_at, zone) + DAYS_TO_ANSWER,
            short_reason=typed(self.short_reason),
        )

    def _changed_people(self, plan: Plan, partner_id: int | None) -> Plan:
        who = WhoMayComment(self.participation.data)
        return replace(
            plan,
            participation=who,
            answering=Answering(self.answering.data),
            holding=Holding(self.holding.data),
            showing=Showing(self.showing.data),
            texts_stay_inside=self.texts_stay_inside.data and who is WhoMayComment.INVITED,
            help_name=typed(self.help_name),
            help_phone=typed(self.help_phone),
            help_email=typed(self.help_email),
            partner_id=partner_id,
        )


def is_a_slug(form: Any, field: Any) -> None:
    """Said together with the other fields' errors, not after they are mended."""
    try:
        check_slug((field.data or "").strip())
    except Invalid as error:
        raise ValidationError(gettext(error.sentence)) from None


class NewPlanForm(PlanForm):
    """A plan that does not exist yet: also on which text, by whom, under which address."""

    host = SelectField(N_("For which organization?"))
    revision = SelectField(
        N_("On which course?"),
        description=N_("People comment on its newest published version."),
    )
    slug = StringField(
        N_("Short name for the address"),
        description=N_(
            "Lower-case letters, digits and hyphens, for example crisis-winter-2026."
        ),
        validators=[DataRequired(N_("Give a short name.")), Length(max=80), is_a_slug],
    )


def filled_in(round_: Round) -> dict[str, Any]:
    """A plan's values under the names of its form."""
    opens, closes = (
        local_time(at, round_.time_zone) for at in (round_.opens_at, round_.closes_at)
    )
    values: dict[str, Any] = {
        "version": round_.version,
        "languages": list(round_.languages),
        "time_zone": round_.time_zone,
        "opens_on": opens.date(),
        "opens_time": opens.time(),
        "closes_on": closes.date(),
        "closes_time": closes.time(),
        "participation": round_.participation,
        "answering": round_.answering,
        "holding": round_.holding,
        "showing": round_.showing,
        "audience": round_.audience,
        "basis": round_.basis,
        "promise": round_.promise,
        "texts_stay_inside": round_.texts_stay_inside,
    }
    for name in ("short_reason", "answers_due_on", "help_name", "help_phone", "help_email"):
        values[name] = getattr(round_, name)
    values["partner"] = round_.partner.organization.slug if round_.partner else ""
    for text in round_.texts:
        for name in ("title", "why", "can_change"):
            values[f"{name}_{text.language}"] = getattr(text, name)
    return values


PAGE_ORDER = ("host", "revision", "slug", *(name for step in STEPS.values() for name in step))


def _place(name: str) -> int:
    return PAGE_ORDER.index(name) if name in PAGE_ORDER else len(PAGE_ORDER)


def _clock_time(day: Any, at: Any) -> datetime:
    """What two fields that passed their checks say together, without a zone."""
    return datetime.combine(day.data, at.data)


def typed(field: Any) -> str:
    return (field.data or "").strip()


class NoOrganization(Invalid):
    message = N_("Choose one of your organizations.")
    field = "host"
