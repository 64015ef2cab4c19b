"""The record of the provider's calls, ``record.json``: without account, environment and generated ids."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.provider_calls.authorization import Bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

RECORD = Path(__file__).parent / "record.json"
BY_HAND = Path(__file__).parent / "by_hand.json"
"""Calls for resources that the local AWS does not support, and of Terraform's S3 backend: written by hand."""
ACCOUNT, ENVIRONMENT, STATE_BUCKET, STATE_KEY = "ACCOUNT", "ENVIRONMENT", "STATE_BUCKET", "STATE_KEY"
"""Placeholders in the record."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A call in the record.

    Attributes:
        call: the call, with `ACCOUNT` and `ENVIRONMENT` in its ARNs and tags.
        phases: the phases in which the provider makes it.
        environments: the environments for which it makes it; empty for all.
    """

    call: Bound
    phases: tuple[str, ...]
    environments: tuple[str, ...]

    def of(self, values: Mapping[str, str]) -> Bound:
        """Return the call with values instead of the placeholders, such as `ACCOUNT` and `ENVIRONMENT`."""

        def filled(text: str) -> str:
            for placeholder, value in values.items():
                text = text.replace(placeholder, value)
            return text

        return _mapped(self.call, filled)


def anonymous(call: Bound, account: str, environment: str) -> Bound:
    """Return a call with placeholders for the account, the environment and generated names."""
    own = re.compile(rf"(?<=-){environment}(?![a-z0-9])")

    def replaced(text: str) -> str:
        if text == environment:
            return ENVIRONMENT
        text = own.sub(ENVIRONMENT, text.replace(account, ACCOUNT))
        return re.sub(r"(?<=/aws/appsync/apis/)\w+", "ID", text)

    return _mapped(call, replaced)


def _mapped(call: Bound, change: Callable[[str], str]) -> Bound:
    return Bound(
        name=call.name,
        arns=tuple(sorted(map(change, call.arns))),
        tags={key: change(value) for key, value in call.tags.items()},
        tag_keys=call.tag_keys,
        roles=tuple(sorted(map(change, call.roles))),
        keys=tuple(sorted(map(change, call.keys))),
    )


def read(file: Path) -> list[Recorded]:
    """Return the calls in a file."""
    return [_parsed(entry) for entry in json.loads(file.read_text(encoding="utf-8"))["calls"]]


def write(calls: Iterable[Recorded], file: Path, about: str) -> None:
    """Write a record, one call per line, sorted."""
    lines = sorted(json.dumps(_entry(one), sort_keys=True) for one in calls)
    body = ",\n".join(f"  {line}" for line in lines)
    file.write_text(f'{{\n "about": {json.dumps(about)},\n "calls": [\n{body}\n ]\n}}\n', encoding="utf-8")


def merged(seen: Iterable[tuple[str, str, Bound]]) -> Iterator[Recorded]:
    """Yield each distinct call of (phase, environment, call) once."""
    found: dict[str, tuple[Bound, set[str], set[str]]] = {}
    for phase, environment, call in seen:
        _, phases, environments = found.setdefault(identity(call), (call, set(), set()))
        phases.add(phase)
        environments.add(environment)
    for call, phases, environments in found.values():
        yield Recorded(call, tuple(sorted(phases)), tuple(sorted(environments)))


def identity(call: Bound) -> str:
    """Return a text that is equal for equal calls."""
    return json.dumps(_entry(Recorded(call, (), ())), sort_keys=True)


def _entry(recorded: Recorded) -> dict[str, Any]:
    call = recorded.call
    entry = {
        "call": call.name,
        "arns": call.arns,
        "tags": call.tags,
        "tag_keys": () if set(call.tag_keys) == set(call.tags) else call.tag_keys,
        "roles": call.roles,
        "keys": call.keys,
        "phases": recorded.phases,
        "environments": recorded.environments,
    }
    return {name: value for name, value in entry.items() if value}


def _parsed(entry: dict[str, Any]) -> Recorded:
    tags = entry.get("tags", {})
    call = Bound(
        name=entry["call"],
        arns=tuple(entry.get("arns", ())),
        tags=tags,
        tag_keys=tuple(entry.get("tag_keys", sorted(tags))),
        roles=tuple(entry.get("roles", ())),
        keys=tuple(entry.get("keys", ())),
    )
    return Recorded(call, tuple(entry["phases"]), tuple(entry.get("environments", ())))
