"""Runs ``make`` on unusual machines and writes docs/machines.md: ``python -m tests.machines [WORDS OF A TITLE ...]``.

Clones the last commit into a temporary directory. All cases take about 15 minutes and download half a gigabyte, less
with the caches of pip and npm. With words, only cases whose titles contain one of them run and are updated in the
page.
"""

from __future__ import annotations

import platform
import signal
import sys
import tempfile
from pathlib import Path

from common.commands import Parser, run
from tests.machines.cases import CASES, Case, Skip, Step
from tests.machines.machine import ROOT, Workshop

DOCUMENT = ROOT / "docs" / "machines.md"
_INTRODUCTION = """\
# Unusual machines

How the installation behaves on machines with missing, old or damaged software, and after interruptions. `python -m
tests.machines` generates this page. It creates each machine from a temporary clone, and checks the exit code, the
output, and that there is no traceback. The fast cases are also tests (`tests/unit/ops/test_bootstrap.py`). The
directory of the clones is shortened to `~`.
"""
_LONGEST = 700
_SHORTEST_WORD = 3


def main(arguments: list[str] | None = None) -> int:
    """Run the cases; return 1 if one of them failed."""
    parser = Parser(prog="python -m tests.machines", description=__doc__)
    parser.add_argument("words", nargs="*", help="only cases whose titles contain one of these")
    words = [word.lower() for word in parser.parse_args(arguments).words]
    for word in words:
        if len(word) < _SHORTEST_WORD or not any(word in case.title.lower() for case in CASES):
            parser.error(f"{word!r} names no case: give a word of three letters or more of a title")
    # A shell that starts this in the background has it ignore Ctrl-C, and the installers would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chosen = [case for case in CASES if not words or any(word in case.title.lower() for word in words)]
    rows, failed = _written_rows(), False
    with tempfile.TemporaryDirectory(prefix="machines-", ignore_cleanup_errors=True) as folder:
        workshop = Workshop(Path(folder).resolve())
        for case in chosen:
            results = _rows(case, workshop)
            print(*(line for line, _ in results), sep="\n", flush=True)
            rows[case.title] = [line for line, _ in results]
            failed = failed or not all(is_good for _, is_good in results)
    DOCUMENT.write_text(_document([line for case in CASES for line in rows.get(case.title, [])]), encoding="utf-8")
    return int(failed)


def _written_rows() -> dict[str, list[str]]:
    """Return the rows of the page by their case."""
    rows: dict[str, list[str]] = {}
    title = ""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if DOCUMENT.exists() else []:
        if line.startswith("| ") and line.endswith(" |"):
            title = line.split(" | ")[0].removeprefix("| ").strip() or title
            rows.setdefault(title, []).append(line)
    return rows


def _rows(case: Case, workshop: Workshop) -> list[tuple[str, bool]]:
    try:
        steps = case.run(workshop)
    except Skip as reason:
        return [(f"| {case.title} | | skipped: {reason} | | |", True)]
    return [_row(case.title if number == 0 else "", step, workshop) for number, step in enumerate(steps)]


def _row(title: str, step: Step, workshop: Workshop) -> tuple[str, bool]:
    lines = [line.strip() for line in step.answer.output.splitlines()]
    said = " / ".join(line for line in lines if line and not line.startswith("make: ***"))
    if len(said) > _LONGEST:
        said = f"{said[: _LONGEST // 2]} ... {said[-_LONGEST // 2 :]}"
    for machine in sorted(workshop.folder.glob("machine-*"), reverse=True):
        said = said.replace(str(machine), "~")
    said = said.replace("|", "\\|").replace("<", "&lt;")
    trouble = f" **{step.problem}**" if step.problem else ""
    row = f"| {title} | {step.done} | {said}{trouble} | {step.answer.code} | {step.answer.seconds:.1f} |"
    return row, step.problem is None


def _document(lines: list[str]) -> str:
    system = f"{platform.system()}, Python {platform.python_version()}"
    head = "| machine | action | output | exit code | seconds |\n| --- | --- | --- | --- | --- |"
    return "\n".join([_INTRODUCTION, f"Run on {system}.\n", head, *lines, ""])


if __name__ == "__main__":
    sys.exit(run(main))
