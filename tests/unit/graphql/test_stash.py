"""Checks that `tsc` rejects wrong keys of the stash and wrong arguments."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from stacks.resolvers import read_graphql
from tools.generated_code import generated

ROOT = Path(__file__).parents[3]
TYPES = f"import('{ROOT / 'graphql' / 'shared' / 'types'}')"
SOURCES = read_graphql(ROOT)
HANDLER = re.compile(r"types'\)\.(\w+)<('[\w.]+')[^\n]*ctx \*/\nexport function (\w+)")


def errors_below(folder: Path) -> list[tuple[str, int, str]]:
    """Return the file's name, the line number and the message of each error that tsc reports."""
    tsc = [str(ROOT / "node_modules" / ".bin" / "tsc"), "--noEmit", "-p", str(folder)]
    checked = subprocess.run(tsc, capture_output=True, text=True, check=False)
    found = re.findall(r"^(?:\S*/)?([^\s/]+)\((\d+),\d+\): (.*(?:\n .*)*)$", checked.stdout, re.MULTILINE)
    return [(file, int(line), message) for file, line, message in found]


def errors_of(folder: Path, lines: list[str]) -> list[tuple[int, str]]:
    """Return the line number and message of each error that tsc reports for a file below ``graphql/``."""
    (folder / "step.js").write_text("\n".join(lines), encoding="utf-8")
    options = {"extends": str(ROOT / "tsconfig.json"), "include": ["step.js"]}
    (folder / "tsconfig.json").write_text(json.dumps(options), encoding="utf-8")
    return [(line, message) for file, line, message in errors_below(folder) if file == "step.js"]


def regenerated_copy(folder: Path, edits: list[tuple[str, str, str]]) -> Path:
    """Return a copy of the resolvers' code with edited files and with types that are generated from them.

    Args:
        folder: receives the copy.
        edits: file below ``graphql/``, its text, the new text.
    """
    for name in ("graphql", "contract"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copy(ROOT / "tsconfig.json", folder)
    for file, old, new in edits:
        path = folder / "graphql" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file}: {old}"
        path.write_text(text.replace(old, new), encoding="utf-8")
    for path, text in generated(folder).items():
        if path.suffix == ".ts":
            path.write_text(text, encoding="utf-8")
    return folder


BROKEN = [
    # A misspelt name where the key is stored: undeclared there, missing where it is read.
    (
        "resolvers/Query.moderationLog.js",
        "ctx.stash.limit = pageLimit(",
        "ctx.stash.limt = pageLimit(",
        {
            "Query.moderationLog.js": "Property 'limt' does not exist",
            "queryAudit.js": "Property 'limit' is missing",
        },
    ),
    # A misspelt name where the key is read.
    (
        "functions/putReport.js",
        "const { seq, row, reason } = ctx.stash;",
        "const { seq, row, reasn } = ctx.stash;",
        {"putReport.js": "Property 'reasn' does not exist"},
    ),
    # A step is missing.
    (
        "resolvers/Query.seenBy.js",
        "readMemberAndRoom, readMessage, assertMessageVisible,",
        "readMemberAndRoom, assertMessageVisible,",
        {"Query.seenBy.js": "Property 'row' does not exist"},
    ),
    # A step runs too late.
    (
        "resolvers/Mutation.deleteMessage.js",
        "eraseMessage, confirmErasure,",
        "confirmErasure, eraseMessage,",
        {"confirmErasure.js": "Property 'isRefused' is missing"},
    ),
    # One of several pipelines with the function does not store the key.
    (
        "resolvers/Query.presenceByRoom.js",
        "ctx.stash.audienceMaximum = presenceMembersMaximum;",
        "",
        {"queryAudience.js": "Property 'audienceMaximum' does not exist"},
    ),
    # Shared code reads a key that it does not declare.
    (
        "shared/presence.js",
        "const { status, previousPresence: before } = ctx.stash;",
        "const { status, presence: before } = ctx.stash;",
        {"presence.js": "Property 'presence' does not exist"},
    ),
    # Wrong attributes of a row, and of an object of the schema.
    (
        "functions/markRead.js",
        "room.lastSeq)",
        "room.lastSequence)",
        {"markRead.js": "Property 'lastSequence' does not exist on type 'RoomRow'"},
    ),
    (
        "resolvers/Mutation.joinChatRoom.js",
        "return withCompleteness(ctx, ctx.stash.membership);",
        "return withCompleteness(ctx, { id: ctx.stash.membership.roomId });",
        {"Mutation.joinChatRoom.js": "Property 'roomId' does not exist"},
    ),
    (
        "functions/readRooms.js",
        "pageItems(page, limit).map((row) => row.roomId)",
        "pageItems(page, limit).map((row) => row.chatRoomId)",
        {"readRooms.js": "Property 'chatRoomId' does not exist on type 'MembershipRow'"},
    ),
]
"""File, its text, the text that breaks it, and the errors of files."""


@pytest.fixture(scope="module")
def errors_of_broken(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int, str]]:
    """Return the errors of a copy with every broken file."""
    return errors_below(regenerated_copy(tmp_path_factory.mktemp("broken"), [edit[:3] for edit in BROKEN]))


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken[2] or broken[0])
def test_wrong_and_missing_keys_of_a_pipeline_do_not_pass_tsc(
    broken: tuple[str, str, str, dict[str, str]], errors_of_broken: list[tuple[str, int, str]]
) -> None:
    for name, said in broken[3].items():
        assert any(file == name and said in message for file, _, message in errors_of_broken)


def test_nothing_else_fails_tsc(errors_of_broken: list[tuple[str, int, str]]) -> None:
    expected = {name for *_, errors in BROKEN for name in errors}
    assert {file for file, _, _ in errors_of_broken} == expected


def test_wrong_keys_do_not_pass_tsc(tmp_path: Path) -> None:
    wrong = {
        "ctx.stash.romId = 'r';": "Property 'romId' does not exist",
        "ctx.stash.mesage;": "Property 'mesage' does not exist",
        "const { senderID } = ctx.stash; senderID;": "Property 'senderID' does not exist",
        "ctx.stash.isWritten = 'no';": "not assignable to type 'boolean | undefined'",
        "needsRow(ctx);": 'not assignable to parameter of type \'Context<"row"',
        "readsReport(ctx);": "has no properties in common",
        "ctx.stash.message.content.length;": "'ctx.stash.message.content' is of type 'unknown'",
        "ctx.stash.room?.lastSeq;": "Property 'lastSeq' does not exist on type 'RoomRules'",
        "ctx.stash.countsFrom;": "Property 'countsFrom' does not exist",
        "ctx.args.id;": "Property 'id' does not exist",
    }
    known = f"{{ admission: {TYPES}.Admission, row: {TYPES}.MessageRow }}"
    lines = [
        f"/** @param {{{TYPES}.RequestContext<'markRead', {known}>}} ctx */",
        "export function request(ctx) { return [ctx.stash.admission.membership, ctx.stash.row]; }",
        f"/** @param {{{TYPES}.Context<'row'>}} ctx */",
        "function needsRow(ctx) { return ctx.stash.row.content; }",
        f"/** @param {{{TYPES}.Context<never, 'report'>}} ctx */",
        "function readsReport(ctx) { return ctx.stash.report?.reason; }",
        f"/** @param {{{TYPES}.ResponseContext<'putMessage'>}} ctx */",
        "export function response(ctx) {",
        *wrong,
        "}",
    ]

    (narrowed, *errors) = errors_of(tmp_path, lines)

    assert narrowed[0] == 2
    assert "Property 'row' does not exist" in narrowed[1], "a narrower type must not add a key"
    assert [line for line, _ in errors] == [9 + number for number in range(len(wrong))]
    for said, (_, message) in zip(wrong.values(), errors, strict=True):
        assert said in message


def test_wrong_arguments_do_not_pass_tsc(tmp_path: Path) -> None:
    lines = [
        f"/** @param {{{TYPES}.RequestContext<'Query.messagesByRoom'>}} ctx */",
        "export function request(ctx) { return [ctx.args.chatRoomId, ctx.args.limit, ctx.args.chatRoomID]; }",
        f"/** @param {{{TYPES}.ResponseContext<'Mutation.createMessage'>}} ctx */",
        "export function response(ctx) { return [ctx.args.input.content, ctx.args.input.text]; }",
        f"/** @param {{{TYPES}.RequestContext<'queryReplies'>}} ctx */",
        "export function every(ctx) { return [ctx.args.nextToken, ctx.args.emoji]; }",
        f"/** @param {{{TYPES}.RequestContext<'readMemberAndRoom'>}} ctx */",
        "export function some(ctx) { return ctx.args.chatRoomId; }",
        f"/** @param {{{TYPES}.RequestContext<'PrivacyJob.downloads'>}} ctx */",
        "export function source(ctx) { return [ctx.source?.archives, ctx.source?.files]; }",
        f"/** @param {{{TYPES}.RequestContext<'Query.me'>}} ctx */",
        "export function none(ctx) { return ctx.source.id; }",
    ]

    errors = errors_of(tmp_path, lines)

    assert [line for line, _ in errors] == [2, 4, 6, 8, 10, 12]
    for name, (_, message) in zip(("chatRoomID", "text", "emoji", "chatRoomId", "files"), errors[:5], strict=True):
        assert f"Property '{name}' does not exist" in message
    assert "'ctx.source'" in errors[5][1]


HANDLERS = {
    **{resolver.file: f"'{resolver.type_name}.{resolver.field_name}'" for resolver in SOURCES.resolvers},
    **{function.file: f"'{function.name}'" for function in SOURCES.functions},
}
"""File -> its operation or function."""


@pytest.mark.parametrize("file", HANDLERS)
def test_every_handler_has_the_context_of_its_own_operation_or_function(file: str) -> None:
    text = (ROOT / "graphql" / file).read_text(encoding="utf-8")
    own = HANDLERS[file]
    assert HANDLER.findall(text) == [("RequestContext", own, "request"), ("ResponseContext", own, "response")]
