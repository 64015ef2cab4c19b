"""Checks that every key of the stash is declared, and stored before it is read."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from stacks.authorization import read_authorization
from stacks.resolvers import Resolver, read_graphql

ROOT = Path(__file__).parents[3]
STASH = (ROOT / "graphql" / "shared" / "stash.d.ts").read_text(encoding="utf-8")
CONTRACT = (ROOT / "graphql" / "shared" / "contract.d.ts").read_text(encoding="utf-8")
MESSAGE = CONTRACT.partition("type MessageRow = {")[2].partition("\n};")[0]
KEYS = {
    **dict(re.findall(r"^  (\w+)\??: (.+);$", MESSAGE, re.MULTILINE)),
    **dict(re.findall(r"^  (\w+): (.+);$", STASH, re.MULTILINE)),
}
"""Key -> its type: attributes of a message, and the declarations in stash.d.ts."""
TYPES = f"import('{ROOT / 'graphql' / 'shared' / 'types'}')"
SOURCES = read_authorization(ROOT / "graphql")
PIPELINES = [resolver for resolver in read_graphql(ROOT).resolvers if resolver.pipeline]
WRITE = re.compile(r"stash\.(\w+) =(?!=)")
READ = re.compile(r"stash\??\.(\w+)\b(?! =[^=])")
TAKEN_APART = re.compile(r"\{([^{}]*)\} = ctx\.stash;")
IMPORT = re.compile(r"import \{([^}]*)\} from '(?:\.\./shared|\.)/(\w+)'")
FUNCTION = re.compile(r"^(?:export )?function (\w+)", re.MULTILINE)


@cache
def parts_of(file: str) -> dict[str, str]:
    """Return the code of each function in a file."""
    code = SOURCES[file].code
    starts = list(FUNCTION.finditer(code))
    ends = [*[start.start() for start in starts[1:]], len(code)][: len(starts)]
    return {start[1]: code[start.end() : end] for start, end in zip(starts, ends, strict=True)}


@cache
def imports_of(file: str) -> dict[str, str]:
    """Return imported names with the files that define them."""
    found = IMPORT.findall(SOURCES[file].code)
    return {name: f"shared/{module}.js" for names, module in found for name in re.findall(r"\w+", names)}


def code_of(file: str, function: str) -> str:
    """Return the code of a function and of everything that it may call."""
    seen: set[tuple[str, str]] = set()
    wanted = [(file, function)]
    while wanted:
        place = wanted.pop()
        if place in seen or place[1] not in parts_of(place[0]):
            continue
        seen.add(place)
        names = set(re.findall(r"\w+", parts_of(place[0])[place[1]]))
        wanted += [(place[0], name) for name in names & parts_of(place[0]).keys()]
        wanted += [(imports_of(place[0])[name], name) for name in names & imports_of(place[0]).keys()]
    return "\n".join(parts_of(name)[part] for name, part in sorted(seen))


def written(code: str) -> set[str]:
    return set(WRITE.findall(code))


def read(code: str) -> set[str]:
    """Return the keys that the code requires: those that Stash does not declare as possibly missing."""
    apart = {name.split(":")[0].strip() for names in TAKEN_APART.findall(code) for name in names.split(",")}
    keys = {key for key in (set(READ.findall(code)) | apart) if key}
    return {key for key in keys if "undefined" not in KEYS[key]}


@pytest.mark.parametrize("resolver", PIPELINES, ids=lambda resolver: resolver.file)
def test_every_key_is_put_in_before_it_is_read(resolver: Resolver) -> None:
    steps = [(resolver.file, "request")]
    steps += [(f"functions/{name}.js", part) for name in resolver.pipeline for part in ("request", "response")]
    there: set[str] = set()
    for file, part in [*steps, (resolver.file, "response")]:
        code = code_of(file, part)
        there |= written(code)
        assert read(code) <= there, f"{file} {part}"


def test_a_key_that_is_read_before_it_is_stored_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    (resolver,) = (one for one in PIPELINES if one.file == "resolvers/Query.moderationLog.js")
    code = SOURCES[resolver.file].code.replace("ctx.stash.limit = pageLimit(ctx.args.limit);", "")
    monkeypatch.setitem(SOURCES, resolver.file, replace(SOURCES[resolver.file], code=code))
    parts_of.cache_clear()

    with pytest.raises(AssertionError, match=r"functions/queryAudit\.js request"):
        test_every_key_is_put_in_before_it_is_read(resolver)

    parts_of.cache_clear()


def errors_of(folder: Path, lines: list[str]) -> list[tuple[int, str]]:
    """Return the line number and message of each error that tsc reports for a file below ``graphql/``."""
    (folder / "step.js").write_text("\n".join(lines), encoding="utf-8")
    options = {"extends": str(ROOT / "tsconfig.json"), "include": ["step.js"]}
    (folder / "tsconfig.json").write_text(json.dumps(options), encoding="utf-8")
    tsc = [str(ROOT / "node_modules" / ".bin" / "tsc"), "--noEmit", "-p", str(folder)]
    checked = subprocess.run(tsc, capture_output=True, text=True, check=False)
    found = re.findall(r"^\S*step\.js\((\d+),\d+\): (.*)$", checked.stdout, re.MULTILINE)
    return [(int(line), message) for line, message in found]


def test_wrong_keys_do_not_pass_tsc(tmp_path: Path) -> None:
    wrong = {
        "ctx.stash.romId = 'r';": "Property 'romId' does not exist",
        "ctx.stash.mesage;": "Property 'mesage' does not exist",
        "const { senderID } = ctx.stash; senderID;": "Property 'senderID' does not exist",
        "ctx.stash.isRefused = 'no';": "not assignable to type 'boolean | undefined'",
        "needsMentions(ctx);": "not assignable to parameter of type 'Context<{ mentions: string[]; }",
        "ctx.stash.row.auther;": "Property 'auther' does not exist on type 'MessageRow'",
        "ctx.args.id;": "'ctx.args' is of type 'unknown'",
    }
    lines = [
        f"/** @param {{{TYPES}.Context<{{ mentions: string[] }}>}} ctx */",
        "function needsMentions(ctx) { return ctx.stash.mentions.length; }",
        f"/** @param {{{TYPES}.Context}} ctx */",
        "export function request(ctx) {",
        *wrong,
        "}",
    ]

    errors = errors_of(tmp_path, lines)

    assert [line for line, _ in errors] == [5 + number for number in range(len(wrong))]
    for said, (_, message) in zip(wrong.values(), errors, strict=True):
        assert said in message


def test_wrong_arguments_do_not_pass_tsc(tmp_path: Path) -> None:
    lines = [
        f"/** @param {{{TYPES}.ResolverContext<'Query.messagesByRoom'>}} ctx */",
        "export function request(ctx) { return [ctx.args.chatRoomId, ctx.args.limit, ctx.args.chatRoomID]; }",
        f"/** @param {{{TYPES}.ResolverContext<'Mutation.createMessage'>}} ctx */",
        "export function response(ctx) { return [ctx.args.input.content, ctx.args.input.text]; }",
        f"/** @param {{{TYPES}.FunctionContext<'queryReplies'>}} ctx */",
        "export function every(ctx) { return [ctx.args.nextToken, ctx.args.emoji]; }",
        f"/** @param {{{TYPES}.FunctionContext<'readMemberAndRoom'>}} ctx */",
        "export function some(ctx) { return ctx.args.chatRoomId; }",
        f"/** @param {{{TYPES}.ResolverContext<'PrivacyJob.downloads'>}} ctx */",
        "export function source(ctx) { return [ctx.source?.archives, ctx.source?.files]; }",
    ]

    errors = errors_of(tmp_path, lines)

    assert [line for line, _ in errors] == [2, 4, 6, 8, 10]
    for name, (_, message) in zip(("chatRoomID", "text", "emoji", "chatRoomId", "files"), errors, strict=True):
        assert f"Property '{name}' does not exist" in message


@pytest.mark.parametrize("resolver", read_graphql(ROOT).resolvers, ids=lambda resolver: resolver.file)
def test_every_resolver_has_the_arguments_of_its_own_operation(resolver: Resolver) -> None:
    text = (ROOT / "graphql" / resolver.file).read_text(encoding="utf-8")
    contexts = re.findall(r"types'\)\.(\w+)<?('[\w.]+')?[^\n]*ctx \*/\nexport function (\w+)", text)
    own = f"'{resolver.type_name}.{resolver.field_name}'"
    assert contexts == [("ResolverContext", own, "request"), ("ResolverContext", own, "response")]
