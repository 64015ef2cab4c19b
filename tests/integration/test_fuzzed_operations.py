"""Every field of the schema with generated arguments: the response is a result or a documented error.

Most arguments match their name; the others are any value of their type and a few invalid ones: nulls, numbers at and
beyond limits, hostile text, ids of other rooms, of other kinds and of nothing, page tokens of other lists. The default
run is short; ``CHAT_FUZZ_EXAMPLES=300 pytest --timeout 0 tests/integration/test_fuzzed_operations.py`` is a long one.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appsync_local.schema import build_schema
from chat_client import SubscriptionError, documents
from contract.limits import LIMITS
from contract.names import ERROR_TYPES
from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from tests.conftest import NewUser
    from tests.helpers.chat import ChatUser, Row

FEW = settings(
    max_examples=int(os.environ.get("CHAT_FUZZ_EXAMPLES", "6")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SCHEMA = build_schema((ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8")).schema
CALLERS = ("alice", "bob", "mallory")
CALLER = st.sampled_from(["alice", *CALLERS])
HOSTILE = (
    *(
        "",
        " ",
        "\t\n",
        "x" * (LIMITS["roomNameLength"] + 1),
        "x" * (LIMITS["contentLength"] + 1),
        "x" * 65_000,
        "\x00",
        "\ufeff",
        "\u202e",
        "😀" * 40,
        "\ud800",
        "e\u0301" * 9,
    ),
    *("__proto__", "constructor", "toString", "null", "undefined", "NaN", "true", "0", "-1", "1e3"),
    *("#", ":", "a#b", "a:b:c", "direct:", "direct:a:b", "direct::", "room#", "${util.error()}", "$ctx", "{{x}}", "%s"),
    *("' OR 1=1 --", "<script>", "../../etc", "rooms/r/x/0/a", "👍", "👍👍", "https://example.com", "a@example.com"),
    *("2030-01-01T00:00:00Z", "2030-02-30T00:00:00Z", "1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59Z", "image/png"),
)
NUMBERS = (0, 1, -1, 2, 50, 100, 101, 3600, 2**31 - 1, -(2**31), 2**31, -(2**31) - 1, 2**53, 10**30)
KNOWN = (
    *("<room>", "<private>", "<direct>", "<archived>", "<nowhere>"),
    *("<alice>", "<bob>", "<mallory>", "<nobody>"),
    *("<message>", "<reply>", "<deleted>", "<hidden>", "<missing>", "<report>", "<notification>"),
    *("<message>:1", "<room>:0", "<room>:-1", "<room>:1.5", "<room>:1e1", "<room>:99999999999999999999"),
    *("<room>: 1", "<room>:", "<room>#<bob>", "direct:<alice>:<bob>", "direct:<bob>:<alice>"),
    *("<token of messages>", "<token of members>", "<token of rooms>"),
)
"""Placeholders of values that exist only while the backend runs, so that examples stay the same."""
TEXT = st.sampled_from(KNOWN) | st.sampled_from(HOSTILE) | st.text(max_size=30)
ODD = st.sampled_from([None, True, 7, 1.5, "", "x", [], {}, [None], {"x": 1}])
TIMES = ("2030-01-01T00:00:00.000Z", "2030-01-01T00:00:00+25:00", "2027-01-01T00:00:00Z", "yesterday", "")
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "ID": st.sampled_from(KNOWN) | TEXT | st.integers(),
    "String": TEXT,
    "Int": st.sampled_from(NUMBERS) | st.integers(),
    "Boolean": st.booleans(),
    "AWSDateTime": st.sampled_from(TIMES) | st.datetimes().map(lambda time: f"{time.isoformat(timespec='seconds')}Z"),
}
ROOMS = st.sampled_from(["<room>", "<room>", "<private>", "<direct>", "<archived>"])
PEOPLE = st.sampled_from(["<alice>", "<bob>", "<mallory>"])
MESSAGES = st.sampled_from(["<message>", "<message>", "<reply>", "<deleted>"])
WORDS = st.sampled_from(["hello", "  blanks around  ", "Grüße 👋", "a\nb", "x" * 80]) | st.text(min_size=1, max_size=40)
FITTING: dict[str, st.SearchStrategy[Any]] = {
    "chatRoomId": ROOMS,
    "id": ROOMS | MESSAGES | st.sampled_from(["<notification>", "<bob>"]),
    "userId": PEOPLE,
    "messageId": MESSAGES,
    "replyToId": MESSAGES,
    "reportId": st.just("<report>"),
    "mentions": PEOPLE,
    "nextToken": st.sampled_from(["<token of messages>", "<token of members>", "<token of rooms>"]),
    "emoji": st.sampled_from(["👍", "🎉", ":snail:"]),
    "clientMessageId": st.sampled_from(["one", "two", "01JZZZZZZZ0000000000000000"]),
    "contentType": st.sampled_from(["image/png", "text/plain"]),
    "retentionDays": st.integers(0, 3650),
    "slowModeSeconds": st.sampled_from([0, 0, 1]),
    "limit": st.integers(1, 100),
    **dict.fromkeys(("content", "name", "description", "reason"), WORDS),
    **dict.fromkeys(("seq", "beforeSeq", "afterSeq", "index", "size", "seconds", "expectedVersion"), st.integers(0, 6)),
}
"""Typical values of arguments by name, so that operations do not only fail."""
_ODD_ONE_IN = 6
_SELECTED_DEPTH = 4


class Operation(NamedTuple):
    """A field of a root type, with its document and a strategy for its arguments."""

    kind: str
    field: str
    document: str
    variables: st.SearchStrategy[dict[str, Any]]


def values(type_: GraphQLInputType, name: str) -> st.SearchStrategy[Any]:
    """Return a strategy for an argument with this type and name; it also generates invalid values."""
    if isinstance(type_, GraphQLNonNull):
        return _mostly(_present(type_.of_type, name), ODD, 40)
    return _mostly(_present(type_, name), st.none(), 8)


def _present(type_: GraphQLInputType, name: str) -> st.SearchStrategy[Any]:
    if isinstance(type_, GraphQLList):
        return _mostly(st.lists(values(type_.of_type, name), max_size=3), st.lists(values(type_.of_type, name)), 8)
    if isinstance(type_, GraphQLEnumType):
        return _mostly(st.sampled_from(sorted(type_.values)), st.sampled_from(["NOTHING", "", 0]), 20)
    if isinstance(type_, GraphQLInputObjectType):
        return _some_of({name: field.type for name, field in type_.fields.items()})
    any_value = SCALARS[get_named_type(type_).name]
    return _mostly(FITTING.get(name, any_value), any_value, _ODD_ONE_IN)


def _some_of(types: Mapping[str, GraphQLInputType]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for all required values and some of the optional ones."""
    found = {name: values(type_, name) for name, type_ in types.items()}
    needed = {name: found[name] for name, type_ in types.items() if isinstance(type_, GraphQLNonNull)}
    return st.fixed_dictionaries(needed, optional={name: found[name] for name in found if name not in needed})


def _mostly(usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any], one_in: int) -> st.SearchStrategy[Any]:
    return st.integers(1, one_in).flatmap(lambda number: rare if number == one_in else usual)


def _selection(type_: GraphQLOutputType, depth: int = _SELECTED_DEPTH) -> str:
    named = get_named_type(type_)
    if not isinstance(named, GraphQLObjectType) or depth == 0:
        return ""
    parts = [
        f"{name} {_selection(field.type, depth - 1)}"
        for name, field in named.fields.items()
        if depth > 1 or not isinstance(get_named_type(field.type), GraphQLObjectType)
    ]
    return f"{{ {' '.join(parts)} }}"


def _written(kind: str, name: str, field: GraphQLField) -> str:
    """Return the canonical document, or, if there is none, a document that selects everything."""
    if name in documents():
        return documents()[name]
    declared = ", ".join(f"${argument}: {one.type}" for argument, one in field.args.items())
    passed = ", ".join(f"{argument}: ${argument}" for argument in field.args)
    head, call = (f"({declared})", f"({passed})") if field.args else ("", "")
    return f"{kind} Fuzzed{head} {{ {name}{call} {_selection(field.type)} }}"


def _operations(kind: str, root: GraphQLObjectType | None) -> list[Operation]:
    assert root is not None
    return [
        Operation(
            kind,
            name,
            _written(kind, name, field),
            _some_of({argument: one.type for argument, one in field.args.items()}),
        )
        for name, field in root.fields.items()
    ]


QUERIES = _operations("query", SCHEMA.query_type)
ENDING = "deleteMyAccount"
"""Has no arguments, and would delete the users of the other tests."""
MUTATIONS = [operation for operation in _operations("mutation", SCHEMA.mutation_type) if operation.field != ENDING]
SUBSCRIPTIONS = _operations("subscription", SCHEMA.subscription_type)


class World:
    """Rooms, messages and users that arguments refer to."""

    def __init__(self, people: Mapping[str, ChatUser]) -> None:
        self.people = people
        self.known: dict[str, str] = {}
        self.rooms: list[Row] = []

    async def build(self) -> World:
        """Create the rooms and messages."""
        alice, bob, mallory = (self.people[name] for name in CALLERS)
        room, private, archived = [
            await alice.create_room(**more) for more in ({}, {"visibility": "PRIVATE"}, {"name": "archived"})
        ]
        hidden = await mallory.create_room(visibility="PRIVATE")
        direct = await alice.run("openDirectRoom", userId=bob.id)
        await bob.join(room)
        message = await alice.send(room, "hello")
        reply = await bob.send(room, "again", replyToId=message["id"])
        deleted = await alice.delete(await alice.send(room, "gone"))
        report = await bob.run("reportMessage", messageId=message["id"], reason="look")
        of_mallory = await mallory.send(hidden, "secret")
        await alice.run("archiveChatRoom", id=archived["id"])
        notifications = (await alice.run("myNotifications", limit=1))["items"]
        self.rooms = [room, private, archived, direct]
        self.known = {
            "<room>": room["id"],
            "<private>": private["id"],
            "<direct>": direct["id"],
            "<archived>": archived["id"],
            "<nowhere>": "01JZZZZZZZ0000000000000000",
            **{f"<{name}>": user.id for name, user in self.people.items()},
            "<nobody>": "00000000-0000-4000-8000-000000000000",
            "<message>": message["id"],
            "<reply>": reply["id"],
            "<deleted>": deleted["id"],
            "<hidden>": of_mallory["id"],
            "<missing>": f"{room['id']}:999",
            "<report>": report["id"],
            "<notification>": notifications[0]["id"] if notifications else "none",
            "<token of messages>": (await alice.messages(room, limit=1))["nextToken"],
            "<token of members>": (await alice.run("roomMembers", chatRoomId=room["id"], limit=1))["nextToken"],
            "<token of rooms>": (await alice.my_rooms(limit=1))["nextToken"],
        }
        return self

    def named(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Replace placeholders by their values."""
        if isinstance(value, dict):
            return {name: self.named(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.named(inner) for inner in value]
        if isinstance(value, str):
            for name, known in self.known.items():
                value = value.replace(name, known or "")
        return value

    async def can_be_read(self) -> None:
        """Check that all written data can be read: accepted input breaks no read."""
        own = ("me", "myChatRooms", "myInvitations", "myNotifications", "listChatRooms")
        await asyncio.gather(*(user.run(field) for user in self.people.values() for field in own))
        of_rooms = ("messagesByRoom", "roomMembers", "presenceByRoom", "moderationLog", "reports")
        alice = self.people["alice"]
        refusals = await asyncio.gather(
            *(alice.refusal(field, chatRoomId=room["id"]) for room in self.rooms for field in of_rooms)
        )
        assert set(refusals) <= {None, "Forbidden", "Banned"}, "she may have left, or be no owner any more"


@pytest.fixture(scope="module")
async def world(alice: ChatUser, bob: ChatUser, mallory: ChatUser) -> World:
    """Create the data for all operations that only read."""
    return await World({"alice": alice, "bob": bob, "mallory": mallory}).build()


@pytest.fixture
async def changeable(world: World) -> AsyncIterator[World]:
    """Create new data with the same users, and check that it can be read after the test."""
    made = await World(world.people).build()
    yield made
    await made.can_be_read()


def _is_documented(types: list[str | None], data: object) -> bool:
    """Return whether errors have a documented type; input that does not match the schema is refused without data."""
    return (data is None and bool(types)) or set(types) <= set(ERROR_TYPES)


async def ask(world: World, operation: Operation, data: st.DataObject) -> None:
    """Call an operation with generated arguments."""
    user = world.people[data.draw(CALLER)]
    variables = world.named(data.draw(operation.variables))
    answer = await user.graphql.post(json.dumps({"query": operation.document, "variables": variables}).encode())
    shown = json.dumps([variables, answer.body])[:2000]
    assert answer.status in {200, 400, 401}, shown
    assert _is_documented(answer.error_types, answer.data), shown
    assert answer.errors or answer.data, shown
    assert not any(word in json.dumps(answer.body) for word in ("Traceback", "Exception:", "at Object.", ".js:")), shown


@pytest.mark.parametrize("operation", QUERIES, ids=lambda operation: operation.field)
@FEW
@given(data=st.data())
async def test_queries_return_a_result_or_a_documented_error(
    world: World, operation: Operation, data: st.DataObject
) -> None:
    await ask(world, operation, data)


@pytest.mark.parametrize("operation", MUTATIONS, ids=lambda operation: operation.field)
@FEW
@given(data=st.data())
async def test_mutations_return_a_result_or_a_documented_error(
    changeable: World, operation: Operation, data: st.DataObject
) -> None:
    await ask(changeable, operation, data)


async def test_account_deletion_has_no_arguments_and_returns_a_result(new_user: NewUser) -> None:
    root = SCHEMA.mutation_type
    assert root is not None
    assert not root.fields[ENDING].args
    assert await (await new_user("Leaver")).refusal(ENDING) is None


@pytest.mark.parametrize("operation", SUBSCRIPTIONS, ids=lambda operation: operation.field)
@FEW
@given(data=st.data())
async def test_subscriptions_start_or_return_a_documented_error(
    world: World, operation: Operation, data: st.DataObject
) -> None:
    user = world.people[data.draw(CALLER)]
    variables = world.named(data.draw(operation.variables))
    async with user.realtime() as connection:
        types: list[str | None] = []
        try:
            await (await connection.subscribe(operation.document, variables)).stop()
        except SubscriptionError as refused:
            types = refused.types or ["an error without an error"]
    assert {kind for kind in types if kind is not None} <= set(ERROR_TYPES), (variables, types)
