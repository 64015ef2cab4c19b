"""Any text in every argument of the schema is either returned unchanged or refused with the argument's name.

The arguments are read from the schema. Lengths are around every limit; texts are random Unicode: combining marks, emoji
sequences, flags, control characters, unpaired surrogates. To test more and new examples: ``CHAT_FUZZ_EXAMPLES=300
pytest --timeout 0 tests/integration/test_texts.py``.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appsync_local.schema import build_schema
from chat_client import GraphQLClient, SubscriptionError, documents
from chat_client.iam import IamAuthorization
from contract.limits import LIMITS
from contract.names import ERROR_TYPES
from lambdas.common import publishing
from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

FEW: Final = settings(
    max_examples=int(os.environ.get("CHAT_FUZZ_EXAMPLES", "4")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SCHEMA: Final = build_schema((ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8")).schema
LONGEST: Final = {
    "content": LIMITS["contentLength"],
    "input.name": LIMITS["roomNameLength"],
    "description": LIMITS["roomDescriptionLength"],
    "reason": LIMITS["reasonLength"],
    "emoji": LIMITS["emojiLength"],
    "input.attachments.name": LIMITS["attachmentNameLength"],
    "requestAttachmentUpload.input.name": LIMITS["attachmentNameLength"],
}
"""By the argument's last name, by its whole path, or with its field if the path alone is ambiguous."""
OF_SEVERAL_LINES: Final = {"content", "description", "reason"}
PARTS: Final = (
    *("a", "é", "e\u0301", "\u0301", "漢", "\u0947", "\u202e", "\xa0", " ", "\n", "\t", "\r", "#", ":", '"', "\\"),
    *(
        "👍",
        "👍🏾",
        "👨\u200d👩\u200d👧\u200d👦",
        "\u200d",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "🇩🇪",
        "🇩",
        "\U00020bb7",
        "\uffff",
    ),
)
NO_TEXT: Final = (
    "\x00",
    "\x01",
    "\x0b",
    "\x1b",
    "\x7f",
    "\x85",
    "\x9f",
    "\ud800",
    "\udbff",
    "\udc00",
    "\ud83c",
    "\udf89",
)
BLANKS: Final = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
"""Characters that JavaScript's ``trim`` removes; Python's ``strip`` removes others."""
OWN: Final[Mapping[str, Row]] = {
    "muteMember": {"seconds": 60},
    "updateChatRoom": {"input": {"slowModeSeconds": 0}},
    "updateNotificationPreference": {"input": {"level": "ALL"}},
    "onReactionAdded": {"chatRoomId": "<room>"},
    "onReactionRemoved": {"chatRoomId": "<room>"},
}
"""Arguments that an operation requires in addition to the schema."""
LOGGED: Final = {"archiveChatRoom", "banMember", "muteMember", "removeMember", "resolveReport", "updateChatRoom"}
"""Operations whose reason is in the moderation log."""
EDGED: Final = {"createMessage", "createChatRoom", "createReaction", "updateMessage", "reportMessage", "banMember"}
"""Operations that together cover each rule of texts."""
ROOMS_ID: Final = {"archiveChatRoom", "getChatRoom", "updateChatRoom"}


class Argument(NamedTuple):
    """A position of a text in the arguments of a field."""

    kind: str
    field: str
    path: tuple[str, ...]
    types: tuple[GraphQLInputType, ...]
    """Types of each part of the path."""

    @property
    def name(self) -> str:
        """Return the argument's name in errors."""
        return ".".join(self.path)

    @property
    def longest(self) -> int | None:
        """Return its limit in characters, if it has one."""
        return next(
            (LONGEST[key] for key in (f"{self.field}.{self.name}", self.name, self.path[-1]) if key in LONGEST), None
        )

    def filled(self, variables: Row, text: str) -> Row:
        """Return the variables with the text inserted."""
        return _put(variables, self.path, self.types, text)


def _put(variables: Row, path: tuple[str, ...], types: tuple[GraphQLInputType, ...], text: str) -> Row:
    name, is_list = path[0], isinstance(_nullable(types[0]), GraphQLList)
    if len(path) == 1:
        return {**variables, name: [text] if is_list else text}
    inner = variables.get(name) or _required(get_named_type(types[0]))
    inner = inner[0] if isinstance(inner, list) else inner
    changed = _put(inner, path[1:], types[1:], text)
    return {**variables, name: [changed] if is_list else changed}


def _nullable(type_: GraphQLInputType) -> object:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _required(type_: object) -> Row:
    """Return the required fields of an input."""
    assert isinstance(type_, GraphQLInputObjectType)
    return {name: _value(name, field.type) for name, field in type_.fields.items() if is_required_input_field(field)}


def _value(name: str, type_: GraphQLInputType) -> Any:  # noqa: ANN401 - any JSON
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        return _required(named)
    if isinstance(named, GraphQLEnumType):
        return min(named.values)
    return {"Int": 1, "Boolean": True, "AWSDateTime": "2030-01-01T00:00:00.000Z"}.get(named.name, f"<{name}>")


def _places(
    type_: GraphQLInputType, path: tuple[str, ...], types: tuple[GraphQLInputType, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[GraphQLInputType, ...]]]:
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from _places(field.type, (*path, name), (*types, field.type))
    elif named.name in {"String", "ID"}:
        yield path, types


def _arguments() -> Iterator[Argument]:
    roots = {"query": SCHEMA.query_type, "mutation": SCHEMA.mutation_type, "subscription": SCHEMA.subscription_type}
    for kind, root in roots.items():
        assert root is not None
        for field_name, field in root.fields.items():
            for argument, one in field.args.items():
                for path, types in _places(one.type, (argument,), (one.type,)):
                    yield Argument(kind, field_name, path, types)


ARGUMENTS: Final = list(_arguments())
BY_FUNCTIONS: Final = {
    re.findall(r"^  (\w+)\(", text, re.MULTILINE)[0]: text
    for name, text in vars(publishing).items()
    if name.startswith("PUBLISH_")
}
"""The documents of the mutations that only IAM may call."""


def named(arguments: list[Argument]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("argument", arguments, ids=lambda argument: f"{argument.field}.{argument.name}")


def written(text: str) -> str:
    """Return the text as encoded in JSON: adjacent surrogates become one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


@st.composite
def texts(draw: st.DrawFn, longest: int | None) -> str:
    """Generate a text with a length at one of the limits."""
    lengths = {0, 1, 2, 26, 64, 65, 100}
    if longest is not None:
        lengths |= {longest - 1, longest, longest + 1, 2 * longest, 2 * longest + 1}
    length = draw(st.sampled_from(sorted(lengths)))
    pattern = "".join(draw(st.lists(st.sampled_from(PARTS) | st.characters(codec="utf-8"), min_size=1, max_size=5)))
    text = (pattern * (length // len(pattern) + 1))[:length]
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(NO_TEXT)) + text[at:]
    return written(text)


def is_readable(text: str, *, is_line: bool) -> bool:
    """Return whether the API accepts the characters of a text."""
    layout = "" if is_line else "\t\n\r"
    return all(each in layout or unicodedata.category(each) not in {"Cc", "Cs"} for each in text)


class World:
    """A room with a message, a member, a report and an upload; new for each example that writes."""

    def __init__(self, alice: ChatUser, bob: ChatUser, backend: LocalBackend) -> None:
        self.alice = alice
        self.bob = bob
        self.backend = backend
        self.room: Row = {}
        self.values: Row = {}

    async def build(self) -> World:
        """Create the room."""
        self.room = await self.alice.create_room()
        await self.bob.join(self.room)
        message = await self.alice.send(self.room, "first")
        report = await self.bob.run("reportMessage", messageId=message["id"], reason="first")
        upload = {"chatRoomId": self.room["id"], "name": "a.png", "contentType": "image/png", "size": 1}
        key = (await self.alice.run("requestAttachmentUpload", input=upload))["key"]
        self.values = {
            **dict.fromkeys(("room", "chatRoomId"), self.room["id"]),
            **dict.fromkeys(("id", "messageId"), message["id"]),
            "userId": self.bob.id,
            "reportId": report["id"],
            "key": key,
            "contentType": "image/png",
            "emoji": "👍",
        }
        return self

    def variables(self, argument: Argument, text: str) -> Row:
        """Return valid arguments except for the text."""
        root = {"query": SCHEMA.query_type, "mutation": SCHEMA.mutation_type}.get(
            argument.kind, SCHEMA.subscription_type
        )
        assert root is not None
        required = {
            name: _value(name, one.type)
            for name, one in root.fields[argument.field].args.items()
            if is_required_argument(one)
        }
        for name, value in OWN.get(argument.field, {}).items():
            required[name] = {**required[name], **value} if isinstance(value, dict) else value
        known = self._known(argument, required)
        filled = argument.filled(known, text)
        if "attachments" in argument.path:
            filled["input"]["type"] = "IMAGE"
            filled["input"]["attachments"] = [self._known(argument, each) for each in filled["input"]["attachments"]]
        return filled

    def _known(self, argument: Argument, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            return {name: self._known(argument, inner) for name, inner in value.items()}
        if value == "<id>" and argument.field in ROOMS_ID:
            return self.room["id"]
        if isinstance(value, str) and value.startswith("<") and value.endswith(">"):
            return self.values.get(value[1:-1], "x")
        return value

    async def look(self) -> Any:  # noqa: ANN401 - any JSON
        """Return the state of the room, including the preview of its last message."""
        return [
            self.backend.table("rooms").get_item(Key={"roomId": self.room["id"]}, ConsistentRead=True)["Item"],
            *await asyncio.gather(
                self.alice.messages(self.room),
                self.alice.run("moderationLog", chatRoomId=self.room["id"]),
                self.alice.run("reports", chatRoomId=self.room["id"]),
            ),
        ]


@pytest.fixture
async def world(alice: ChatUser, bob: ChatUser, backend: LocalBackend) -> World:
    return await World(alice, bob, backend).build()


@pytest.fixture
def administrator(backend: LocalBackend) -> GraphQLClient:
    """Return a client with the account's own key, which may call what functions may."""
    credentials = backend.session().get_credentials()
    assert credentials is not None
    return GraphQLClient(backend.outputs["GraphQLURL"], IamAuthorization(credentials, backend.outputs.region))


def expected(argument: Argument, text: str) -> bool | None:
    """Return whether the text must be accepted; None if only the operation can decide."""
    trimmed = text.strip(BLANKS)
    is_line = argument.path[-1] not in OF_SEVERAL_LINES
    if argument.longest is None or argument.field.startswith("publish"):
        return None if is_readable(text, is_line=not argument.field.startswith("publish")) else False
    if not is_readable(trimmed, is_line=is_line) or len(trimmed) > argument.longest:
        return False
    if not trimmed:
        return None
    has_blanks = any(unicodedata.category(each).startswith("Z") or each in BLANKS for each in trimmed)
    return None if argument.path[-1] == "emoji" and has_blanks else True


def holds(value: object, text: str) -> bool:
    """Return whether a response contains the text."""
    if isinstance(value, dict):
        return any(holds(inner, text) for inner in value.values())
    if isinstance(value, list):
        return any(holds(inner, text) for inner in value)
    return value == text


def check_refusal(argument: Argument, text: str, types: list[str | None], message: str) -> None:
    """Check that a refusal is documented; if the text is invalid, it names the argument."""
    shown = (argument.field, argument.name, ascii(text)[:200], types, message)
    assert set(types) <= set(ERROR_TYPES), shown
    if expected(argument, text) is False:
        assert types == ["ValidationError"], shown
        assert message.startswith(argument.name if "attachments" not in argument.path else "input.attachments"), shown
    assert expected(argument, text) is not True, shown


async def check(argument: Argument, text: str, world: World, administrator: GraphQLClient) -> None:
    variables = world.variables(argument, text)
    before = await world.look() if writes(argument) else None
    if argument.field in BY_FUNCTIONS:
        answer = await administrator.attempt(BY_FUNCTIONS[argument.field], variables)
    else:
        body = {"query": documents()[argument.field], "variables": variables}
        answer = await world.alice.graphql.post(json.dumps(body).encode())
    shown = (argument.field, argument.name, ascii(text)[:200], answer.status, ascii(answer.body)[:1000])
    if answer.errors:
        check_refusal(argument, text, answer.error_types, answer.errors[0].message)
        assert before is None or await world.look() == before, shown
        return
    assert answer.status == 200, shown
    assert expected(argument, text) is not False, shown
    trimmed = text.strip(BLANKS)
    if argument.path[-1] == "reason" and trimmed and argument.field in LOGGED:
        log = await world.alice.run("moderationLog", chatRoomId=world.room["id"], limit=1)
        assert log["items"][0]["reason"] == trimmed, shown
    elif is_answered(argument) and trimmed:
        assert holds(answer.data, text if argument.field in BY_FUNCTIONS else trimmed), shown


def writes(argument: Argument) -> bool:
    """Return whether the operation may write."""
    return argument.kind == "mutation" and argument.field not in BY_FUNCTIONS


def is_answered(argument: Argument) -> bool:
    """Return whether the response contains the text of the argument."""
    is_stored = argument.path[-1] in {"content", "description", "emoji"} or argument.name == "input.name"
    return argument.kind == "mutation" and is_stored and argument.field != "requestAttachmentUpload"


@named([argument for argument in ARGUMENTS if argument.kind == "query"])
@FEW
@given(data=st.data())
async def test_queries_accept_a_text_or_name_its_argument(
    argument: Argument, data: st.DataObject, world: World, administrator: GraphQLClient
) -> None:
    await check(argument, data.draw(texts(argument.longest)), world, administrator)


@named([argument for argument in ARGUMENTS if argument.kind == "mutation"])
@FEW
@given(data=st.data())
async def test_mutations_accept_a_text_or_name_its_argument(
    argument: Argument, data: st.DataObject, world: World, administrator: GraphQLClient
) -> None:
    if writes(argument):
        await world.build()
    await check(argument, data.draw(texts(argument.longest)), world, administrator)


@named([argument for argument in ARGUMENTS if argument.kind == "subscription"])
@FEW
@given(data=st.data())
async def test_subscriptions_accept_a_text_or_name_its_argument(
    argument: Argument, data: st.DataObject, world: World
) -> None:
    text = data.draw(texts(argument.longest))
    async with world.alice.realtime() as connection:
        try:
            started = await connection.subscribe(documents()[argument.field], world.variables(argument, text))
            await started.stop()
        except SubscriptionError as refused:
            check_refusal(argument, text, refused.types, refused.errors[0].message)
        else:
            assert expected(argument, text) is not False, (argument, ascii(text))


def edges(longest: int) -> Iterator[str]:
    """Generate texts that end in characters of several code units, at a limit and at the end of previews."""
    for last in ("\U0001f389", "e\u0301", "👍🏾", "👨\u200d👩\u200d👧", "🇩🇪"):
        for edge in (longest, LIMITS["previewLength"]):
            for length in range(edge - 2, edge + 1):
                text = "a" * length + last + "b"
                yield text[:longest]
    yield "\U0001f389" * longest
    yield "\U0001f389" * (longest + 1)


@named([argument for argument in ARGUMENTS if argument.longest is not None and argument.field in EDGED])
async def test_texts_that_end_in_emoji_at_a_limit_are_accepted(
    argument: Argument, world: World, administrator: GraphQLClient
) -> None:
    assert argument.longest is not None
    for text in dict.fromkeys(edges(argument.longest)):
        if writes(argument):
            await world.build()
        await check(argument, text, world, administrator)


@pytest.mark.parametrize(
    "literal", [r'"a\ud800b"', r'"a\ud83c"', '"a\ud800b"', r'"a\u0000b"', '"a\x00b"', '"a\x1bb"'], ids=ascii
)
async def test_text_within_the_document_is_refused_too(literal: str, world: World) -> None:
    before = await world.look()
    query = f'mutation {{ createMessage(input: {{ chatRoomId: "{world.room["id"]}", content: {literal} }}) {{ id }} }}'
    answer = await world.alice.graphql.post(json.dumps({"query": query}).encode())
    assert answer.errors, answer.body
    assert "InternalFailure" not in answer.error_types, answer.body
    assert answer.status < 500, answer.body
    assert await world.look() == before
