"""The forms of a plan, its questions, its signatures and its closing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from flask_babel import gettext
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.organizations.services import check_slug
from feedback_app.rounds.models import Answering, Holding, Round, WhoMayComment
from feedback_app.rounds.plans import MOST_QUESTIONS, Plan, PlannedQuestion, PlannedText
from feedback_app.rounds.zones import (
    COMMON_ZONES,
    TimeHappensTwice,
    Which,
    instant,
    is_working_day,
    local_time,
    next_working_day,
)
from feedback_app.web.forms import BaseForm, Email, optional

LANGUAGES = {"en": N_("English"), "es": N_("Spanish")}
WHO: dict[str, Any] = {
    WhoMayComment.OPEN: N_("Anyone, without an account"),
    WhoMayComment.ACCOUNT: N_("Anyone who signs in"),
}
ANSWERING: dict[str, Any] = {
    Answering.TOGETHER: N_("All answers together, in one report"),
    Answering.ONE_BY_ONE: N_("Each answer as soon as it is ready"),
}
HOLDING: dict[str, Any] = {
    Holding.NONE: N_("No, each is shown at once"),
    Holding.FIRST: N_("The first one of each person; later ones are shown at once"),
    Holding.ALL: N_("Each one, before it is shown"),
}
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


class PlanForm(ClosingForm):
    """Everything of a plan but its questions, in English and Spanish."""

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
        description=N_("The day by which everyone gets an answer. The department signs it."),
    )
    participation = RadioField(N_("Who may comment?"), choices=WHO, default=WhoMayComment.OPEN)
    answering = RadioField(
        N_("How are answers published?"), choices=ANSWERING, default=Answering.TOGETHER
    )
    holding = RadioField(
        N_("Do you read comments before they are shown?"), choices=HOLDING, default=Holding.NONE
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

    def plan(self, partner_id: int | None = None) -> Plan:
        """The values of a plan; asks about clock times that no clock or two clocks show."""
        chosen = [language for language in LANGUAGES if language in (self.languages.data or ())]
        return Plan(
            opens_at=instant(
                _clock_time(self.opens_on, self.opens_time),
                self.time_zone.data,
                self.which.data or Which.FIRST,
                at="opens_on",
            ),
            closes_at=self.closing(self.time_zone.data),
            time_zone=self.time_zone.data,
            texts={language: self._text(language) for language in chosen},
            language=chosen[0] if chosen else "en",
            participation=WhoMayComment(self.participation.data),
            answering=Answering(self.answering.data),
            holding=Holding(self.holding.data),
            answers_due_on=self.answers_due_on.data,
            short_reason=_typed(self.short_reason),
            help_name=_typed(self.help_name),
            help_phone=_typed(self.help_phone),
            help_email=_typed(self.help_email),
            partner_id=partner_id,
        )

    def _text(self, language: str) -> PlannedText:
        return PlannedText(
            **{
                name: _typed(self[f"{name}_{language}"])
                for name in ("title", "why", "can_change")
            }
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
    }
    for name in ("short_reason", "answers_due_on", "help_name", "help_phone", "help_email"):
        values[name] = getattr(round_, name)
    values["partner"] = round_.partner.organization.slug if round_.partner else ""
    for text in round_.texts:
        for name in ("title", "why", "can_change"):
            values[f"{name}_{text.language}"] = getattr(text, name)
    return values


class QuestionsForm(BaseForm):
    """Up to seven questions in two languages; an empty one is not asked."""

    version = HiddenField(validators=[Regexp(r"[0-9]{1,9}\Z")])

    def question(self, number: int) -> dict[str, Any]:
        return {name: self[f"{name}_{number}"] for name in QUESTION_FIELDS}

    @property
    def numbers(self) -> range:
        return range(1, MOST_QUESTIONS + 1)

    def questions(self, languages: list[str]) -> list[PlannedQuestion]:
        asked = []
        for number in self.numbers:
            prompts = {
                language: (
                    _typed(self[f"prompt_{language}_{number}"]),
                    _typed(self[f"summary_{language}_{number}"]),
                )
                for language in languages
            }
            if any(prompt or summary for prompt, summary in prompts.values()):
                asked.append(PlannedQuestion(prompts, self[f"section_{number}"].data or None))
        return asked


QUESTION_FIELDS = ("prompt_en", "summary_en", "prompt_es", "summary_es", "section")
for _n in range(1, MOST_QUESTIONS + 1):
    for _language, _prompt, _summary in (
        ("en", N_("Question in English"), N_("Short summary in English")),
        ("es", N_("Question in Spanish"), N_("Short summary in Spanish")),
    ):
        setattr(
            QuestionsForm,
            f"prompt_{_language}_{_n}",
            TextAreaField(_prompt, [Length(max=300)]),
        )
        setattr(
            QuestionsForm,
            f"summary_{_language}_{_n}",
            TextAreaField(_summary, [Length(max=600)]),
        )
    setattr(QuestionsForm, f"section_{_n}", SelectField(N_("On which section?"), default=""))


def questions_filled_in(round_: Round) -> dict[str, Any]:
    values: dict[str, Any] = {"version": str(round_.version)}
    for number, question in enumerate(round_.questions, start=1):
        values[f"section_{number}"] = question.section_key or ""
        for text in question.texts:
            values[f"prompt_{text.language}_{number}"] = text.prompt
            values[f"summary_{text.language}_{number}"] = text.summary
    return values


class AgreementForm(BaseForm):
    """The department's signature."""

    answers_due_on = DateField(
        N_("Answers by"),
        validators=[Optional()],
        description=N_("The day by which everyone gets an answer with its reason."),
    )


class ExtendForm(ClosingForm):
    """A later closing, with its public reason."""

    reason = TextAreaField(
        N_("Why?"),
        description=N_("Everyone can read the reason."),
        validators=[
            DataRequired(N_("Give the reason. Everyone can read it.")),
            Length(max=1000),
        ],
    )


class CloseForm(BaseForm):
    """An earlier closing; the side that agrees may leave the reason as it is."""

    reason = TextAreaField(
        N_("Why does it close early?"),
        description=N_("Everyone can read the reason."),
        validators=[Length(max=1000)],
    )


PAGE_ORDER = tuple(
    "host revision slug languages title_en title_es why_en why_es can_change_en can_change_es "
    "time_zone opens_on opens_time closes_on closes_time which short_reason answers_due_on "
    "participation answering holding partner help_name help_phone help_email".split()
)


def _place(name: str) -> int:
    return PAGE_ORDER.index(name) if name in PAGE_ORDER else len(PAGE_ORDER)


def _clock_time(day: Any, at: Any) -> datetime:
    """What two fields that passed their checks say together, without a zone."""
    return datetime.combine(day.data, at.data)


def _typed(field: Any) -> str:
    return (field.data or "").strip()


class NoOrganization(Invalid):
    message = N_("Choose one of your organizations.")
    field = "host"
