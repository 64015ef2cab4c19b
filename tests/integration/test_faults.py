"""Calls to DynamoDB and Lambda are dropped, lost, duplicated and overtaken at every step of every write path.

Afterwards the client repeats the call until it is acknowledged, and the invariants (`tests/helpers/invariants.py`)
hold: acknowledged changes exist, once, and counts, log and indexes match them. Kills at every step are in
test_crashes.py.

``CHAT_FAULTS=all`` runs every mode at every step of every write path. By default, the write paths of messages run with
all modes, the others with the two modes that find most defects, and only at steps that write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from graphql import ObjectTypeDefinitionNode, parse

from tests.helpers.failing import HOT, IS_COMPLETE, MODES, Case, run_with_faults, steps_of, telling_steps
from tests.helpers.write_paths import PATHS, WITHOUT_WAY, Participants
from tools.client_operations import FOLDER

if TYPE_CHECKING:
    from appsync_local.datasources.dynamodb.refusals import RefusedResult
    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend

TELLING_MODES = ("lose", "twice")
SHARED = {"updatePresence", "markAllNotificationsRead"}
"""These change data of their user rather than of a room, so their cases run one after another."""


@pytest.fixture(scope="session")
async def participants(backend: LocalBackend, new_user: NewUser) -> Participants:
    """Create the users of the write paths on the shared backend."""
    alice, bob, carol, dave = [await new_user(name) for name in ("Alice", "Bob", "Carol", "Dave")]
    return Participants(backend, alice, bob, carol, dave)


def test_every_mutation_has_a_write_path() -> None:
    schema = parse((FOLDER.parent / "schema.graphql").read_text(encoding="utf-8"), no_location=True)
    (mutations,) = (
        node.fields
        for node in schema.definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value == "Mutation"
    )
    known = {path.mutation for path in PATHS.values()} | WITHOUT_WAY.keys()
    assert {field.name.value for field in mutations} == known, "add it to tests/helpers/write_paths.py"


def test_runbook_describes_repetition_of_every_mutation() -> None:
    page = (FOLDER.parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page.split("## Partial failures")[1].split("## ")[0]
    assert [path.mutation for path in PATHS.values() if f"`{path.mutation}`" not in section] == []


@pytest.mark.parametrize("name", PATHS)
async def test_invariants_hold_and_nothing_acknowledged_is_lost(participants: Participants, name: str) -> None:
    path = PATHS[name]
    calls = await steps_of(path, participants)
    assert calls, "a way to write calls something"
    found = []
    for mode in MODES if IS_COMPLETE or path.name in HOT else TELLING_MODES:
        cases = [Case(path, mode, step) for step in (0, *telling_steps(calls))]
        for group in [[case] for case in cases] if path.mutation in SHARED else [cases]:
            found += await run_with_faults(group, participants)
    assert found == [], f"steps: {calls}"


@pytest.mark.parametrize("name", [name for name, path in PATHS.items() if path.mutation not in SHARED])
async def test_call_made_twice_takes_effect_once_in_every_refused_result_mode(
    participants: Participants, name: str, refused_result: RefusedResult
) -> None:
    path = PATHS[name]
    calls = await steps_of(path, participants)
    cases = [Case(path, "twice", step) for step in telling_steps(calls)]
    assert await run_with_faults(cases, participants) == [], f"{refused_result}, steps: {calls}"
