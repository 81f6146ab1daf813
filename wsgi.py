"""The application for any WSGI server."""

from feedback_app import create_app

application = create_app()
