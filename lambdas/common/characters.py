"""Text by characters, which are Unicode code points, by the same rules as ``graphql/shared/characters.js``.

``tests/characters.json`` holds the two together.
"""

from __future__ import annotations

import unicodedata
from itertools import takewhile
from typing import Final

LAYOUT: Final = "\t\n\r"
"""The control characters that a text of several lines may have."""
_JOINER: Final = "\u200d"
_EXTENDING: Final = ((0x200D, 0x200D), (0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F))
"""Zero width joiner, skin tones, tags; marks have categories of their own."""
_FLAG_LETTERS: Final = ("\U0001f1e6", "\U0001f1ff")


def cut(text: str, longest: int) -> str:
    """Shorten a text between two characters.

    Where it can, it does not cut within what is seen as one: letters with their marks, emoji of several parts, flags.

    Args:
        text: any text, halves of surrogate pairs included.
        longest: how many characters to keep, 1 or more.

    Returns:
        The text, or its start.
    """
    if len(text) <= longest:
        return text
    end = next((index for index in range(longest, 0, -1) if not _is_continued(text, index)), longest)
    return text[:end]


def cleaned(text: str, kept: str = "") -> str:
    """Return the text without control characters and halves of surrogate pairs, which the API refuses.

    Args:
        text: any text.
        kept: control characters to keep.
    """
    return "".join(each for each in text if each in kept or unicodedata.category(each) not in ("Cc", "Cs"))


def _is_continued(text: str, index: int) -> bool:
    """Tell whether a character belongs to the one before it."""
    return text[index - 1] == _JOINER or _is_extending(text[index]) or _ends_flag(text, index)


def _is_extending(character: str) -> bool:
    point = ord(character)
    is_mark = unicodedata.category(character).startswith("M")
    return is_mark or any(first <= point <= last for first, last in _EXTENDING)


def _ends_flag(text: str, index: int) -> bool:
    """Tell whether a character is the second half of a flag, which two letters make."""
    if not _is_flag_letter(text[index]):
        return False
    letters = sum(1 for _ in takewhile(_is_flag_letter, reversed(text[:index])))
    return letters % 2 == 1


def _is_flag_letter(character: str) -> bool:
    first, last = _FLAG_LETTERS
    return first <= character <= last
