"""Checks that the bundled code of the API is valid APPSYNC_JS and uses only features that AWS documents."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from appsync_local.javascript.runtime import JavaScriptRuntime
from appsync_local.javascript.validation import check_code
from stacks.authorization import read_authorization
from stacks.bundling import BundleRequest, bundle

ROOT = Path(__file__).parents[3]


async def test_appsync_accepts_every_resolver_and_function() -> None:
    files = [str(path.relative_to(ROOT / "graphql")) for path in sorted(ROOT.glob("graphql/[rf]*/*.js"))]
    request = BundleRequest({"rooms": "chat-rooms-test"}, {"deduplicationHours": 24})
    (bundles,) = bundle(ROOT, files, [request], read_authorization(ROOT / "graphql"))
    async with JavaScriptRuntime(threads=1) as runtime:
        problems = {name: await check_code(code, runtime=runtime) for name, code in bundles.items()}
    assert len(problems) == len(files) > 0
    assert {name: found for name, found in problems.items() if found} == {}


UNDOCUMENTED = {
    "text.includes('a')": "String.includes",
    "text.normalize('NFKC')": "String.normalize",
    "text.codePointAt(0)": "String.codePointAt",
    "text.substring(1)": "String.substring",
    "text.at(0)": "String.at",
    "text.toString()": "String.toString",
    "[1, 2].includes(1)": "Array.includes",
    "[1, 2].at(0)": "Array.at",
    "[2, 1].toSorted()": "Array.toSorted",
    "[2, 1].sort((one, other) => one - other)": "sort with arguments",
    "Object.fromEntries([['a', 1]])": "ObjectConstructor.fromEntries",
    "ctx.stash.any.includes('x')": "includes",
    "ctx.args.hasOwnProperty('x')": "hasOwnProperty",
    "(1.5).toFixed(1)": "Number.toFixed",
    "Math.abs(1)": "Math.abs",
    "parseInt(text, 10)": "parseInt",
    "Number('1')": "Number()",
    "isNaN(1)": "isNaN",
    "encodeURIComponent(text)": "encodeURIComponent",
    "Date.now()": "DateConstructor.now",
    "new Date()": "NewExpression",
    "/a/u": "Regex",
    "+text": "UnaryExpression +",
    "text == 'x'": "BinaryExpression ==",
    "helper(request)": "a function as an argument",
    "runtime.earlyReturn()": "Give earlyReturn a value",
    "runtime.earlyReturn(null)": "Give earlyReturn a value",
    "runtime.earlyReturn(undefined)": "Give earlyReturn a value",
}
"""Code that the linter refuses, and a part of the message."""


def lint(*arguments: str, code: str | None = None) -> list[dict[str, Any]]:
    """Return the messages of ESLint."""
    command = [str(ROOT / "node_modules/.bin/eslint"), "--format=json", *arguments]
    # Otherwise the parser reads the file from disk.
    environment = {**os.environ, "TSESTREE_SINGLE_RUN": "false"}
    ended = subprocess.run(
        command, input=code, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode < 2, ended.stderr
    return [message for file in json.loads(ended.stdout) for message in file["messages"]]


def test_only_documented_features_are_used() -> None:
    features = json.loads((ROOT / "graphql" / "lint" / "supported-features.json").read_text(encoding="utf-8"))
    assert features["beyond"] == [], "each of these needs evidence, and somebody who looks again"
    assert lint("graphql") == []


@pytest.fixture(scope="module")
def refused() -> dict[int, str]:
    """Return the linter's messages by line, for code that uses each undocumented feature."""
    lines = [
        "import { runtime } from '@aws-appsync/utils';",
        "/** @param {import('../shared/types').Context} ctx */",
        "export function request(ctx) { const text = `${ctx.args.text}`; return [",
        *(f"{code}," for code in UNDOCUMENTED),
        "]; }",
        "/** @param {unknown} given */ function helper(given) { return given; }",
    ]
    found: dict[int, str] = {}
    for message in lint("--stdin", "--stdin-filename=graphql/functions/findRoom.js", code="\n".join(lines)):
        found[message["line"]] = found.get(message["line"], "") + message["message"]
    return found


@pytest.mark.parametrize(("code", "said"), UNDOCUMENTED.items())
def test_undocumented_features_are_refused(code: str, said: str, refused: dict[int, str]) -> None:
    assert said in refused.get(list(UNDOCUMENTED).index(code) + 4, "")
