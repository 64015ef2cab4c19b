"""Write the Terraform JSON of every environment: ``python main.py``. Settings: ``stacks/environments/``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from stacks.environments import ConfigurationError, load_environments


def main() -> int:
    """Write ``cdktf.out``; return 2 after one line for each thing that is wrong with what was given."""
    root = Path(__file__).resolve().parent
    try:
        environments = load_environments(root, os.environ)
        from stacks.synthesis import synthesize  # noqa: PLC0415 - settings are checked before jsii starts

        for folder in synthesize(environments, root):
            print(folder / "cdk.tf.json")
    except ConfigurationError as error:
        print(*error.lines, sep="\n", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
