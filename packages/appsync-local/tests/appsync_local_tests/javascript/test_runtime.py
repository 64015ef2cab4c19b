"""Tests of the runtime process: isolation, limits, crashes and restarts."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from appsync_local.javascript.runtime import JavaScriptRuntime
from appsync_local_tests.javascript.conftest import IMPORTS

if TYPE_CHECKING:
    from appsync_local_tests.javascript.conftest import Run

ENDLESS = """
    let t = '';
    for (const a of ctx.args.list) {
      for (const b of ctx.args.list) { for (const c of ctx.args.list) { t = `${a}${b}${c}`; } }
    }
    return t.length;
"""
GREEDY = """
    const kept = [];
    for (const a of ctx.args.list) { for (const b of ctx.args.list) { kept.push([a, b, `${a}-${b}`, { a, b }]); } }
    return kept.length;
"""


def handlers(body: str) -> str:
    return (
        f"{IMPORTS}export function request(ctx) {{ {body} }}\nexport function response(ctx) {{ return ctx.result; }}\n"
    )


@pytest.mark.parametrize(
    "code",
    [
        "export function request(ctx) { return 'found'; } export function response(ctx) {}",
        "export const request = (ctx) => 'found'; export const response = (ctx) => null;",
        "function a() { return 'found'; }\nfunction b() {}\nexport { a as request, b as response };",
        "var a = (ctx) => 'found'; var b = () => {};\nexport {\n  a as request,\n  b as response\n};\n",
        (
            "import { util as u } from '@aws-appsync/utils'; import { get as g } from '@aws-appsync/utils/dynamodb';"
            "export function request(ctx) { return u.time && g ? 'found' : 'absent'; } export function response(ctx) {}"
        ),
        (
            "import * as ddb from '@aws-appsync/utils/dynamodb'\nimport { util } from '@aws-appsync/utils'\n"
            "export let request = (ctx) => ddb.get && util.time ? 'found' : 'absent', response = () => null"
        ),
        (
            "// a comment\n'use strict'; /* import x from 'y' */ const text = \"export { a as b }\";\n"
            "export function request(ctx) { return text && 'found'; }\nexport function response(ctx) {}"
        ),
        (
            "export function request(ctx) { return util.time && runtime && extensions && 'found'; } "
            "export function response(ctx) {}"
        ),
    ],
)
async def test_module_syntax_variants(runtime: JavaScriptRuntime, code: str) -> None:
    evaluation = await runtime.evaluate(code, "request", {})
    assert (evaluation.failure, evaluation.value) == (None, "found")


async def test_code_errors_have_a_position(run: Run) -> None:
    failure = (await run("const a = ctx.args.nothing;\n  return a.b;")).failure
    assert failure is not None
    assert failure.type == "Code"
    assert failure.message.startswith("code.js:5:12: TypeError: Cannot read properties of undefined")
    first_line = await (await _fresh()).evaluate(
        "export function request(ctx) { return a; } export function response() {}", "request", {}
    )
    assert first_line.failure is not None
    assert first_line.failure.message == "code.js:1:32: ReferenceError: a is not defined"


_runtimes: list[JavaScriptRuntime] = []


async def _fresh(**settings: int) -> JavaScriptRuntime:
    fresh = JavaScriptRuntime(**settings)
    await fresh.start()
    _runtimes.append(fresh)
    return fresh


@pytest.fixture(autouse=True)
async def close_runtimes() -> object:
    yield
    while _runtimes:
        await _runtimes.pop().close()


async def test_code_that_appsync_rejects_does_not_run(runtime: JavaScriptRuntime) -> None:
    failure = (await runtime.evaluate(handlers("while (true) {}"), "request", {})).failure
    assert failure is not None
    assert failure.message.startswith("code.js:3:32: While statements are not supported.")


@pytest.mark.conforms("javascript.isolation")
@pytest.mark.parametrize(
    "expression",
    [
        "typeof process",
        "typeof require",
        "typeof fetch",
        "typeof setTimeout",
        "typeof eval",
        "typeof globalThis",
        "typeof Map",
        "typeof RegExp",
        "typeof Buffer",
        "typeof WebAssembly",
        "typeof SharedArrayBuffer",
    ],
)
async def test_node_globals_are_not_accessible(runtime: JavaScriptRuntime, expression: str) -> None:
    name = expression.removeprefix("typeof ")
    code = handlers(f"return {expression};")
    evaluation = await runtime.evaluate(code, "request", {})
    assert evaluation.value == "undefined" or (evaluation.failure is not None and name in evaluation.failure.message)


@pytest.mark.conforms("javascript.isolation")
@pytest.mark.parametrize(
    "attack",
    [
        "return ({}).constructor.constructor('return process')().pid;",
        "return util.error.constructor('return process')().pid;",
        "return ddb.get.constructor('return this')().process;",
        "return util.autoId.constructor.constructor('return 1')();",
        "({}).constructor.prototype.leak = 1; return 1;",
        "util.autoId = 1; return 1;",
        "[].constructor.prototype.map = 1; return 1;",
        "Date.now = 1; return 1;",
        "Math.random = 1; return 1;",
        "JSON.parse = 1; return 1;",
        "ddb.operations.add = 1; return 1;",
        "undeclared = 1; return 1;",
        "[][['const', 'ructor'].join('')].constructor('return 1')(); return 1;",
    ],
)
async def test_attempts_to_escape_or_to_keep_state_fail(run: Run, attack: str) -> None:
    evaluation = await run(attack)
    assert evaluation.failure is not None, evaluation.value
    assert evaluation.failure.type == "Code"


async def test_own_properties_may_be_named_like_inherited_ones(run: Run) -> None:
    evaluation = await run(
        "const counts = {}; for (const k of ['constructor', 'toString', 'a']) { counts[k] = 1; } return counts;"
    )
    assert evaluation.value == {"constructor": 1, "toString": 1, "a": 1}


@pytest.mark.conforms("javascript.isolation")
async def test_module_level_state_is_not_kept(runtime: JavaScriptRuntime) -> None:
    code = "let count = 0; const seen = [];\n" + handlers(
        "count += 1; seen.push(1); return [count, seen.length];"
    ).replace(IMPORTS, "")
    values = [(await runtime.evaluate(code, "request", {})).value for _ in range(3)]
    assert values == [[1, 1]] * 3


async def test_concurrent_calls_get_their_own_results(runtime: JavaScriptRuntime) -> None:
    code = handlers("return ctx.args.n;")
    answers = await asyncio.gather(*(runtime.evaluate(code, "request", {"arguments": {"n": n}}) for n in range(500)))
    assert [answer.value for answer in answers] == list(range(500))


@pytest.mark.conforms("javascript.endless")
async def test_an_endless_resolver_is_stopped_without_affecting_others() -> None:
    runtime = await _fresh(timeout_milliseconds=300)
    endless = asyncio.create_task(runtime.evaluate(handlers(ENDLESS), "request", {"arguments": {"list": ["x"] * 5000}}))
    good = handlers("return 'good';")
    others = await asyncio.gather(*(runtime.evaluate(good, "request", {}) for _ in range(50)))
    assert {other.value for other in others} == {"good"}
    failure = (await asyncio.wait_for(endless, 120)).failure
    assert failure is not None
    assert failure.type == "ExecutionTimeout"
    assert (await runtime.evaluate(good, "request", {})).value == "good"


@pytest.mark.conforms("javascript.endless")
async def test_catastrophic_backtracking_is_stopped() -> None:
    runtime = await _fresh(timeout_milliseconds=300)
    code = handlers("return util.matches('^(a+)+$', ctx.args.text);")
    failure = (
        await asyncio.wait_for(runtime.evaluate(code, "request", {"arguments": {"text": "a" * 60 + "b"}}), 120)
    ).failure
    assert failure is not None
    assert failure.type == "ExecutionTimeout"


@pytest.mark.conforms("javascript.endless")
async def test_a_resolver_over_the_memory_limit_is_stopped_and_others_survive() -> None:
    runtime = await _fresh(timeout_milliseconds=30_000, memory_megabytes=32)
    greedy = asyncio.create_task(runtime.evaluate(handlers(GREEDY), "request", {"arguments": {"list": [1] * 5000}}))
    good = handlers("return 'good';")
    others = await asyncio.gather(*(runtime.evaluate(good, "request", {}) for _ in range(50)))
    assert {other.value for other in others} == {"good"}
    failure = (await asyncio.wait_for(greedy, 120)).failure
    assert failure is not None
    assert failure.type == "MemoryLimitExceeded"
    assert (await runtime.evaluate(good, "request", {})).value == "good"


async def test_deep_structures_and_long_recursions_end_in_an_error(run: Run) -> None:
    nested = await run(
        "let a = {}; const top = a; for (const i of ctx.args.list) { a.a = {}; a = a.a; } return top;",
        arguments={"list": [1] * 100_000},
    )
    assert nested.failure is not None
    assert (await run("const a = {}; a.a = a; return a;")).failure is not None


async def test_a_dead_process_is_replaced_and_its_calls_are_retried() -> None:
    runtime = await _fresh(timeout_milliseconds=60_000)
    slow = handlers(
        "let n = 0; for (const a of ctx.args.list) { for (const b of ctx.args.list) { n += 1; } } return n;"
    )
    under_way = [
        asyncio.create_task(runtime.evaluate(slow, "request", {"arguments": {"list": [1] * 3000}})) for _ in range(4)
    ]
    await asyncio.sleep(0.02)
    first = runtime.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    answers = await asyncio.wait_for(asyncio.gather(*under_way), 120)
    assert {answer.value for answer in answers} == {9_000_000}
    assert runtime.process_id not in {None, first}


async def test_calls_after_close_fail() -> None:
    runtime = await _fresh()
    await runtime.close()
    failure = (await runtime.evaluate(handlers("return 1;"), "request", {})).failure
    assert failure is not None
    assert "closed" in failure.message


async def test_close_leaves_no_process() -> None:
    runtime = await _fresh()
    process_id = runtime.process_id
    assert process_id is not None
    await runtime.close()
    assert not _is_running(process_id)


def test_a_killed_parent_leaves_no_process() -> None:
    program = textwrap.dedent("""
        import asyncio, sys
        from appsync_local.javascript.runtime import JavaScriptRuntime
        async def main():
            runtime = JavaScriptRuntime()
            await runtime.start()
            sys.stdout.write(f"{runtime.process_id}\\n")
            sys.stdout.flush()
            await asyncio.sleep(60)
        asyncio.run(main())
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        process_id = int(parent.stdout.readline())
        assert _is_running(process_id)
        parent.kill()
        parent.wait()
    for _ in range(1200):
        if not _is_running(process_id):
            return
        time.sleep(0.05)
    pytest.fail("node outlived its parent")


def _is_running(process_id: int) -> bool:
    try:
        status = Path(f"/proc/{process_id}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


async def test_many_codes_come_and_go(runtime: JavaScriptRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appsync_local.javascript.runtime._MOST_CODES", 5)
    values = [(await runtime.evaluate(handlers(f"return {n};"), "request", {})).value for n in range(20)]
    assert values == list(range(20))
