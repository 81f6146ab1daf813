"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm.util import AliasedClass

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "feedback_app"
FEATURES = (
    "log notifications accounts organizations curricula rounds comments triage records "
    "oversight exchange search audit"
).split()
ENTRANCES = {"views", "forms", "authoring", "hosting", "receipts", "publishing", "public"}
FLASK = ("flask", "flask_login", "flask_wtf", "flask_mail", "flask_babel", "wtforms")
PURE = {
    "curricula": {"comparison", "alignment", "redline", "words", "preflight", "numbering"},
    "comments": {"anchors", "conduct", "masking", "relocation", "rises", "similarity"},
    "triage": {"evidence", "plain_words", "sampling"},
}
BANNED_NAMES = {"utils", "helpers", "common", "misc", "manager"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    """What a module imports when it runs; imports for type checking alone are free."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def is_entrance(path: Path) -> bool:
    stem = path.stem
    return stem in ENTRANCES or any(stem.endswith(f"_{name}") for name in ENTRANCES)


def domain_modules() -> list[tuple[str, Path]]:
    return [
        (feature, path)
        for feature in FEATURES
        for path in sorted((PACKAGE / feature).rglob("*.py"))
        if not is_entrance(path) and path.stem != "wording"
    ]


def test_the_core_imports_nothing_of_ours():
    for path in (PACKAGE / "core").glob("*.py"):
        ours = {name for name in imports_of(path) if name.startswith("feedback_app.")}
        assert all(name.startswith("feedback_app.core") for name in ours), path


def test_the_domain_knows_nothing_of_flask():
    for _, path in [*domain_modules(), *(("core", p) for p in (PACKAGE / "core").glob("*.py"))]:
        for name in imports_of(path):
            assert name.split(".")[0] not in FLASK, f"{path} imports {name}"
            assert not name.startswith(("werkzeug", "feedback_app.web")), f"{path}: {name}"
    assert not any(n.split(".")[0] in FLASK for n in imports_of(PACKAGE / "policy.py"))


def test_features_import_only_those_before_them():
    for feature, path in domain_modules():
        before = FEATURES[: FEATURES.index(feature) + 1]
        for name in imports_of(path):
            parts = name.split(".")
            if parts[0] == "feedback_app" and len(parts) > 1 and parts[1] in FEATURES:
                assert parts[1] in before, f"{path} imports {name}"


def test_pure_modules_have_no_session():
    for feature, names in PURE.items():
        for name in names:
            path = PACKAGE / feature / f"{name}.py"
            if path.exists():
                assert not any(n.startswith("sqlalchemy") for n in imports_of(path)), path


def test_services_never_commit():
    for _, path in domain_modules():
        assert "session.commit(" not in path.read_text(), path


def test_pages_look_nothing_up_themselves():
    """What a page asks, the command line can ask as well."""
    asks = {"execute", "scalar", "scalars"}
    entrances = [path for feature in FEATURES for path in (PACKAGE / feature).rglob("*.py")]
    for path in filter(is_entrance, entrances):
        asked = {f"sqlalchemy.{word}" for word in ("select", "insert", "update", "delete")}
        assert not asked & imports_of(path), path
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in asks, f"{path}:{node.lineno}"


def test_only_the_clock_reads_the_clock():
    reads = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")
    for path in modules():
        if path.name != "clock.py":
            assert not reads.search(path.read_text()), path


@pytest.mark.parametrize(
    "folder", ["feedback_app", "templates", "static", "tests", "benchmarks"]
)
def test_no_file_is_longer_than_four_hundred_lines(folder):
    for path in (ROOT / folder).rglob("*"):
        if path.suffix in {".py", ".html", ".js", ".css"} and "demo" not in path.parts:
            assert len(path.read_text().splitlines()) <= 400, path


def test_names_say_what_a_module_is_about():
    for path in modules():
        assert path.stem not in BANNED_NAMES, path


def test_every_module_says_what_it_is_in_one_line():
    for path in modules():
        docstring = ast.get_docstring(ast.parse(path.read_text()))
        assert docstring or not path.read_text().strip(), f"{path} has no docstring"


@pytest.mark.one_engine
def test_an_alias_that_outlives_a_request_has_looked_up_its_columns(app):
    """Two threads that look one up at once may get the table's own column, and keep it."""
    ours = [module for name, module in sys.modules.items() if name.startswith("feedback_app.")]
    kept = [v for module in ours for v in vars(module).values() if isinstance(v, AliasedClass)]

    assert len(kept) >= 2
    for value in kept:
        for column in inspect(value).mapper.column_attrs:
            object.__getattribute__(vars(value)[column.key], "expression")  # looks nothing up
