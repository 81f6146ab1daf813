"""Says which texts of the product a translation lacks, leaves unsure, or breaks."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGS = ROOT / "feedback_app" / "translations"
LANGUAGES = ("es",)
SOURCES = ("feedback_app", "templates")
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w+)\}")


def problems() -> list[str]:
    """Give one sentence for each text that some language cannot show as it should."""
    texts = extract()
    found = []
    for language in LANGUAGES:
        path = CATALOGS / language / "LC_MESSAGES" / "messages.po"
        if not path.is_file():
            found.append(f"{language}: there is no {path.relative_to(ROOT)}")
            continue
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
        found += [f"{language}: {problem}" for problem in _problems_in(catalog, texts)]
    return found


def extract() -> Catalog:
    """Collect every marked text of the code and the templates."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        command = ["extract", "-F", "pyproject.toml", "-k", "lazy_gettext", "-o", str(target)]
        subprocess.run(
            [sys.executable, "-m", "babel.messages.frontend", "--quiet", *command, *SOURCES],
            cwd=ROOT,
            check=True,
        )
        with target.open("rb") as file:
            return read_po(file)


def _problems_in(catalog: Catalog, texts: Catalog) -> Iterator[str]:
    for text in texts:
        if not text.id:
            continue
        shown = repr(_forms(text.id)[0])
        translated = catalog.get(text.id, context=text.context)
        if translated is None:
            yield f"{shown} is missing; run `make messages`"
        elif not all(_forms(translated.string)):
            yield f"{shown} has no translation"
        elif translated.fuzzy:
            yield f"{shown} is marked as unsure (fuzzy)"
        elif not _same_placeholders(translated):
            yield f"{shown} names other placeholders than the original"


def _forms(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return (value or "",)


def _same_placeholders(message: Message) -> bool:
    """Plural forms may leave a placeholder out (“one comment”), never invent one."""
    allowed = set().union(*(_placeholders(form) for form in _forms(message.id)))
    used = [_placeholders(form) for form in _forms(message.string)]
    if isinstance(message.id, str):
        return used[0] == allowed
    return all(names <= allowed for names in used) and allowed in used


def _placeholders(text: str) -> set[str]:
    return {name for pair in PLACEHOLDER.findall(text) for name in pair if name}


if __name__ == "__main__":
    found = problems()
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)
