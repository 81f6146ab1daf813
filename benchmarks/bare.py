"""The bare server, our ruler: Flask, Jinja and raw SQL, 30 sections with 100 comments, no more.

What it does not do (sessions, permissions, languages, a log) is what our own pages may cost.
"""

from __future__ import annotations

import functools
import os
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

from flask import Flask, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from benchmarks import texts

try:
    from pysqlite3 import dbapi2 as sqlite3
except ImportError:  # no wheel on this machine
    import sqlite3

SECTIONS = 30
COMMENTS = 100
DATABASE = "BARE_DATABASE"

SCHEMA = """
CREATE TABLE sections (id INTEGER PRIMARY KEY, title TEXT NOT NULL, html TEXT NOT NULL);
CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    section_id INTEGER NOT NULL REFERENCES sections (id),
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    created_on TEXT NOT NULL
);
CREATE TABLE audit (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, comment_id INTEGER NOT NULL);
CREATE INDEX comments_by_section ON comments (section_id);
"""

INSERT_COMMENT = (
    "INSERT INTO comments (section_id, author, body, created_on) VALUES (?, ?, ?, ?)"
)

FRAGMENT = """
{%- for section in sections %}
<section id="s{{ section.id }}">
  <h2>{{ section.title }}</h2>
  {{ section.html }}
  <ol class="comments">
  {%- for comment in comments[section.id] %}
    <li id="c{{ comment.id }}">
      <p class="by">{{ comment.author }} · <time>{{ comment.created_on }}</time></p>
      <p>{{ comment.body }}</p>
    </li>
  {%- endfor %}
  </ol>
</section>
{%- endfor %}
"""

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Crisis response</title></head>
<body>
<header><a href="/">Home</a></header>
<main><h1>Crisis response</h1>{{ fragment }}</main>
<footer><a href="/privacy">What we keep</a></footer>
</body>
</html>
"""


def fill(path: Path) -> None:
    """Make the database that the server reads."""
    connection = _connect(path)
    connection.executescript(SCHEMA)
    connection.executemany(
        "INSERT INTO sections (id, title, html) VALUES (?, ?, ?)",
        [(n, texts.section_title(n), texts.section_html(n)) for n in range(1, SECTIONS + 1)],
    )
    connection.executemany(
        INSERT_COMMENT,
        [
            (n % SECTIONS + 1, "A resident", texts.comment(n), "2026-10-01")
            for n in range(COMMENTS)
        ],
    )
    connection.commit()
    connection.close()


def create_app() -> Flask:
    """Build the server over the database that the environment names."""
    app = Flask(__name__)
    path = Path(os.environ[DATABASE])
    local = threading.local()
    # Compiled once; `render_template_string` would compile anew at every request.
    page = app.jinja_env.from_string(PAGE)
    fragment = app.jinja_env.from_string(FRAGMENT)

    def connection() -> Any:
        if not hasattr(local, "connection"):
            local.connection = _connect(path)
        return local.connection

    def draw() -> Markup:
        return Markup(render_template(fragment, **_rows(connection())))

    @functools.lru_cache(maxsize=1)
    def cached_fragment(_newest: int) -> Markup:
        return draw()

    @app.get("/reading")
    def reading() -> str:
        return render_template(page, fragment=draw())

    @app.get("/cached")
    def cached() -> str:
        newest = connection().execute("SELECT max(id) FROM comments").fetchone()[0]
        return render_template(page, fragment=cached_fragment(newest))

    @app.post("/comments")
    def post() -> Response:
        values = (
            int(request.form["section"]),
            "A resident",
            request.form["body"],
            "2026-10-01",
        )
        with connection() as transaction:
            comment_id = transaction.execute(INSERT_COMMENT, values).lastrowid
            transaction.execute(
                "INSERT INTO audit (kind, comment_id) VALUES (?, ?)",
                ("comment.submitted", comment_id),
            )
        return redirect(f"/reading#c{comment_id}", code=303)

    return app


def _rows(connection: Any) -> dict[str, Any]:
    sections = connection.execute("SELECT id, title, html FROM sections ORDER BY id").fetchall()
    comments = defaultdict(list)
    for row in connection.execute(
        "SELECT id, section_id, author, body, created_on FROM comments ORDER BY id"
    ):
        comments[row["section_id"]].append(row)
    shown = [
        {"id": row["id"], "title": row["title"], "html": Markup(row["html"])}
        for row in sections
    ]
    return {"sections": shown, "comments": comments}


def _connect(path: Path) -> Any:
    connection = sqlite3.connect(str(path))
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection
