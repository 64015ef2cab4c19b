"""What AppSync refuses at deployment, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.appsync.javascript.validation import CodeProblem, check_code
from tests.helpers.conformance import conforms

if TYPE_CHECKING:
    from local.appsync.javascript.runtime import JavaScriptRuntime

BODY_LINE = 2
RESPONSE = "export function response(ctx) { return ctx.result; }"

REFUSED: list[tuple[str, str]] = [
    ("throw 1;", "throw is not supported"),
    ("try { f(); } catch { g(); }", "try is not supported"),
    ("try { f(); } finally { g(); }", "try is not supported"),
    ("while (true) {}", "while is not supported"),
    ("do {} while (true);", "do-while is not supported"),
    ("for (;;) {}", "for(;;) is not supported"),
    ("for (const a of []) { continue; }", "continue is not supported"),
    ("let a = 1; a++;", "The operator ++ is not supported"),
    ("let a = 1; --a;", "The operator -- is not supported"),
    ("return ~1;", "The operator ~ is not supported"),
    ("return 'a' in {};", "The operator in is not supported"),
    ("return ctx instanceof Object;", "The operator instanceof is not supported"),
    ("return /a/;", "Regular expression literals"),
    ("return 1n;", "BigInt is not supported"),
    ("return this;", "this is not supported"),
    ("class A {}", "Classes are not supported"),
    ("const a = async () => 1;", "async functions are not supported"),
    ("function* a() {}", "Generators are not supported"),
    ("a: for (const b of []) { break a; }", "Labels are not supported"),
    ("return import('x');", "import() is not supported"),
    ("return new Promise();", "Promise is not supported"),
    ("setTimeout(1);", "setTimeout is not supported"),
    ("return globalThis;", "globalThis is not supported"),
    ("return eval('1');", "eval is not supported"),
    ("return [2, 1].sort((a, b) => a - b);", "Functions cannot be passed"),
    ("const f = () => 1; return g(f); function g(h) { return 1; }", "Functions cannot be passed"),
    ("return () => 1;", "Returning a function"),
    ("const f = () => () => 1;", "Returning a function"),
    ("return Array.from([]);", "Array.from is not supported"),
    ("return Object.freeze({});", "Object.freeze is not supported"),
    ("return (", "Unexpected token"),
]


@conforms("javascript.refused")
@pytest.mark.parametrize(("body", "message"), REFUSED, ids=[case[0] for case in REFUSED])
async def test_refused(runtime: JavaScriptRuntime, body: str, message: str) -> None:
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
]


@conforms("javascript.refused")
@pytest.mark.parametrize("body", ACCEPTED)
async def test_accepted(runtime: JavaScriptRuntime, body: str) -> None:
    code = f"import {{ util }} from '@aws-appsync/utils';\nexport function request(ctx) {{ {body} }}\n{RESPONSE}\n"
    assert await check_code(code, runtime=runtime) == []


@conforms("javascript.recursion")
async def test_recursion_direct_and_through_another(runtime: JavaScriptRuntime) -> None:
    direct = "export function request(ctx) { return loop(1); }\nfunction loop(n) { return n ? loop(n - 1) : 0; }\n"
    problems = await check_code(direct + RESPONSE, runtime=runtime)
    assert problems == [CodeProblem("Recursion is not supported: loop calls itself", 2, 31)]
    mutual = "const a = () => b();\nconst b = () => a();\nexport const request = (ctx) => a();\n"
    problems = await check_code(mutual + RESPONSE, runtime=runtime)
    assert "a calls itself through b" in problems[0].message


@conforms("javascript.imports")
async def test_imports(runtime: JavaScriptRuntime) -> None:
    handlers = "\nexport function request(ctx) {}\n" + RESPONSE
    for name in ("fs", "./other.js", "@aws-appsync/utils/ai"):
        problems = await check_code(f"import * as x from '{name}';{handlers}", runtime=runtime)
        assert [(problem.line, problem.column) for problem in problems] == [(1, 1)]
        assert name in problems[0].message


async def test_both_handlers_are_required(runtime: JavaScriptRuntime) -> None:
    problems = await check_code("const request = 1;\nexport { request as other };", runtime=runtime)
    assert [problem.message for problem in problems] == [
        "The function request is not exported",
        "The function response is not exported",
    ]


@conforms("javascript.size")
async def test_size_is_limited_in_bytes(runtime: JavaScriptRuntime) -> None:
    handlers = f"export function request(ctx) {{}}\n{RESPONSE}\n"
    room = 32 * 1024 - len(handlers) - 2
    assert await check_code(f"{handlers}//{'x' * room}", runtime=runtime) == []
    problems = await check_code(f"{handlers}//{'ü' * room}", runtime=runtime)
    assert "at most 32768" in problems[0].message


@conforms("javascript.refused")
async def test_all_problems_come_in_order(runtime: JavaScriptRuntime) -> None:
    code = f"export function request(ctx) {{\n  let a = 0;\n  a++;\n  while (a) {{}}\n}}\n{RESPONSE}"
    problems = await check_code(code, runtime=runtime)
    assert [(problem.line, problem.column) for problem in problems] == [(3, 3), (4, 3)]


async def test_a_check_works_without_a_runtime() -> None:
    assert [problem.line for problem in await check_code("export function request(ctx) {\n throw 1;\n}")] == [1, 2]
