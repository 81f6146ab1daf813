"""Compiles every template with the app's own filters, so that a slip shows before its page."""

import os
import secrets
import sys
import tempfile

from jinja2 import Environment, TemplateError


def problems(environment: Environment) -> list[str]:
    """Give one sentence for each template that does not compile."""
    found = []
    for name in environment.list_templates():
        try:
            environment.get_template(name)
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            found.append(f"{name}:{line or 1}: {error}")
    return found


def main() -> None:
    from feedback_app import create_app

    with tempfile.TemporaryDirectory() as folder:
        os.environ["FEEDBACK_DATABASE_URL"] = f"sqlite:///{folder}/empty.sqlite3"
        os.environ["FEEDBACK_SECRET_KEY"] = secrets.token_hex(32)
        os.environ["FEEDBACK_BASE_URL"] = "http://localhost"
        app = create_app()
        with app.app_context():
            found = problems(app.jinja_env)
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
