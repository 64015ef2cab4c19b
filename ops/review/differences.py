"""The differences between the two sides of a resource change, element by element."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.plans import SENSITIVE, UNKNOWN
from stacks.bundle_header import HEADER, SETTINGS_SECTION, Bundle, changed_sources, has_same_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.plans import Plan, ResourceChange

ABSENT = "(none)"
_PRESENT = "(present)"
_LONGEST_INLINE = 120
"""Characters; longer values are shown as a diff."""
_CONTEXT_LINES = 2
_IDENTITIES = ("id", "name", "Sid", "index_name", "provider_name")
"""Attributes that identify an element of a list of blocks."""
_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@$")


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that a plan changes.

    Attributes:
        path: the attribute, for example ``ttl.enabled`` or ``global_secondary_index[byUser].hash_key``.
        before: the value as text; ``(none)`` if it is added.
        after: the value as text; ``(none)`` if it is removed, ``(known after apply)`` if it is not known.
    """

    path: str
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        """Whether the values need several lines."""
        return any("\n" in side or len(side) > _LONGEST_INLINE for side in (self.before, self.after))

    @property
    def diff(self) -> str:
        """The unified diff, without line numbers, so that equal changes have equal diffs."""
        before, after = ([] if side == ABSENT else side.splitlines() for side in (self.before, self.after))
        lines = list(difflib.unified_diff(before, after, lineterm="", n=_CONTEXT_LINES))[2:]
        return "\n".join("@@" if _HUNK.match(line) else line for line in lines[1:])


def differences(change: ResourceChange, configured: Mapping[str, Any]) -> list[Difference]:
    """Return the changed values of a resource, without those that are known after apply only and not configured.

    Args:
        change: of one resource.
        configured: its synthesized arguments, which complete unknown texts; may be empty.
    """
    found: list[Difference] = []
    for name in change.attributes:
        before, after = change.before.get(name), change.planned.get(name)
        if after == UNKNOWN and isinstance(configured.get(name), str):
            after = configured[name]
        if name in change.masked and before == after:
            found.append(Difference(name, SENSITIVE, "(another sensitive value)"))
        elif name == "code" and after != UNKNOWN:
            found += _code(before, after)
        elif after != UNKNOWN:
            found += _compare(name, before, after)
    return [
        difference
        for difference in found
        if difference.before != difference.after and not _is_computed(difference, configured)
    ]


def output_differences(plan: Plan) -> list[Difference]:
    """Return the changed values of the outputs, by output."""
    return [
        Difference(name, as_text(before), "(another sensitive value)" if before == after else as_text(after))
        for name, (before, after) in plan.output_values.items()
    ]


def _is_computed(difference: Difference, configured: Mapping[str, Any]) -> bool:
    """Return whether AWS computes the new value of an argument that the configuration does not have."""
    if difference.after != UNKNOWN or not configured:
        return False
    attribute, _, inner = difference.path.partition(".")
    return bool(inner) and f'"{inner.rpartition(".")[2]}"' not in json.dumps(
        configured.get(attribute.partition("[")[0])
    )


def unknown_attributes(change: ResourceChange, configured: Mapping[str, Any]) -> list[str]:
    """Return the attributes whose new value nothing in the plan or the configuration shows."""
    return [
        name
        for name in change.attributes
        if change.planned.get(name) == UNKNOWN and not isinstance(configured.get(name), str)
    ]


def as_text(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return a value as text: JSON documents are formatted, with sorted keys; texts are not quoted."""
    if value is None or value in ("", [], {}):
        return ABSENT
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        document = _document(value)
        return value if document is None else _formatted(document)
    return _formatted(value) if isinstance(value, dict | list) else str(value)


def _formatted(value: Any) -> str:  # noqa: ANN401 - JSON
    compact = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return (
        compact if len(compact) <= _LONGEST_INLINE else json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2)
    )


def _document(text: str) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON object or array in a text, or None."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document if isinstance(document, dict | list) else None


def _compare(path: str, before: Any, after: Any) -> Iterator[Difference]:  # noqa: ANN401 - JSON
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from _compare(f"{path}.{name}", before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _compare_lists(path, before, after)
    else:
        yield Difference(path, *_texts(before, after))


def _texts(before: Any, after: Any) -> tuple[str, str]:  # noqa: ANN401 - JSON
    """Return both sides as text; documents are formatted in the same way, so that their lines can be compared."""
    documents = [_document(side) if isinstance(side, str) else None for side in (before, after)]
    if all(document is not None for document in documents):
        old, new = (json.dumps(document, ensure_ascii=False, sort_keys=True) for document in documents)
        if max(len(old), len(new)) > _LONGEST_INLINE:
            old, new = (json.dumps(side, ensure_ascii=False, sort_keys=True, indent=2) for side in documents)
        return old, new
    return as_text(before), as_text(after)


def _compare_lists(path: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    if max(len(before), len(after)) <= 1 and all(isinstance(item, dict) for item in (*before, *after)):
        yield from _compare_single_blocks(path, before, after)
        return
    identity = _identity(before, after)
    if identity is not None:
        old, new = ({item[identity]: item for item in side} for side in (before, after))
        names = [*old, *(name for name in new if name not in old)]
        found = [found for name in names for found in _compare(f"{path}[{name}]", old.get(name), new.get(name))]
        yield from found or [Difference(f"order of {path}", ", ".join(old), ", ".join(new))]
        return
    removed = [item for item in before if item not in after]
    added = [item for item in after if item not in before]
    if not removed and not added:
        yield Difference(path, _formatted(before), _formatted(after))
    for item in removed:
        yield Difference(path, as_text(item), ABSENT)
    for item in added:
        yield Difference(path, ABSENT, as_text(item))


def _compare_single_blocks(path: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    """Compare nested blocks that occur at most once, by argument; a block without arguments is present or missing."""
    found = [
        difference
        for difference in _compare(path, *(side[0] if side else {} for side in (before, after)))
        if difference.before != difference.after
    ]
    if not found and len(before) != len(after):
        found = [Difference(path, *(_PRESENT if side else ABSENT for side in (before, after)))]
    yield from found


def _identity(before: list[Any], after: list[Any]) -> str | None:
    for name in _IDENTITIES:
        values = [[item.get(name) if isinstance(item, dict) else None for item in side] for side in (before, after)]
        if all(isinstance(value, str) for side in values for value in side) and all(
            len(set(side)) == len(side) for side in values
        ):
            return name
    return None


def _code(before: Any, after: Any) -> Iterator[Difference]:  # noqa: ANN401 - JSON
    """Compare the code of a resolver or function by source file, so that equal changes of many bundles are equal."""
    old, new = Bundle.of(before), Bundle.of(after)
    found = [*_tags(old, new), *_settings(old, new), *_sources(old, new)]
    yield from found
    if not found and before != after:
        if [*old.sections] == [*new.sections]:
            yield Difference("code", "(names of several sources)", "(the same names with other numbers)")
        else:
            yield Difference("code", as_text(before), as_text(after))


def _tags(old: Bundle, new: Bundle) -> Iterator[Difference]:
    if old.requirements != new.requirements:
        yield Difference("@requires", *("; ".join(side.requirements) or ABSENT for side in (old, new)))
    if old.deciding != new.deciding:
        yield from _compare("@authorizes", sorted(old.deciding), sorted(new.deciding))


def _settings(old: Bundle, new: Bundle) -> Iterator[Difference]:
    for name in sorted((old.settings.keys() | new.settings.keys()) if old.settings and new.settings else ()):
        yield from _compare(f"setting {name}", old.settings.get(name), new.settings.get(name))


def _sources(old: Bundle, new: Bundle) -> Iterator[Difference]:
    has_sources = bool((old.sections.keys() | new.sections.keys()) - {HEADER})
    for name, sides in changed_sources(old, new).items():
        if name == SETTINGS_SECTION and old.settings and new.settings and has_same_frame(*sides):
            continue
        path = f"code, {name.removeprefix('../')}" if has_sources else "code"
        yield Difference(path, *(side or ABSENT for side in sides))
