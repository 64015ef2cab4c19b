"""The authorization matrix: every operation, called by every role, in a room of every state.

The operations are read from the schema: an operation without a rule in ``tests/integration/authorization`` fails here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from graphql import FieldDefinitionNode, ObjectTypeDefinitionNode, parse

from chat_client import SubscriptionError, document
from tests.helpers.backend import ROOT
from tests.integration.authorization import RULES
from tests.integration.authorization.room_fixture import RoomFactory
from tests.integration.authorization.rooms import FREEZING
from tests.integration.authorization.rule import OK, Outcome, Role, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser
    from tests.integration.authorization.room_fixture import RoomFixture
    from tests.integration.authorization.rule import Rule

FOR_USERS = {"Query", "Mutation", "Subscription"}
FOR_FUNCTIONS = "aws_iam"
"""The directive of fields that only the backend's own functions may call; no role of a room may."""


def _fields() -> dict[str, list[str]]:
    """Return the fields of Query, Mutation and Subscription that users may call, by type."""
    schema = parse((ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8"))
    return {
        node.name.value: [field.name.value for field in node.fields if not _is_for_functions(field)]
        for node in schema.definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value in FOR_USERS
    }


def _is_for_functions(field: FieldDefinitionNode) -> bool:
    return [directive.name.value for directive in field.directives] == [FOR_FUNCTIONS]


FIELDS = _fields()
ROOT_OF = {name: root for root, names in FIELDS.items() for name in names}


@pytest.fixture(scope="module")
async def rooms(backend: LocalBackend, new_user: NewUser) -> RoomFactory:
    """Create rooms, with a user for every role."""
    groups = {Role.ADMINS: ("Admins",), Role.MODERATORS: ("Moderators",)}
    callers: dict[Role, ChatUser] = {}
    for role in Role:
        callers[role] = await new_user(role.name.capitalize(), *groups.get(role, ()))
    return RoomFactory(backend, callers)


async def outcome_of(field: str, fixture: RoomFixture, rule: Rule) -> Outcome:
    """Call a field and return its outcome.

    A ``Conflict`` is retried once, as clients do: a function in the background may have caused it. If the rule expects
    ``Conflict``, the second call returns it again.
    """
    if ROOT_OF[field] != "Subscription":
        variables = rule.variables(fixture)
        refusal = await fixture.caller.refusal(field, **variables)
        if refusal == "Conflict":
            refusal = await fixture.caller.refusal(field, **variables)
        return refusal or OK
    async with fixture.caller.realtime() as connection:
        try:
            await connection.subscribe(document(field), rule.variables(fixture))
        except SubscriptionError as refused:
            return ", ".join(str(kind) for kind in refused.types)
    return OK


async def outcomes(field: str, role: Role, rule: Rule, rooms: RoomFactory) -> Mapping[State, Outcome]:
    """Return a role's outcomes in each state of a room; check that refused calls have changed nothing."""
    found = {}
    for state in State:
        fixture = rooms.prepare(state, rooms.callers[role])
        found[state] = await outcome_of(field, fixture, rule)
        if found[state] != OK:
            assert rooms.stored(fixture) == fixture.rows, f"{field} was refused with {found[state]} and wrote"
    return found


def test_every_operation_has_a_rule() -> None:
    assert set(RULES) == set(ROOT_OF)


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name)
@pytest.mark.parametrize("field", sorted(ROOT_OF))
async def test_outcomes_match_the_rules(field: str, role: Role, rooms: RoomFactory) -> None:
    rule = RULES[field]

    assert await outcomes(field, role, rule, rooms) == {state: rule.expected(role, state) for state in State}


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name)
async def test_all_roles_that_may_moderate_may_freeze_a_room(role: Role, rooms: RoomFactory) -> None:
    found = await outcomes("updateChatRoom", role, FREEZING, rooms)

    assert found == {state: FREEZING.expected(role, state) for state in State}
