"""Calls to DynamoDB and Lambda are dropped, lost, doubled and overtaken at every step of every way to write.

Afterwards the client repeats the call until it is acknowledged, and the history checker (`tests/helpers/invariants.py`)
finds nothing: what was acknowledged is there, once, and counts, log and indexes agree with it. Kills at every step are
in test_crashes.py.

``CHAT_FAULTS=all`` runs every mode at every step of every way to write. Without it those that every message depends on
get all modes, the others the two that find most, and only at steps that write.
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
"""They act on what is their user's own and not a room's: one case after the other."""


@pytest.fixture(scope="session")
async def participants(backend: LocalBackend, new_user: NewUser) -> Participants:
    """The backend and four people."""
    alice, bob, carol, dave = [await new_user(name) for name in ("Alice", "Bob", "Carol", "Dave")]
    return Participants(backend, alice, bob, carol, dave)


def test_every_mutation_has_its_way_to_write() -> None:
    schema = parse((FOLDER.parent / "schema.graphql").read_text(encoding="utf-8"), no_location=True)
    (mutations,) = (
        node.fields
        for node in schema.definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value == "Mutation"
    )
    known = {path.mutation for path in PATHS.values()} | WITHOUT_WAY.keys()
    assert {field.name.value for field in mutations} == known, "add it to tests/helpers/write_paths.py"


def test_the_runbook_says_of_every_mutation_what_repeating_it_does() -> None:
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
async def test_call_made_twice_is_done_once_whatever_its_refusal_shows(
    participants: Participants, name: str, refused_result: RefusedResult
) -> None:
    path = PATHS[name]
    calls = await steps_of(path, participants)
    cases = [Case(path, "twice", step) for step in telling_steps(calls)]
    assert await run_with_faults(cases, participants) == [], f"{refused_result}, steps: {calls}"
