"""Compares the checks at deployment with AWS's ESLint plugin, on the plugin's tests and a corpus."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.javascript.validation import CodeProblem, check_code

if TYPE_CHECKING:
    from appsync_local.javascript.runtime import JavaScriptRuntime

_SCRIPT = Path(__file__).parent / "plugin_verdicts.mjs"
_CORPUS = Path(__file__).parent / "plugin_corpus.json"
_PLUGIN = Path("node_modules", "@aws-appsync", "eslint-plugin")
_FEWEST_OWN = 90

STRICTER = ("Functions can not be passed",)
"""Problems that the plugin accepts but AppSync could not run; docs/local-aws.md lists this difference."""

pytestmark = pytest.mark.skipif(
    not any((folder / _PLUGIN).is_dir() for folder in Path(__file__).parents),
    reason="AWS's ESLint plugin is not installed in a folder above this file",
)


def _verdicts(*arguments: str, codes: str = "") -> list[dict[str, Any]]:
    command = ["node", str(_SCRIPT), *arguments]
    found: list[dict[str, Any]] = json.loads(
        subprocess.run(command, input=codes, capture_output=True, text=True, check=True).stdout
    )
    return found


def _disagreements(verdict: dict[str, Any], problems: list[CodeProblem]) -> list[str]:
    """Return the problems that only one side reports. A TypeScript error covers its position, a syntax error all."""
    wanted = {
        (problem["line"], problem["column"], problem["message"], problem["rule"]) for problem in verdict["problems"]
    }
    ours = {
        (problem.line, problem.column, problem.message, problem.rule)
        for problem in problems
        if problem.type == "LINT_ERROR"
    }
    places = {(problem.line, problem.column) for problem in problems if problem.type == "PARSE_ERROR"}
    is_unreadable = any("error TS8010" in problem.message for problem in problems)
    missed = [told for told in wanted - ours if told[:2] not in places and not is_unreadable]
    more = [told for told in ours - wanted if not any(text in told[2] for text in STRICTER)]
    return [f"only the plugin: {told}" for told in missed] + [f"only here: {told}" for told in more]


@pytest.mark.conforms("javascript.refused", "javascript.recursion")
async def test_results_are_those_of_the_eslint_plugin(runtime: JavaScriptRuntime) -> None:
    own = _verdicts("own")
    assert len(own) >= _FEWEST_OWN
    verdicts = own + _verdicts(codes=_CORPUS.read_text(encoding="utf-8"))
    refused = [verdict for verdict in verdicts if verdict["problems"]]
    assert 0 < len(refused) < len(verdicts)
    found = {
        verdict["code"]: _disagreements(verdict, await check_code(verdict["code"], runtime=runtime))
        for verdict in verdicts
    }
    assert {code: told for code, told in found.items() if told} == {}
