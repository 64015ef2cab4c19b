"""Tags in the leading comment of a file below ``graphql/``, such as ``@access dynamodb:GetItem users``."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"/\*\*(.*?)\*/", re.DOTALL)
_TAG = re.compile(r"^[\s*]*@(\w+)\b[ \t]*(.*?)\s*$", re.MULTILINE)


def leading_tags(source: str) -> dict[str, list[str]]:
    """Return the values of each tag in the leading comment of a source, in order; empty without such a comment."""
    comment = _COMMENT.match(source.lstrip())
    return tags_of(comment.group(1)) if comment else {}


def tags_of(comment: str) -> dict[str, list[str]]:
    """Return the values of each tag in the text of a comment, in order; a tag without a value has an empty one."""
    tags: dict[str, list[str]] = {}
    for tag, value in _TAG.findall(comment):
        tags.setdefault(tag, []).append(value)
    return tags
