"""The names in a bundle, to which esbuild appends numbers if several sources have the same one.

A new source may change the numbers in all others. A comparison of two bundles therefore replaces each such name by its
base and the source that declares it, so that it ignores other numbers, but not the use of another source's name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAME = r"[A-Za-z_$][\w$]*"
_DECLARATION = re.compile(rf"^(?:export )?(?:var|let|const|class|(?:async )?function\*?) ({_NAME})", re.MULTILINE)
_IMPORT = re.compile(r"^import\s+(.*?)\s+from\b", re.MULTILINE | re.DOTALL)
_SPECIFIER = re.compile(rf"({_NAME})\s*(?=[,}}]|$)")
"""The local name of an import: the last one before a comma or the end."""
_USE = re.compile(
    rf"(?<![\w$])(?P<imported>{_NAME}) as (?P<local>(?P=imported)\d+)\b"
    rf"|(?<![\w$])(?P<declared>{_NAME}?)(?P<number>\d+) as (?P=declared)\b"
    rf"|(?<![\w$])(?<!(?<!\.\.)\.)(?P<name>{_NAME})"
)
"""An import or export of a numbered name, or a name that is not a property."""


def declared_names(code: str) -> list[str]:
    """Return the names that the top level of a source declares or imports, in their order."""
    imported = (name for clause in _IMPORT.findall(code) for name in _SPECIFIER.findall(clause))
    return list(dict.fromkeys([*imported, *_DECLARATION.findall(code)]))


def _without_number(name: str, names: Mapping[str, str]) -> str:
    """Return the base of a name, with its place among the names of its source that have the same base."""
    base = name.rstrip("0123456789")
    same = [other for other in names if other.rstrip("0123456789") == base and names[other] == names[name]]
    return base if len(same) == 1 else f"{base}#{same.index(name) + 1}"


def bases(names: Mapping[str, str]) -> frozenset[str]:
    """Return the names without their numbers, of those that have one."""
    return frozenset(base for name in names if (base := name.rstrip("0123456789")) != name)


def qualified(code: str, names: Mapping[str, str], of_bases: frozenset[str]) -> str:
    """Return code with base and source of each numbered name, and of each name that could have a number.

    Args:
        code: the code of a source in the bundle.
        names: Name -> the source that declares it.
        of_bases: The bases to replace.
    """

    def replaced(name: str) -> str:
        base = name.rstrip("0123456789")
        return f"{_without_number(name, names)}<{names[name]}>" if name in names and base in of_bases else name

    return _with_names(code, replaced)


def without_numbers(code: str, names: Mapping[str, str], of_bases: frozenset[str]) -> str:
    """Return code without the numbers of names; see `qualified`."""

    def replaced(name: str) -> str:
        base = name.rstrip("0123456789")
        return _without_number(name, names) if name in names and base in of_bases else name

    return _with_names(code, replaced)


def _with_names(code: str, replaced: Callable[[str], str]) -> str:
    def use(found: re.Match[str]) -> str:
        if found["number"]:
            return replaced(found["declared"] + found["number"])
        return replaced(found["local"] or found["name"])

    return _USE.sub(use, code)
