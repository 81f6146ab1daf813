"""Every command under bad input: one clear line, 1 or 2, no traceback, nothing changed."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from feedback_app.log.models import LogEntry
from feedback_app.models import Base

pytestmark = pytest.mark.one_engine

REFUSED = 1
WRONG_USAGE = 2

LONG = "x" * 5000
BAD: list[tuple[int, list[str]]] = [
    (
        REFUSED,
        ["accounts", "create", "no address", "--name", "A", "--password", "long enough 12"],
    ),
    (REFUSED, ["accounts", "create", "", "--name", "A", "--password", "long enough 12"]),
    (REFUSED, ["accounts", "create", "a@example.org", "--name", " ", "--password", "x" * 20]),
    (REFUSED, ["accounts", "create", "a@example.org", "--name", LONG, "--password", "x" * 20]),
    (
        REFUSED,
        ["accounts", "create", "a@example.org", "--name", "\udcff", "--password", "x" * 20],
    ),
    (REFUSED, ["accounts", "create", "a@example.org", "--name", "A", "--password", "short"]),
    (
        REFUSED,
        ["accounts", "create", "a@example.org", "--name", "A", "--password", "\udcff" * 20],
    ),
    (REFUSED, ["accounts", "create", "{email}", "--name", "A", "--password", "x" * 20]),
    (REFUSED, ["accounts", "grant", "nobody@example.org", "{department}", "author"]),
    (REFUSED, ["accounts", "grant", "{email}", "nowhere", "author"]),
    (REFUSED, ["accounts", "grant", "{email}", "\udcff", "author"]),
    (REFUSED, ["accounts", "grant", "{email}", "{department}", "reviewer"]),
    (WRONG_USAGE, ["accounts", "grant", "{email}", "{department}", "king"]),
    (WRONG_USAGE, ["accounts", "create"]),
    (REFUSED, ["organizations", "create", "Not A Slug", "Name", "--kind", "host"]),
    (REFUSED, ["organizations", "create", "new", "Name", "--kind", "host"]),
    (REFUSED, ["organizations", "create", "{department}", "Name", "--kind", "host"]),
    (REFUSED, ["organizations", "create", "a" * 200, "Name", "--kind", "host"]),
    (REFUSED, ["organizations", "create", "a-b", "", "--kind", "host"]),
    (REFUSED, ["organizations", "create", "a-b", LONG, "--kind", "host"]),
    (REFUSED, ["organizations", "create", "a-b", "N\udcff", "--kind", "host"]),
    (REFUSED, ["organizations", "create", "a-b", "N", "--kind", "host", "--time-zone", "Moon"]),
    (REFUSED, ["organizations", "create", "a-b", "N", "--kind", "host", "--time-zone", "../x"]),
    (
        REFUSED,
        ["organizations", "create", "a-b", "N", "--kind", "board", "--oversees", "nobody"],
    ),
    (WRONG_USAGE, ["organizations", "create", "a-b", "N", "--kind", "host", "--oversees", "x"]),
    (WRONG_USAGE, ["organizations", "create", "a-b", "N", "--kind", "church"]),
    (WRONG_USAGE, ["organizations", "create", "a-b"]),
    (REFUSED, ["curricula", "import", "nowhere", "{file}"]),
    (REFUSED, ["curricula", "import", "{department}", "{empty}"]),
    (REFUSED, ["curricula", "import", "{department}", "{broken}"]),
    (REFUSED, ["curricula", "import", "{department}", "{file}", "--onto", "nothing"]),
    (REFUSED, ["curricula", "import", "{department}", "{file}", "--slug", "Not A Slug"]),
    (REFUSED, ["curricula", "import", "{department}", "{file}", "--slug", "{course}"]),
    (REFUSED, ["curricula", "import", "{department}", "{file}", "--title", LONG]),
    (WRONG_USAGE, ["curricula", "import", "{department}", "/no/such/file.md"]),
    (WRONG_USAGE, ["curricula", "import", "{department}", "{folder}"]),
    (REFUSED, ["curricula", "export", "nothing", "--format", "md"]),
    (REFUSED, ["curricula", "export", "{course}@99", "--format", "md"]),
    (WRONG_USAGE, ["curricula", "export", "{course}@-1"]),
    (WRONG_USAGE, ["curricula", "export", "{course}@one"]),
    (WRONG_USAGE, ["curricula", "export", "{course}@" + "9" * 50]),
    (REFUSED, ["curricula", "export", "\udcff", "--format", "md"]),
    (WRONG_USAGE, ["curricula", "export", "{course}", "--format", "odt"]),
    (REFUSED, ["rounds", "close", "nothing", "--reason", "Snow."]),
    (REFUSED, ["rounds", "close", "{round}", "--reason", " "]),
    (REFUSED, ["rounds", "close", "{round}", "--reason", "\udcff"]),
    (WRONG_USAGE, ["rounds", "close", "{round}"]),
    (REFUSED, ["rounds", "extend", "nothing", "2027-01-01T12:00", "--reason", "Snow."]),
    (REFUSED, ["rounds", "extend", "{round}", "2020-01-01T12:00", "--reason", "Snow."]),
    (REFUSED, ["rounds", "extend", "{round}", "2027-03-14T02:30", "--reason", "Snow."]),
    (REFUSED, ["rounds", "extend", "{round}", "2027-11-07T01:30", "--reason", "Snow."]),
    (REFUSED, ["rounds", "extend", "{round}", "9999-12-31T23:59", "--reason", "Snow."]),
    (REFUSED, ["rounds", "extend", "{round}", "0001-01-01T00:00", "--reason", "Snow."]),
    (WRONG_USAGE, ["rounds", "extend", "{round}", "tomorrow", "--reason", "Snow."]),
    (REFUSED, ["rounds", "report", "nothing"]),
    (REFUSED, ["comments", "export", "nothing"]),
    (REFUSED, ["comments", "export", "\udcff", "--format", "json"]),
    (WRONG_USAGE, ["comments", "export", "{round}", "--format", "pdf"]),
    (WRONG_USAGE, ["mail", "bounced"]),
    (WRONG_USAGE, ["mail", "bounced", "/no/such/file"]),
    (REFUSED, ["mail", "bounced", "{file}"]),
    (WRONG_USAGE, ["mail", "deliver", "now"]),
    (WRONG_USAGE, ["jobs", "run", "now"]),
    (WRONG_USAGE, ["log", "show", "--start", "one"]),
    (WRONG_USAGE, ["log", "show", "--start", "-1"]),
    (WRONG_USAGE, ["log", "show", "--limit", "-1"]),
    (WRONG_USAGE, ["log", "show", "--start", "9" * 30]),
    (WRONG_USAGE, ["log", "show", "--limit", "9" * 30]),
    (WRONG_USAGE, ["serve", "--bind", "nonsense"]),
    (WRONG_USAGE, ["serve", "--bind", "127.0.0.1:99999"]),
    (WRONG_USAGE, ["serve", "--threads", "0"]),
    (WRONG_USAGE, ["serve", "--workers", "-1"]),
    (WRONG_USAGE, ["demo", "--port", "99999"]),
    (WRONG_USAGE, ["demo", "--port", "-1"]),
    (WRONG_USAGE, ["db", "downgrade"]),
    (WRONG_USAGE, ["nonsense"]),
]


@pytest.fixture
def names(make, tmp_path):
    """What a word in braces stands for."""
    (tmp_path / "course.md").write_text("# A course\n\nWords of its own.\n")
    (tmp_path / "empty.docx").write_bytes(b"")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 and no more")
    round_ = make.round(open=True)
    return {
        "email": make.account().email,
        "department": make.department().slug,
        "course": round_.revision.curriculum.slug,
        "round": round_.slug,
        "file": str(tmp_path / "course.md"),
        "empty": str(tmp_path / "empty.docx"),
        "broken": str(tmp_path / "broken.docx"),
        "folder": str(tmp_path),
    }


def test_bad_words_are_refused_in_one_line_and_change_nothing(run, names, session):
    """All of them in one world: making one for each takes a minute."""
    wrong = []
    for expected, words in BAD:
        filled = [_filled(word, names) for word in words]
        before = _rows(session)
        result = run(*filled)
        errors = [line for line in result.output.splitlines() if line.startswith("Error: ")]
        told = ascii(" ".join(words))[:90]
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            wrong.append(f"{told}: {type(result.exception).__name__} {result.exception}"[:300])
        elif result.exit_code != expected or len(errors) != 1:
            wrong.append(f"{told}: {result.exit_code} {result.output[-200:]!a}")
        elif expected == REFUSED and result.output.splitlines() != errors:
            wrong.append(f"{told}: more than a line: {result.output[-300:]!a}")
        if _rows(session) != before:
            wrong.append(f"{told}: changed something")

    assert wrong == [], "\n".join(wrong)


def _filled(word: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def _rows(session) -> list[int]:
    session.commit()
    each = " UNION ALL ".join(
        f"SELECT count(*) FROM {table.name}" for table in Base.metadata.sorted_tables
    )
    counts = list(session.scalars(text(each)))
    last = session.scalar(select(func.max(LogEntry.position)))
    session.commit()
    return [*counts, last]
