"""The names in skeletons: validated, and in the spelling of each language."""

from __future__ import annotations

import re

from common.commands import RefusedError


def checked(pattern: re.Pattern[str], name: str, kind: str, example: str) -> re.Match[str]:
    """Match a name.

    Args:
        pattern: of the whole name.
        name: the argument.
        kind: with its article, for the message.
        example: of a valid name.

    Raises:
        RefusedError: the name does not match.
    """
    found = pattern.fullmatch(name)
    if found is None:
        raise RefusedError(f"{name!r} cannot be the name of {kind}. Give a name such as {example}.")
    return found


def snake_case(name: str) -> str:
    """Return ``pinMessage`` as ``pin_message``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
