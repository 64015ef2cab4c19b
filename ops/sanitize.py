"""Makes text from plans safe in Markdown reports: no markup, links or mentions."""

from __future__ import annotations

import re

_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters, and invisible ones that change the direction or the look of the text around them."""
_MARKUP = re.compile(r"([\\`*\[\]#])")


def sanitize(text: str) -> str:
    """Return text as one line without markup or mentions; code spans are kept.

    Args:
        text: text from a plan, with values in code spans made by `quoted`.
    """
    flat = one_line(text)
    parts, end = [], 0
    for span in _CODE_SPAN.finditer(flat):
        parts += [_escaped(flat[end : span.start()]), span[0]]
        end = span.end()
    return "".join([*parts, _escaped(flat[end:])])


def quoted(value: object) -> str:
    """Return a value as a code span, on one line.

    The delimiters are longer than any sequence of backticks in the value, so that it cannot end the span.
    """
    text = one_line(str(value)) or " "
    fence = "`" * (_longest_run(text) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def one_line(text: str) -> str:
    """Return text on one line, without control characters."""
    return re.sub(r"\s+", " ", _CONTROLS.sub("\ufffd", re.sub(r"\s", " ", text)))


def fenced(text: str, language: str) -> list[str]:
    """Return the lines of a fenced code block whose fence cannot occur in the text.

    Args:
        text: the text, with its line breaks.
        language: for syntax highlighting, for example ``diff``.
    """
    fence = "`" * max(3, _longest_run(text) + 1)
    return [f"{fence}{language}", *_CONTROLS.sub("\ufffd", text.replace("\r", "")).split("\n"), fence]


def truncated(line: str, longest: int) -> str:
    """Return the beginning of a line of Markdown, with an ellipsis and the end of a code span that is cut."""
    if len(line) <= longest:
        return line
    kept = line[:longest]
    opened = re.search(r"(?<!\\)`+", _CODE_SPAN.sub("", kept))
    return f"{kept} ...{opened[0] if opened else ''}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _escaped(text: str) -> str:
    escaped = _MARKUP.sub(r"\\\1", text.replace("&", "&amp;"))
    return escaped.replace("|", "\\|").replace("<", "&lt;").replace("@", "@\u200b").replace("://", ":\u200b//")
