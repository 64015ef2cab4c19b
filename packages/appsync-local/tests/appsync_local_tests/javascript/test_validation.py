"""Tests that code is rejected at deployment as in AppSync, with positions."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from appsync_local.javascript.validation import CodeProblem, check_code

if TYPE_CHECKING:
    from appsync_local.javascript.runtime import JavaScriptRuntime

BODY_LINE = 2
RESPONSE = "export function response(ctx) { return ctx.result; }"

# Rules of the guide that AWS's ESLint plugin does not have; test_plugin.py compares the plugin's rules.
REFUSED: list[tuple[str, str]] = [
    ("throw 1;", "Unsupported Syntax Type: ThrowStatement"),
    ("return 1n;", "Unsupported Syntax Type: BigIntLiteral"),
    ("return import('@aws-appsync/utils');", "Unsupported Syntax Type: ImportExpression"),
    ("return (class {});", "Unsupported Syntax Type: ClassExpression"),
    ("return new Map();", "Unsupported Syntax Type: NewExpression"),
    ("return [Map];", "Map is not supported"),
    ("return globalThis;", "globalThis is not supported"),
    ("return eval('1');", "eval is not supported"),
    ("setTimeout(1);", "error TS2304: Cannot find name 'setTimeout'."),
    ("return fetch('x');", "error TS2304: Cannot find name 'fetch'."),
    ("return process.env;", "Cannot find name 'process'."),
    ("return Array.from([]);", "Invalid function: from"),
    ("return ((x) => x).call(null, 1);", "Invalid function: call"),
    ("return parseInt.apply(null, ['1']);", "Invalid function: apply"),
    ("return parseInt.bind(null)('1');", "Invalid function: bind"),
    ("return Math.sqrt(4);", "Invalid function: sqrt"),
    ("return Number.parseInt('1');", "Invalid function: parseInt"),
    ("const by = (a, b) => a - b; return ctx.args.list.sort(by);", "Functions can not be passed as an argument"),
    ("return util.time.now();", "Property 'now' does not exist on type 'TimeUtils'."),
    ("return (", "error TS1109: Expression expected."),
]


@pytest.mark.conforms("javascript.scope", "javascript.types")
@pytest.mark.parametrize(("body", "message"), REFUSED, ids=[case[0] for case in REFUSED])
async def test_rejected(runtime: JavaScriptRuntime, body: str, message: str) -> None:
    code = f"export function request(ctx) {{\n  {body}\n}}\n{RESPONSE}\n"
    problems = await check_code(code, runtime=runtime)
    assert message in problems[0].message
    assert problems[0].line in {BODY_LINE, BODY_LINE + 1}
    assert problems[0].column >= 1


ACCEPTED = [
    "for (const a of [1]) { if (a) break; }",
    "for (const a in ctx) { console.log(a); }",
    "return [1].map((a) => a + 1).filter((a) => a).flatMap((a) => [a]);",
    "const { a, ...rest } = ctx.args; return { ...rest, b: a?.b ?? `x${a}` };",
    "switch (ctx.a) { case 1: return 1; default: return void 0; }",
    "let a = 1; a += 1; a **= 2; return a | 1;",
    "const o = { class: 1, in: 2, process: 3, eval: 4 }; return o.process + o.eval;",
    "const f = (x) => x * 2; return f(2);",
    "function helper(x = 1, ...more) { return more.length + x; } return helper(...[1, 2]);",
    "delete ctx.stash.a; return typeof ctx.stash;",
    "return Math.max(Math.floor(1.5), 2) + (Number.isNaN(1) ? 1 : 0);",
    "const String = (x) => x; return String(1);",
]


@pytest.mark.conforms("javascript.refused")
@pytest.mark.parametrize("body", ACCEPTED)
async def test_accepted(runtime: JavaScriptRuntime, body: str) -> None:
    code = f"import {{ util }} from '@aws-appsync/utils';\nexport function request(ctx) {{ {body} }}\n{RESPONSE}\n"
    assert await check_code(code, runtime=runtime) == []


@pytest.mark.conforms("javascript.recursion")
async def test_direct_and_indirect_recursion_is_rejected(runtime: JavaScriptRuntime) -> None:
    direct = "export function request(ctx) { return loop(1); }\nfunction loop(n) { return n ? loop(n - 1) : 0; }\n"
    problems = await check_code(direct + RESPONSE, runtime=runtime)
    cycle = "Recursive function calls not supported. Detected cycle in loop <-loop"
    assert CodeProblem(cycle, 2, 31, span=len("loop(n - 1)"), rule="no-recursion") in problems
    mutual = "const a = () => b();\nconst b = () => a();\nexport const request = (ctx) => a();\n"
    problems = await check_code(mutual + RESPONSE, runtime=runtime)
    assert "Detected cycle in a <-b <-a" in problems[0].message


@pytest.mark.conforms("javascript.imports")
async def test_imports(runtime: JavaScriptRuntime) -> None:
    handlers = "\nexport function request(ctx) {}\n" + RESPONSE
    for name in ("fs", "./other.js", "@aws-appsync/utils/ai"):
        problems = await check_code(f"import * as x from '{name}';{handlers}", runtime=runtime)
        assert [(problem.line, problem.column) for problem in problems] == [(1, 20)]
        assert name in problems[0].message


async def test_both_handlers_are_required(runtime: JavaScriptRuntime) -> None:
    problems = await check_code("const request = 1;\nexport { request as other };", runtime=runtime)
    assert problems == [CodeProblem("Unable to find valid export for request", 0, 0, 0, "MISSING_MAPPING_EXPORT")]
    problems = await check_code("export function request(ctx) { throw 1; }", runtime=runtime)
    assert [problem.message for problem in problems] == ["Unable to find valid export for response"]
    problems = await check_code("export function request(ctx) { while (true) {} }", runtime=runtime)
    assert [problem.rule for problem in problems] == ["no-while"]


@pytest.mark.conforms("javascript.size")
async def test_size_is_limited_in_bytes(runtime: JavaScriptRuntime) -> None:
    handlers = f"export function request(ctx) {{}}\n{RESPONSE}\n"
    room = 32 * 1024 - len(handlers) - 2
    assert await check_code(f"{handlers}//{'x' * room}", runtime=runtime) == []
    problems = await check_code(f"{handlers}//{'ü' * room}", runtime=runtime)
    assert "at most 32768" in problems[0].message


@pytest.mark.conforms("javascript.refused")
async def test_problems_are_in_order(runtime: JavaScriptRuntime) -> None:
    code = f"export function request(ctx) {{\n  let a = 0;\n  a++;\n  while (a) {{}}\n}}\n{RESPONSE}"
    problems = await check_code(code, runtime=runtime)
    assert [(problem.line, problem.column) for problem in problems] == [(3, 3), (4, 3)]


@pytest.mark.conforms("javascript.translation")
async def test_code_that_passes_the_rules_is_translated_up_to_the_first_untranslatable_expression(
    runtime: JavaScriptRuntime,
) -> None:
    code = f"export function request(ctx) {{\n  new Set();\n  String(1);{{}}\n}}\n{RESPONSE}"
    (problem,) = await check_code(code, runtime=runtime)
    assert (problem.type, problem.line) == ("UNSUPPORTED_SYNTAX_TYPE", 2)
    (problem,) = await check_code(code.replace("{}", " while (0) {}"), runtime=runtime)
    assert (problem.type, problem.rule, problem.line) == ("LINT_ERROR", "no-while", 3)


async def test_a_check_works_without_a_runtime() -> None:
    (problem,) = await check_code("export function request(ctx) {\n try {} finally {}\n}")
    assert problem.line == 2


async def test_codes_checked_together_do_not_share_names(runtime: JavaScriptRuntime) -> None:
    """One program checks all waiting codes: the names of one must not be visible to another, even without exports."""
    shared = "const shared = 1;\n"
    user = "export function request(ctx) { return shared; }\n" + RESPONSE
    fresh = f"// {time.monotonic_ns()}\n"  # not cached by an earlier run
    found = await asyncio.gather(
        *(check_code(code + fresh, runtime=runtime) for code in (shared, shared + "// 2\n", user))
    )
    not_exported = ["Unable to find valid export for request"]
    assert [[problem.message for problem in problems] for problems in found[:2]] == [not_exported] * 2
    (problem,) = found[2]
    assert "Cannot find name 'shared'" in problem.message


async def test_a_cached_result_is_the_same(runtime: JavaScriptRuntime) -> None:
    code = f"// {time.monotonic_ns()}\nexport function request(ctx) {{ return a; }}\n{RESPONSE}"
    first = await check_code(code, runtime=runtime)
    assert [problem.line for problem in first] == [2]
    assert await check_code(code, runtime=runtime) == first
