"""Counts and truncates text by Unicode code points, with the rules of ``graphql/shared/characters.js``.

``tests/characters.json`` has the test cases of both.
"""

from __future__ import annotations

import unicodedata
from itertools import takewhile
from typing import Final

LAYOUT: Final = "\t\n\r"
"""Control characters that are allowed in multi-line text."""
_JOINER: Final = "\u200d"
_EXTENDING: Final = ((0x200D, 0x200D), (0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F))
"""Zero width joiner, skin tones, tags; marks have separate categories."""
_FLAG_LETTERS: Final = ("\U0001f1e6", "\U0001f1ff")


def cut(text: str, longest: int) -> str:
    """Truncate a text.

    If possible, does not split grapheme clusters: letters with their marks, composed emoji, flags.

    Args:
        text: Any text, including unpaired surrogates.
        longest: Maximum number of code points, at least 1.

    Returns:
        The text, or its beginning.
    """
    if len(text) <= longest:
        return text
    end = next((index for index in range(longest, 0, -1) if not _is_continued(text, index)), longest)
    return text[:end]


def cleaned(text: str, kept: str = "") -> str:
    """Return the text without control characters and unpaired surrogates, which the API rejects.

    Args:
        text: Any text.
        kept: Control characters to keep.
    """
    return "".join(each for each in text if each in kept or unicodedata.category(each) not in ("Cc", "Cs"))


def _is_continued(text: str, index: int) -> bool:
    """Return whether the character at ``index`` is joined to the previous one."""
    return text[index - 1] == _JOINER or _is_extending(text[index]) or _ends_flag(text, index)


def _is_extending(character: str) -> bool:
    point = ord(character)
    is_mark = unicodedata.category(character).startswith("M")
    return is_mark or any(first <= point <= last for first, last in _EXTENDING)


def _ends_flag(text: str, index: int) -> bool:
    """Return whether the character is the second of the two regional indicators of a flag."""
    if not _is_flag_letter(text[index]):
        return False
    letters = sum(1 for _ in takewhile(_is_flag_letter, reversed(text[:index])))
    return letters % 2 == 1


def _is_flag_letter(character: str) -> bool:
    first, last = _FLAG_LETTERS
    return first <= character <= last
