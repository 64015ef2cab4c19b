"""Time and memory of ``python main.py`` with the fast import of the bindings, against the plain one.

    python -m benchmarks.synthesis [--rounds 5]

Both variants synthesize all environments, in turn, after one warm-up each (first runs compile modules and fill jsii's
package cache). Memory is the peak of the largest process of the tree: Python, jsii's kernel, esbuild. Exits with 1 when
the fast import costs more than a quarter of the plain one, or when the two do not write the same bytes.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from common.commands import OperationError, Parser, run, whole_number
from stacks.fast_import import OFF_SWITCH
from tests.helpers.environments import FROZEN

ROOT = Path(__file__).resolve().parent.parent
LARGEST_RATIO = 0.25


@dataclass(frozen=True, slots=True)
class Run:
    """Measurements of one run: wall-clock seconds, and MiB of the largest process."""

    seconds: float
    mebibytes: float


def measure(output: Path, *, eager: bool) -> Run:
    """Run ``main.py`` once and return its duration and peak memory.

    Args:
        output: the folder to write to.
        eager: import all bindings.

    Raises:
        RuntimeError: it failed.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        # Modules are compiled once, as on any machine, and the measurement includes every environment.
        if name not in ("PYTHONDONTWRITEBYTECODE", "CDKTF_CONTEXT_JSON") and not name.startswith("CHAT_")
    }
    environment |= {**FROZEN, "CDKTF_OUTDIR": str(output)}
    if eager:
        environment[OFF_SWITCH] = "1"
    start = time.perf_counter()
    # spawn and wait4, because only wait4 returns the peak of this child and its children without earlier ones
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, str(ROOT / "main.py")],
        environment,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        raise OperationError(f"main.py ended with {os.waitstatus_to_exitcode(status)}")
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, KiB on Linux
    return Run(seconds, usage.ru_maxrss * unit / 2**20)


def same_bytes(first: Path, second: Path) -> bool:
    """Return whether two folders have the same files with the same content."""
    return _contents(first) == _contents(second)


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def main(arguments: list[str] | None = None) -> int:
    """Print the comparison; return 1 if the target was missed."""
    parser = Parser(prog="python -m benchmarks synthesis", description=__doc__)
    parser.add_argument("--rounds", type=whole_number(1), default=5, help="measured runs of each variant (5)")
    rounds: int = parser.parse_args(arguments).rounds
    with tempfile.TemporaryDirectory() as folder:
        outputs = {False: Path(folder) / "fast", True: Path(folder) / "plain"}
        runs: dict[bool, list[Run]] = {False: [], True: []}
        for round_number in range(rounds + 1):
            for eager, output in outputs.items():
                run = measure(output, eager=eager)
                if round_number > 0:
                    runs[eager].append(run)
        identical = same_bytes(outputs[False], outputs[True])
        environments = len(list((outputs[False] / "stacks").iterdir()))
    print(f"python main.py, {environments} environments, medians of {rounds} rounds after a warm-up")
    return 0 if _report(runs) and identical_output(identical=identical) else 1


def identical_output(*, identical: bool) -> bool:
    """Print and return whether both variants wrote the same files."""
    print("output:      the same bytes" if identical else "output:      DIFFERENT bytes")
    return identical


def _report(runs: dict[bool, list[Run]]) -> bool:
    seconds = {eager: statistics.median(run.seconds for run in measured) for eager, measured in runs.items()}
    memory = {eager: statistics.median(run.mebibytes for run in measured) for eager, measured in runs.items()}
    print(f"{'':12} {'seconds':>8} {'peak MiB':>9}")
    print(f"{'plain import':12} {seconds[True]:8.2f} {memory[True]:9.0f}")
    print(f"{'fast import':12} {seconds[False]:8.2f} {memory[False]:9.0f}")
    ratios = (seconds[False] / seconds[True], memory[False] / memory[True])
    print(f"{'ratio':12} {ratios[0]:8.2f} {ratios[1]:9.2f}   (at most {LARGEST_RATIO})")
    return max(ratios) <= LARGEST_RATIO


if __name__ == "__main__":
    sys.exit(run(main))
