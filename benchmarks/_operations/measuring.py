"""Measures all cases in rooms of every size."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, OperationDefinitionNode, OperationType, parse

from benchmarks._operations import (
    members,
    messages,
    moderation,
    notifications,
    presence,
    privacy,
    reactions,
    rooms,
    subscriptions,
)
from benchmarks._operations.list_fixtures import fill_lists
from benchmarks._operations.room_fixture import LARGE, MEDIUM, SMALL, Accounts, RoomFixture, Size
from benchmarks._operations.tables import Tables
from chat_client import documents
from chat_client.iam import IamAuthorization
from lambdas.common import publishing
from tests.helpers.accounts import UserPool
from tests.helpers.chat import ChatUser
from tests.helpers.graphql_client import METER, GraphQLClient, Metered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks._operations.case import Case
    from tests.helpers.backend import LocalBackend

CASES: tuple[Case, ...] = (
    *rooms.CASES,
    *messages.CASES,
    *reactions.CASES,
    *presence.CASES,
    *members.CASES,
    *moderation.CASES,
    *notifications.CASES,
    *privacy.CASES,
    *subscriptions.CASES,
    # Cases in which the backend itself writes into the room run last, because their writes would affect others.
    *members.CHANGES,
    *rooms.CHANGES,
)
FUNCTION = "function"
_NAMES = {
    "owner": "Alice",
    "member": "Bob",
    "guest": "Carol",
    "collector": "Dora",
    "invitee": "Erin",
    "leaver": "Frank",
}


@dataclass(frozen=True, slots=True)
class Measurement:
    """One case in one room.

    Attributes:
        variables: the variables of the call.
        result: the result; None for a subscription, which returns later.
        cost: the measured cost.
    """

    variables: dict[str, Any]
    result: Any
    cost: Metered


Measurements = dict["Case", dict[str, Measurement]]
"""Measurements by case and by name of the room size."""


def signed_client(backend: LocalBackend) -> GraphQLClient:
    """Return a caller with IAM: it signs every request, as the backend's own functions do."""
    credentials = backend.session().get_credentials()
    if credentials is None:
        raise RuntimeError("There are no credentials to sign with.")
    return GraphQLClient(backend.outputs["GraphQLURL"], IamAuthorization(credentials, backend.outputs.region))


def all_documents() -> dict[str, str]:
    """Return the document of every operation by its field: canonical ones, and those of the backend's functions."""
    own = [text for text in vars(publishing).values() if isinstance(text, str) and text.startswith("\nmutation")]
    return {**documents(), **{_field_of(text): text for text in own}}


class Meter:
    """Measures cases on a running backend.

    Args:
        backend: the running backend.
        large: the size of the large room.
    """

    def __init__(self, backend: LocalBackend, large: Size = LARGE) -> None:
        self._backend = backend
        self._sizes = (SMALL, MEDIUM, large)
        self._tables = Tables(backend)
        self._documents = all_documents()
        self._function = signed_client(backend)
        self._people: dict[str, ChatUser] = {}

    async def measure(self, cases: Iterable[Case] = CASES) -> Measurements:
        """Measure every case in its rooms."""
        chosen = list(cases)
        accounts = await self._gather()
        found: Measurements = {case: {} for case in chosen}
        for size in self._sizes:
            of_this_size = [case for case in chosen if size.name in case.sizes]
            if of_this_size:
                fixture = await asyncio.to_thread(RoomFixture, self._tables, accounts, size)
                for case in of_this_size:
                    found[case][size.name] = await self._run(case, fixture)
        return found

    async def _gather(self) -> Accounts:
        """Sign all users up and in, and create their data outside of the room."""
        pool, outputs = UserPool(self._backend), self._backend.outputs
        for part, name in _NAMES.items():
            account = await pool.sign_up(name)
            self._people[part] = ChatUser.of(account, await pool.sign_in(account), outputs)
        accounts = Accounts(**{part: person.id for part, person in self._people.items()})
        await asyncio.to_thread(fill_lists, self._tables, accounts)
        return accounts

    async def _run(self, case: Case, fixture: RoomFixture) -> Measurement:
        await asyncio.to_thread(fixture.reset)
        await asyncio.to_thread(case.given, fixture)
        caller, variables = case.call(fixture)
        document = self._documents[case.operation]
        if _is_subscription(document):
            return Measurement(variables, None, await self._subscribe(self._people[caller], document, variables))
        client = self._function if caller == FUNCTION else self._people[caller].graphql
        data, cost = await client.measure(document, variables)
        return Measurement(variables, data[case.operation], cost)

    @staticmethod
    async def _subscribe(person: ChatUser, document: str, variables: dict[str, Any]) -> Metered:
        asking = {**person.headers, **METER}
        async with person.realtime() as connection:
            return (await connection.subscribe(document, variables, authorization=asking)).meter


def _operation(document: str) -> OperationDefinitionNode:
    return next(node for node in parse(document).definitions if isinstance(node, OperationDefinitionNode))


def _is_subscription(document: str) -> bool:
    return _operation(document).operation is OperationType.SUBSCRIPTION


def _field_of(document: str) -> str:
    (field,) = _operation(document).selection_set.selections
    if not isinstance(field, FieldNode):
        raise TypeError(f"Not a field: {field}")
    return field.name.value
