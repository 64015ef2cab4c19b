"""Write the Terraform JSON of every environment: ``python main.py``. Settings: ``environments/``.

CDKTF_OUTDIR names another folder than ``cdktf.out``. Exit codes: 0 done, 1 the folder has files of another origin, 2 a
setting or an argument is wrong, 3 error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from common.commands import Parser, run
from common.exit_codes import EXIT_OK
from stacks.environments import load_environments


def main(arguments: list[str] | None = None) -> int:
    """Write ``cdktf.out``, or print one line for each configuration error."""
    Parser(prog="python main.py", description=__doc__).parse_args(arguments)
    return run(_synthesize, interruption="Interrupted. Run the same command again.")


def _synthesize() -> int:
    root = Path(__file__).resolve().parent
    environments = load_environments(root, os.environ)
    from stacks.synthesis import synthesize  # noqa: PLC0415 - settings are checked before jsii starts

    for folder in synthesize(environments, root):
        print(folder / "cdk.tf.json")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
