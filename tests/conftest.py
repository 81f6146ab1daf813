"""What every test may ask for."""

pytest_plugins = ("tests.parts.postgres", "tests.parts.chromium", "tests.parts.smtp")
