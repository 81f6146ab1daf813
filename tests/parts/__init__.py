"""The real parts that tests talk to: PostgreSQL, Chromium, an SMTP server."""
