"""Tests that all languages cut texts by the same rules; ``tests/characters.json`` has inputs and results."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from appsync_local.javascript.runtime import JavaScriptRuntime
from lambdas.common.characters import LAYOUT, cleaned, cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).parents[2]
CASES: Final[list[dict[str, Any]]] = json.loads((ROOT / "tests" / "characters.json").read_text(encoding="utf-8"))["cut"]
PARTS: Final = (
    *("a", "é", "e\u0301", "\u0301", "\u200d", "\ufe0f", "\u20e3", " ", "\n", "\x00", "漢", "\u0947", "\u0e33"),
    *("👍", "🏾", "👨\u200d👩\u200d👧", "🇩", "🇪", "\U000e0067", "\U000e007f", "\ud83c", "\udf89", "\ud800", "\udfff"),
)
CODE: Final = """
import { cut, isLine, isText, isWithin } from './characters';
export function request(ctx) {
  return ctx.args.cases.map(({ text, longest }) => ({
    cut: cut(text, longest),
    isLine: isLine(text),
    isText: isText(text),
    isWithin: isWithin(text, longest),
  }));
}
export function response() {
  return null;
}
"""


def bundled() -> str:
    """Return the code with the resolvers' rules, as stacks/bundling.py bundles it."""
    flags = ("--bundle", "--format=esm", "--target=esnext", "--charset=utf8", "--external:@aws-appsync/utils")
    made = subprocess.run(
        [ROOT / "node_modules/.bin/esbuild", *flags, "--log-level=error", "--tsconfig-raw={}"],
        input=CODE.encode(),
        cwd=ROOT / "graphql" / "shared",
        capture_output=True,
        check=True,
        timeout=60,
    )
    return made.stdout.decode()


async def in_resolvers(cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the results of the resolvers' code for each case, as AppSync runs it."""
    code = bundled()
    async with JavaScriptRuntime(threads=1) as runtime:
        evaluation = await runtime.evaluate(code, "request", {"arguments": {"cases": cases}})
    assert evaluation.failure is None, evaluation.failure
    answers: list[dict[str, Any]] = evaluation.value
    return answers


async def test_resolvers_cut_texts_as_in_the_table() -> None:
    answers = await in_resolvers(CASES)
    assert {case["is"]: answer["cut"] for case, answer in zip(CASES, answers, strict=True)} == {
        case["is"]: case["cut"] for case in CASES
    }


def test_functions_cut_texts_as_in_the_table() -> None:
    assert {case["is"]: cut(case["text"], case["longest"]) for case in CASES} == {
        case["is"]: case["cut"] for case in CASES
    }


TEXTS: Final = st.lists(st.sampled_from(PARTS) | st.characters(max_codepoint=0x2FFF), max_size=12).map("".join)


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, longest=st.integers(1, 8))
def test_a_cut_text_is_a_prefix_of_at_most_the_allowed_length(text: str, longest: int) -> None:
    # Adjacent surrogate halves are one character, as in all JSON.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    shown = cut(whole, longest)
    assert whole.startswith(shown)
    assert len(shown) <= longest
    assert shown or not whole


async def test_resolvers_and_functions_cut_alike_and_count_characters() -> None:
    cases: list[dict[str, Any]] = [
        {"text": f"{first}x{second}{third}"[start:], "longest": longest}
        for first in PARTS
        for second in PARTS
        for third in ("", "👍", "\u0301", "\u200d👩", "🇩🇪")
        for start, longest in ((0, 1), (0, 2), (0, 3), (2, 1), (2, 2))
    ]
    for case in cases:
        case["text"] = case["text"].encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    answers = await in_resolvers(cases)
    assert [answer["cut"] for answer in answers] == [cut(case["text"], case["longest"]) for case in cases]
    assert [answer["isWithin"] for answer in answers] == [len(case["text"]) <= case["longest"] for case in cases]
    assert [answer["isLine"] for answer in answers] == [cleaned(case["text"]) == case["text"] for case in cases]
    assert [answer["isText"] for answer in answers] == [cleaned(case["text"], LAYOUT) == case["text"] for case in cases]
