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


def bases(names: Mapping[str, str]) -> frozenset[str]:
    """Return the names without their numbers, of those that have one."""
    return frozenset(base for name in names if (base := _base(name)) != name)


def qualified(code: str, names: Mapping[str, str], of_bases: frozenset[str]) -> str:
    """Return code with base and source of each numbered name, and of each name that could have a number.

    Names of one source with the same base are told apart by their order in the source: ``check#1``, ``check#2``.

    Args:
        code: the code of a source in the bundle.
        names: Name -> the source that declares it, in the order of the declarations.
        of_bases: The bases to replace.
    """
    return _with_names(code, names, of_bases, lambda name: f"{_distinct_base(name, names)}<{names[name]}>")


def without_numbers(code: str, names: Mapping[str, str], of_bases: frozenset[str]) -> str:
    """Return code without the numbers of names; see `qualified`."""
    return _with_names(code, names, of_bases, lambda name: _distinct_base(name, names))


def _base(name: str) -> str:
    return name.rstrip("0123456789")


def _distinct_base(name: str, names: Mapping[str, str]) -> str:
    """Return the base of a name, with its place among the names of its source that have the same base."""
    base = _base(name)
    same = [other for other, source in names.items() if source == names[name] and _base(other) == base]
    return base if len(same) == 1 else f"{base}#{same.index(name) + 1}"


def _with_names(
    code: str, names: Mapping[str, str], of_bases: frozenset[str], replacement: Callable[[str], str]
) -> str:
    def use(found: re.Match[str]) -> str:
        name = found["declared"] + found["number"] if found["number"] else found["local"] or found["name"]
        return replacement(name) if name in names and _base(name) in of_bases else name

    return _USE.sub(use, code)
