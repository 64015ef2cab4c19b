"""The document of what the local AppSync does: every behaviour with the tests that show it, and every difference."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.helpers.recorded import all_recorded
from tools.documents import ROOT
from tools.documents.local_aws.catalogue import AREAS, BEHAVIOURS, DIFFERENCES, EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = ROOT / "docs" / "local-aws.md"
_FOLDERS = ("tests/unit/appsync", "tests/unit/local", "tests/integration", "tests/e2e")
_INTRODUCTION = """\
# The local AppSync, compared

`make up` runs the stack on an AppSync data plane of this project's own (`packages/appsync-local`), in one process with
MiniStack, which stands in for DynamoDB, Cognito, Lambda, IAM and the rest. This page says which of AppSync's behaviours
the tests show, and where the two differ. Nothing that is missing is ignored in silence: it is refused by its name.

`python -m tools.documents.local_aws` writes this page from its `catalogue.py` and the tests marked `@conforms`, and a
test compares. Sources are titles of the AppSync developer guide, unless they name another document. Nothing here
was compared with AppSync in an AWS account of this project; some expected values were recorded from AWS by others.
"""
_MOST_TESTS_SHOWN = 2


def shown_by() -> dict[str, list[str]]:
    """Behaviour id -> the tests that show it, as ``file::test`` below ``tests/``, sorted."""
    found: dict[str, list[str]] = {}
    for folder in _FOLDERS:
        for file in sorted((ROOT / folder).rglob("test_*.py")):
            for test, behaviour in _marked(ast.parse(file.read_text(encoding="utf-8"))):
                found.setdefault(behaviour, []).append(f"{file.relative_to(ROOT / 'tests').as_posix()}::{test}")
    return found


def _marked(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "conforms":
                    yield from ((node.name, str(ast.literal_eval(argument))) for argument in decorator.args)


def run_groups() -> set[str]:
    """The groups of recorded values that some test runs, by its calls of ``recorded_values``."""
    return {
        str(ast.literal_eval(argument))
        for folder in _FOLDERS
        for file in (ROOT / folder).rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "recorded_values"
        for argument in node.args
    }


def _recorded() -> Iterator[str]:
    """How many values recorded from AWS the tests compare, by group."""
    values = all_recorded()
    yield from ("## Recorded from AWS", "")
    yield "Each value stands in `tests/recorded/` with its public source, and a test compares it."
    yield from ("", "| Group | Values | Answered as recorded |", "| --- | --- | --- |")
    for group in sorted({value.group for value in values}):
        found = [value for value in values if value.group == group]
        yield f"| {group} | {len(found)} | {sum(value.difference is None for value in found)} |"
    yield ""
    different = [value for value in values if value.difference is not None]
    yield from (f"- {value.group}, {value.name} ({value.source}): {value.difference}" for value in different)
    if different:
        yield ""


def _evidence() -> Iterator[str]:
    yield from ("Each row says where the expected values of its tests come from:", "")
    for evidence, meaning in EVIDENCE.items():
        count = sum(behaviour.evidence == evidence for behaviour in BEHAVIOURS)
        yield f"- **{evidence}** ({count} rows): {meaning}."
    yield ""


def render() -> str:
    """The document as Markdown."""
    shown = shown_by()
    covered = sum(behaviour.id in shown for behaviour in BEHAVIOURS)
    lines = [_INTRODUCTION, f"{covered} of {len(BEHAVIOURS)} behaviours are covered.", "", *_evidence(), *_recorded()]
    for area, title in AREAS.items():
        lines += [f"## {title}", "", "| Behaviour | AWS source | Evidence | Covered by |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {behaviour.text} | {behaviour.source} | {behaviour.evidence} | {_tests(shown.get(behaviour.id, []))} |"
            for behaviour in BEHAVIOURS
            if behaviour.id.partition(".")[0] == area
        ]
        lines.append("")
    lines += ["## Known differences", "", "| | AWS | Here |", "| --- | --- | --- |"]
    lines += [f"| {difference.subject} | {difference.aws} | {difference.here} |" for difference in DIFFERENCES]
    return "\n".join([*lines, ""])


def _tests(tests: list[str]) -> str:
    if not tests:
        return "**not covered**"
    first = ", ".join(f"`{test}`" for test in tests[:_MOST_TESTS_SHOWN])
    more = len(tests) - _MOST_TESTS_SHOWN
    return f"{first} and {more} more" if more > 0 else first
