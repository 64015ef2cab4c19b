"""Keys of ``ctx.stash`` at every step of the pipelines, from the code: ``graphql/shared/stashKeys.d.ts``.

``graphql/shared/types.d.ts`` makes the type of ``ctx.stash`` of each handler from them and from the types of the keys
in ``graphql/shared/stash.d.ts``, so that code that reads a key that no earlier step stores fails ``tsc``.
"""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stacks.authorization import Source
    from stacks.resolvers import Resolver

_WIDTH: Final = 120
_STORE: Final = re.compile(r"\bstash\.(\w+) =(?!=)")
_CALL: Final = re.compile(r"\b(\w+)\(")
_IMPORT: Final = re.compile(r"import \{([^}]*)\} from '(?:\.\./shared|\.)/(\w+)'")
_FUNCTION: Final = re.compile(r"^(?:export )?function (\w+)", re.MULTILINE)
_HANDLERS: Final = ("request", "response")


@dataclass(frozen=True, slots=True, order=True)
class _Handler:
    """A handler of a resolver or function.

    Attributes:
        name: of the operation or of the function.
        file: path below ``graphql/``.
        part: ``request`` or ``response``.
    """

    name: str
    file: str
    part: str


def stash_types(sources: Mapping[str, Source], resolvers: Sequence[Resolver], notice: str) -> Iterator[str]:
    """Yield the lines of the declarations.

    Args:
        sources: the files below ``graphql/`` by path.
        resolvers: all resolvers.
        notice: the first line's text.
    """
    code = _Code(sources)
    before: dict[_Handler, list[frozenset[str]]] = defaultdict(list)
    for resolver in resolvers:
        stored: frozenset[str] = frozenset()
        for handler in _handlers(resolver):
            before[handler].append(stored)
            stored |= code.stores(handler.file, handler.part)
    yield f"/** {notice} */"
    for part in _HANDLERS:
        yield ""
        yield f"/** Operation or function -> the keys of the stash in its {part} handler; see stash.d.ts. */"
        yield f"export type {part.capitalize()}Keys = {{"
        for handler in sorted(handler for handler in before if handler.part == part):
            always = reduce(frozenset.__and__, before[handler])
            own = code.stores(handler.file, part) - always
            sometimes = reduce(frozenset.__or__, before[handler]) - always - own
            if always | own | sometimes:
                yield f"  '{handler.name}': {{"
                yield from _union("always", always)
                yield from _union("sometimes", sometimes)
                yield from _union("own", own)
                yield "  };"
        yield "};"
    yield ""


def _handlers(resolver: Resolver) -> Iterator[_Handler]:
    """Yield the handlers of an operation in the order in which AppSync runs them."""
    operation = f"{resolver.type_name}.{resolver.field_name}"
    yield _Handler(operation, resolver.file, "request")
    for name in resolver.pipeline:
        yield from (_Handler(name, f"functions/{name}.js", part) for part in _HANDLERS)
    yield _Handler(operation, resolver.file, "response")


def _union(name: str, keys: frozenset[str]) -> Iterator[str]:
    members = " | ".join(f"'{key}'" for key in sorted(keys)) or "never"
    yield from textwrap.wrap(f"{name}: {members};", _WIDTH, initial_indent="    ", subsequent_indent="      ")


class _Code:
    """The functions of all files."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._functions: dict[tuple[str, str], str] = {}
        self._files: dict[tuple[str, str], str] = {}
        for file, source in sources.items():
            starts = list(_FUNCTION.finditer(source.code))
            ends = [*(start.start() for start in starts[1:]), len(source.code)]
            for start, end in zip(starts, ends, strict=False):
                self._functions[file, start[1]] = source.code[start.end() : end]
                self._files[file, start[1]] = file
            for names, module in _IMPORT.findall(source.code):
                self._files |= {(file, name): f"shared/{module}.js" for name in re.findall(r"\w+", names)}

    def stores(self, file: str, function: str) -> frozenset[str]:
        """Return the keys that a function and the functions that it calls store in the stash."""
        seen: set[tuple[str, str]] = set()
        pending = [(file, function)]
        while pending:
            place = pending.pop()
            if place in seen or place not in self._functions:
                continue
            seen.add(place)
            called = _CALL.findall(self._functions[place])
            pending += [(self._files[place[0], name], name) for name in called if (place[0], name) in self._files]
        return frozenset(key for place in seen for key in _STORE.findall(self._functions[place]))
