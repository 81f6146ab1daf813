"""The application for any WSGI server, and for `flask --app wsgi`."""

from feedback_app import create_app
from feedback_app.cli import join

application = create_app()
join(application)
