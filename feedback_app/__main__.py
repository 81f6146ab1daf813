"""`python -m feedback_app` is `feedback-app`."""

import gc

# What is imported stays: looking through it again and again takes a sixth of a start.
gc.disable()
from feedback_app.cli import main  # noqa: E402

gc.freeze()
gc.enable()
main(prog_name="feedback-app")
