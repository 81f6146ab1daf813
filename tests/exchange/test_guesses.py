from __future__ import annotations

import pytest

from feedback_app.exchange.guesses import (
    kind_of,
    language_of,
    minutes_alone,
    minutes_in,
    minutes_of_label,
    minutes_of_title,
)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45 minutes", 45),
        ("1 hour", 60),
        ("1.5 hours", 90),
        ("1,5 horas", 90),
        ("1½ hrs", 90),
        ("2 h 15 min", 135),
        ("one hour and 30 minutes", 90),
        ("una hora y 20 minutos", 80),
        ("0900-1015", 75),
        ("9:00 – 10:30", 90),
        ("11:30 a 1:00", 90),
        ("no time at all", None),
        ("0 minutes", None),
    ],
)
def test_minutes_are_read_from_phrases(text, minutes):
    assert minutes_in(text) == minutes


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Listening (45 minutes)", ("Listening", 45)),
        ("Listening – 1 hour", ("Listening", 60)),
        ("Escucha [1 h]: práctica", ("Escucha : práctica", 60)),
        ("Part 2 (of 3)", ("Part 2 (of 3)", None)),
        ("The first 48 hours matter", ("The first 48 hours matter", None)),
        ("Policy (2024)", ("Policy (2024)", None)),
    ],
)
def test_a_title_is_parted_from_its_duration(title, expected):
    assert minutes_of_title(title) == expected


def test_a_cell_of_a_time_column_holds_only_a_duration():
    assert minutes_alone("20") == 20
    assert minutes_alone("Time: 20 min.") == 20
    assert minutes_alone("20 officers") is None


def test_a_labelled_line_gives_minutes():
    assert minutes_of_label("Duración: 1 hora") == 60
    assert minutes_of_label("Total time allotted: 90 minutes") == 90
    assert minutes_of_label("Time heals in 10 minutes") is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Learning objectives", "objective"),
        ("Objetivos de aprendizaje", "objective"),
        ("Scenario 2: the bus stop", "activity"),
        ("Ejercicio en parejas", "activity"),
        ("Final quiz", "assessment"),
        ("Evaluación", "assessment"),
        ("Range safety", "safety"),
        ("Notas para el instructor", "instructor_note"),
        ("Handouts", "material"),
        ("Introduction", "overview"),
        ("What silence does", None),
    ],
)
def test_kinds_are_read_from_titles(title, kind):
    assert kind_of(title) == kind


def test_the_language_is_told_by_small_words():
    assert language_of("the officers and the people of the city") == "en"
    assert language_of("los agentes y las personas de la ciudad en la que") == "es"
    assert language_of("Hola") == ""
