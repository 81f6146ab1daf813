"""The public append-only log."""
