"""Marks messages for translation where no request is at hand."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    return message
