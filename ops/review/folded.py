"""Reports with folded details, as Markdown for GitHub that fits a limit, or as text for a terminal."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NAMES = 5


@dataclass(frozen=True, slots=True)
class Fold:
    """Details that are folded until the reader opens them.

    Attributes:
        summary: the visible line, as plain text.
        lines: the details, as Markdown.
    """

    summary: str
    lines: tuple[str, ...]

    @property
    def title(self) -> str:
        """The summary on one line: names in it may have line breaks, after which Markdown would begin."""
        return one_line(self.summary)

    def markdown(self) -> list[str]:
        """Return the lines of a folded block; the blank line before the details lets GitHub read them as Markdown."""
        return ["", "<details>", f"<summary>{html.escape(self.title)}</summary>", "", *self.lines, "", "</details>"]


Line = str | Fold


def markdown(title: str, lines: Sequence[Line], limit: int, length: Callable[[str], int], remedy: str) -> str:
    """Return a report as Markdown.

    If it is too long, whole folded blocks are left out, then lines from the end, and a notice follows the title.

    Args:
        title: the first line.
        lines: the rest, the most important first.
        limit: the maximum length.
        length: measures a text.
        remedy: a sentence on where the complete report is.
    """
    room = limit - length(title) - 2
    complete = [text for line in lines for text in (line.markdown() if isinstance(line, Fold) else [line])]
    if sum(length(text) + 1 for text in complete) <= room:
        return "\n".join([title, *complete, ""])
    available = room
    while True:
        kept, left_out, cut = _fit(lines, available, length)
        text = "\n".join([title, "", _notice(left_out, cut, remedy), *kept, ""])
        if length(text) <= limit or not kept:
            return text
        available -= length(text) - limit


def _fit(lines: Sequence[Line], room: int, length: Callable[[str], int]) -> tuple[list[str], list[str], int]:
    """Return the texts that fit, the summaries of the other folded blocks, and the number of the other lines."""
    visible = [line for line in lines if isinstance(line, str)]
    fitting = 0
    for text in visible:
        room -= length(text) + 1
        if room < 0:
            break
        fitting += 1
    kept: list[str] = []
    left_out: list[str] = []
    seen = 0
    for line in lines:
        if isinstance(line, str):
            seen += 1
            kept += [line] if seen <= fitting else []
            continue
        texts = line.markdown()
        needed = sum(length(text) + 1 for text in texts)
        if needed <= room and fitting == len(visible):
            room -= needed
            kept += texts
        else:
            left_out.append(line.title)
    return kept, left_out, len(visible) - fitting


def _notice(left_out: Sequence[str], cut: int, remedy: str) -> str:
    parts = []
    if left_out:
        named = "; ".join(html.escape(summary[:40]) for summary in left_out[:_NAMES])
        more = f"; and {len(left_out) - _NAMES} more" if len(left_out) > _NAMES else ""
        parts.append(f"{len(left_out)} {'block' if len(left_out) == 1 else 'blocks'} of details ({named}{more})")
    if cut:
        parts.append(f"{cut} {'line' if cut == 1 else 'lines'} at the end")
    verb = "does" if len(left_out) + cut == 1 else "do"
    return f"> **This review is incomplete:** {' and '.join(parts)} {verb} not fit. {remedy}"


def text(title: str, lines: Sequence[Line]) -> str:
    """Return a report as text for a terminal, with all details."""
    out = [title]
    for line in lines:
        if isinstance(line, Fold):
            out += ["", f"--- {line.title}", "", *map(_plain, line.lines)]
        else:
            out.append(_plain(line))
    return "\n".join([*out, ""])


def _plain(line: str) -> str:
    """Return a line without the escapes that Markdown needs."""
    unescaped = re.sub(r"\\([\\`*\[\]#|])", r"\1", line).replace("\u200b", "")
    return unescaped.replace("&lt;", "<").replace("&amp;", "&")
