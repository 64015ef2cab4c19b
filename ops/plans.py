"""Plans in the format of ``terraform show -json`` (format 1.x, Terraform documentation "JSON Output Format").

Sensitive values are masked when a plan is read, so that no report contains them.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from common.error_messages import json_problem
from common.json_documents import parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SENSITIVE = "(sensitive)"
UNKNOWN = "(known after apply)"
_FORMAT = "1."
_REMEDY = "Create it with: python -m ops plan --json FILE"
_SECRET_NAMES = frozenset({"client_secret", "content_base64", "password", "secret_access_key", "secret_string"})
"""Attributes that are masked even if Terraform does not mark them: secrets, and files that are not readable text."""
_SHORTEST_SECRET = 6
"""Characters; shorter sensitive values are not searched for in other values, where they occur by chance."""


class Action(enum.Enum):
    """The planned action for a resource."""

    ADD = "add"
    CHANGE = "change"
    REPLACE = "replace"
    DESTROY = "destroy"
    FORGET = "forget"
    IMPORT = "import"
    MOVE = "move"
    NONE = "none"


_ACTIONS = {
    ("create",): Action.ADD,
    ("update",): Action.CHANGE,
    ("delete", "create"): Action.REPLACE,
    ("create", "delete"): Action.REPLACE,
    ("create", "forget"): Action.REPLACE,
    ("delete",): Action.DESTROY,
    ("forget",): Action.FORGET,
    ("no-op",): Action.NONE,
    ("read",): Action.NONE,
}


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """The planned change of a resource.

    Attributes:
        address: for example ``aws_dynamodb_table.messages``.
        type: for example ``aws_dynamodb_table``.
        action: the planned action.
        before: the current attributes; empty for a new resource.
        after: the planned attributes, as far as known; empty for a destroyed resource.
        unknown: the top-level attributes that are known after apply only.
        replaced_by: the attributes that force a replacement.
        reason: Terraform's reason, for example ``delete_because_no_resource_config``.
        moved_from: the previous address of a renamed resource.
        masked: the top-level attributes in which a sensitive value changes.
        planned: ``after`` with ``UNKNOWN`` in the places of values that are known after apply only.
    """

    address: str
    type: str
    action: Action
    before: dict[str, Any]
    after: dict[str, Any]
    unknown: frozenset[str]
    replaced_by: tuple[str, ...] = ()
    reason: str = ""
    moved_from: str | None = None
    masked: frozenset[str] = frozenset()
    planned: dict[str, Any] = field(default_factory=dict)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The changed top-level attributes, sorted; empty for new and destroyed resources."""
        if not self.before or not self.after:
            return ()
        names = self.before.keys() | self.after.keys()
        differing = {name for name in names if self.before.get(name) != self.after.get(name)}
        return tuple(sorted(differing | self.masked | (self.unknown & self.before.keys())))


@dataclass(frozen=True)
class Plan:
    """A plan in its JSON form.

    Attributes:
        document: the output of ``terraform show -json``.
        configured: the synthesized resources by address, if available. They complete values that are unknown in the
            plan, such as a policy that contains one unknown reference.
    """

    document: dict[str, Any]
    configured: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def parse(cls, content: bytes, place: str, configured: Mapping[str, dict[str, Any]] | None = None) -> Plan:
        """Parse the output of ``terraform show -json PLAN``.

        Args:
            content: the JSON.
            place: its place, as messages name it.
            configured: the synthesized resources by address.

        Raises:
            OperationError: the content is not a plan, or has an unknown action; the message describes the remedy.
        """
        try:
            plan = cls.of(parse_json(content), place, configured)
            _ = plan.changes, plan.prior, plan.output_changes
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            problem = json_problem(error) or "it is not the JSON of a complete plan"
            raise OperationError(f"{place} cannot be used: {problem}. {_REMEDY}") from error
        return plan

    @classmethod
    def of(cls, document: Any, place: str, configured: Mapping[str, dict[str, Any]] | None = None) -> Plan:  # noqa: ANN401 - JSON
        """Check that a document is a plan.

        Raises:
            OperationError: the document is not a plan, or has an unknown format version.
        """
        if not isinstance(document, dict) or not str(document.get("format_version", "")).startswith(_FORMAT):
            raise OperationError(f"{place}: not the JSON of a plan in format {_FORMAT}x. {_REMEDY}")
        if document.get("errored"):
            raise OperationError(f"{place}: planning failed, so this plan cannot be applied. Plan again.")
        return cls(document, configured or {})

    @property
    def json(self) -> bytes:
        """The content of the plan's JSON file."""
        return json.dumps(self.document).encode()

    @cached_property
    def changes(self) -> tuple[ResourceChange, ...]:
        """The planned changes of managed resources, sorted by address."""
        entries = self.document.get("resource_changes", [])
        changes = (_change(entry) for entry in entries if entry["mode"] == "managed")
        changed = (change for change in changes if change.action is not Action.NONE)
        return tuple(sorted(changed, key=lambda change: change.address))

    @cached_property
    def prior(self) -> dict[str, dict[str, Any]]:
        """The attributes of the resources in the state, by address."""
        return _values(self.document.get("prior_state", {}).get("values", {}).get("root_module", {}))

    @property
    def is_first(self) -> bool:
        """Whether nothing is deployed: the state has no resources, so that no addition concerns existing data."""
        return not self.prior

    @cached_property
    def secrets(self) -> frozenset[str]:
        """The sensitive texts in the plan, which no report may contain, for example within a JSON document."""
        found: set[str] = set()
        for entry in [*self.document.get("resource_changes", []), *self.document.get("resource_drift", [])]:
            for side in ("before", "after"):
                found |= set(_sensitive(entry["change"].get(side), entry["change"].get(f"{side}_sensitive")))
        for output in self.document.get("output_changes", {}).values():
            for side in ("before", "after"):
                found |= set(_sensitive(output.get(side), output.get(f"{side}_sensitive")))
        declared = self.document.get("configuration", {}).get("root_module", {}).get("variables", {})
        for name, variable in self.document.get("variables", {}).items():
            found |= set(_sensitive(variable.get("value"), bool(declared.get(name, {}).get("sensitive"))))
        return frozenset(text for text in found if len(text) >= _SHORTEST_SECRET)

    @property
    def output_changes(self) -> tuple[str, ...]:
        """The names of the outputs that change."""
        changes = self.document.get("output_changes", {})
        return tuple(sorted(name for name, change in changes.items() if change["actions"] != ["no-op"]))

    @property
    def output_values(self) -> dict[str, tuple[Any, Any]]:
        """The values of the outputs that change, before and after: masked, ``UNKNOWN``, or None for no output."""
        changes = self.document.get("output_changes", {})
        return {
            name: (_output(changes[name], "before"), _output(changes[name], "after")) for name in self.output_changes
        }

    def count(self, action: Action) -> int:
        """Return the number of resources with an action."""
        return sum(1 for change in self.changes if change.action is action)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to apply."""
        return not self.changes and not self.output_changes


def _output(change: dict[str, Any], side: str) -> Any:  # noqa: ANN401 - JSON
    value = _masked(change.get(side), change.get(f"{side}_sensitive"))
    return _with_unknown(value, change.get("after_unknown")) if side == "after" else value


def nested(block: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON: a list in a plan, may be an object in a configuration
    """Return the arguments of a nested block that occurs at most once; empty if it is missing or not known."""
    first = block[0] if isinstance(block, list) and block else block
    return first if isinstance(first, dict) else {}


def _change(entry: dict[str, Any]) -> ResourceChange:
    change = entry["change"]
    action = _action(entry["address"], change["actions"])
    moved_from = entry.get("previous_address")
    if action is Action.NONE and change.get("importing"):
        action = Action.IMPORT
    elif action is Action.NONE and moved_from:
        action = Action.MOVE
    unknown = change.get("after_unknown") or {}
    before = _masked(change["before"], change.get("before_sensitive")) or {}
    after = _masked(change["after"], change.get("after_sensitive")) or {}
    return ResourceChange(
        address=entry["address"],
        type=entry["type"],
        action=action,
        before=before,
        after=after,
        unknown=frozenset(name for name, value in unknown.items() if _any_true(value)),
        replaced_by=tuple(".".join(map(str, path)) for path in change.get("replace_paths", [])),
        reason=entry.get("action_reason", ""),
        moved_from=moved_from,
        masked=_masked_changes(change, before, after),
        planned=_with_unknown(after, unknown),
    )


def _action(address: str, actions: list[str]) -> Action:
    action = _ACTIONS.get(tuple(actions))
    if action is None:
        text = f"{address}: the planned actions {', '.join(map(str, actions)) or '(none)'} are not known"
        raise OperationError(
            f"{text}, so that their effect cannot be reviewed. Plan with another version of Terraform."
        )
    return action


def _masked_changes(change: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> frozenset[str]:
    """Return the attributes that differ only in masked values."""
    old, new = change["before"] or {}, change["after"] or {}
    return frozenset(
        name for name in before.keys() & after.keys() if before[name] == after[name] and old.get(name) != new.get(name)
    )


def _with_unknown(value: Any, unknown: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a planned value with ``UNKNOWN`` in the places that are known after apply only."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict) and isinstance(value, dict | None):
        known = value or {}
        filled = {name: _with_unknown(known.get(name), mark) for name, mark in unknown.items() if _any_true(mark)}
        return {**known, **filled}
    if isinstance(unknown, list) and isinstance(value, list | None):
        known_items = [*(value or []), *[None] * len(unknown)]
        marks = [*unknown, *[None] * len(known_items)]
        length = max(len(value or []), len(unknown))
        return [_with_unknown(known_items[place], marks[place]) for place in range(length)]
    return value


def _any_true(value: Any) -> bool:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return any(map(_any_true, value.values()))
    if isinstance(value, list):
        return any(map(_any_true, value))
    return bool(value)


def _masked(value: Any, sensitive: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value with its sensitive parts masked."""
    if sensitive is True:
        return SENSITIVE
    if isinstance(value, dict):
        marks = sensitive if isinstance(sensitive, dict) else {}
        return {name: _masked(inner, _mark(name, inner, marks.get(name))) for name, inner in value.items()}
    if isinstance(value, list):
        of_items = [*(sensitive if isinstance(sensitive, list) else []), *[None] * len(value)]
        return [_masked(inner, mark) for inner, mark in zip(value, of_items, strict=False)]
    return value


def _mark(name: str, value: Any, mark: Any) -> Any:  # noqa: ANN401 - JSON
    return True if name in _SECRET_NAMES and isinstance(value, str) and value else mark


def _sensitive(value: Any, mark: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield the texts in the sensitive parts of a value."""
    if isinstance(value, dict):
        marks = mark if isinstance(mark, dict) else dict.fromkeys(value, mark is True)
        for name, inner in value.items():
            yield from _sensitive(inner, _mark(name, inner, marks.get(name)))
    elif isinstance(value, list):
        of_items = mark if isinstance(mark, list) else [mark is True] * len(value)
        for inner, inner_mark in zip(value, of_items, strict=False):
            yield from _sensitive(inner, inner_mark)
    elif mark is True and isinstance(value, str):
        yield value


def _values(module: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {
        resource["address"]: _masked(resource["values"], resource.get("sensitive_values"))
        for resource in module.get("resources", [])
        if resource["mode"] == "managed"
    }
    for child in module.get("child_modules", []):
        found |= _values(child)
    return found
