"""Count the files that everyday changes touch by hand: ``python -m tools.change_costs [--verify] [NAME ...]``.

Makes each sample change of ``tools/change_costs/samples`` in a scratch copy of the checkout and prints a table: the
change, the files edited or written by hand (tests included), the budget, and the files that commands write.
With ``--verify`` it also runs the generators, the synthesis, the linters and the tests that concern the change. Exits
with 1 if a change exceeds its budget.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import OperationError, Parser, log, run
from common.exit_codes import EXIT_OK, REFUSED
from tools.change_costs.sample import read_samples
from tools.change_costs.scratch import Scratch
from tools.checkout import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tools.change_costs.sample import Sample


def table(samples: Iterable[Sample]) -> str:
    """Return the table of changes, their cost and their budget, as in docs/maintaining.md; new files are in italics."""
    rows = [f"| {sample.title} | {len(sample.by_hand)} | {sample.budget} | {_files(sample)} |" for sample in samples]
    return "\n".join(["| change | by hand | at most | files |", "| --- | --- | --- | --- |", *rows])


def _files(sample: Sample) -> str:
    # A file that the sample creates may exist in this checkout: the environments are the user's.
    new = {name for name in sample.by_hand if name in sample.created or not (ROOT / name).exists()}
    return ", ".join(f"*{name}*" if name in new else f"`{name}`" for name in sample.by_hand)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the sample changes and print the table; return the exit code."""
    parser = Parser(prog="python -m tools.change_costs", description=__doc__)
    parser.add_argument("--verify", action="store_true", help="also check that each change works: minutes for each")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of the changes to make (default: all)")
    options = parser.parse_args(arguments)
    return run(lambda: _measure(options.names, verify=options.verify))


def _measure(names: Sequence[str], *, verify: bool) -> int:
    samples = read_samples()
    if unknown := sorted(set(names) - {sample.name for sample in samples}):
        known = ", ".join(sample.name for sample in samples)
        raise OperationError(f"There is no sample change named {', '.join(unknown)}; there are {known}")
    chosen = [sample for sample in samples if not names or sample.name in names]
    with tempfile.TemporaryDirectory(prefix="change-costs-") as folder:
        scratch = Scratch(ROOT, Path(folder) / "checkout")
        for sample in chosen:
            scratch.reset()
            scratch.make(sample)
            if verify:
                scratch.verify(sample)
                generated = sorted(set(scratch.changed()) - set(sample.by_hand))
                log(f"{sample.name}: works; written by commands: {', '.join(generated) or 'nothing'}")
    print(table(chosen))
    return REFUSED if any(len(sample.by_hand) > sample.budget for sample in chosen) else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
