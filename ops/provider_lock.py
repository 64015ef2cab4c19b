"""The committed provider lock file: one for all environments, because all stacks have the same provider.

    python -m ops.provider_lock            # makes terraform.lock.hcl for Linux and macOS, both architectures

Needs a registry, because Terraform fetches each platform's package to take its checksum. Commit the result. Plans are
then made with ``-lockfile=readonly``.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from common.commands import OperationError, Parser, RefusedError, log, run
from common.exit_codes import EXIT_OK
from ops.order import ROOT, PromotionOrder
from ops.terraform import Terraform
from terraform.stack import LOCK_FILE, STACKS, Stack

COMMITTED = ROOT / "terraform.lock.hcl"
PLATFORMS = ("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64")


def committed_lock(environment: str, order: PromotionOrder, file: Path = COMMITTED) -> Path | None:
    """Return the lock file that an environment's plan must keep to, or None where none is needed and there is none.

    Raises:
        RefusedError: the environment needs one and there is none.
    """
    if file.is_file():
        return file
    if environment in order.lock_required:
        raise RefusedError(
            f"{file} is missing, and {environment} is planned and applied with a committed provider lock file only. "
            "Make it where a registry can be reached and commit it: python -m ops.provider_lock. "
            "Environments that need it: ops/promotion.toml, lock_required."
        )
    log(f"  {file.name} is missing: {environment} takes the newest provider that fits.")
    return None


def main(arguments: list[str] | None = None) -> int:
    """Make the lock file."""
    parser = Parser(prog="python -m ops.provider_lock", description=__doc__)
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument("--mirror", type=Path, help="a filesystem mirror to take the packages from, not the registry")
    parser.add_argument("--platform", action="append", choices=PLATFORMS, help="default: all four")
    parser.add_argument("--output", type=Path, default=COMMITTED, help=f"default: {COMMITTED.name} in the checkout")
    options = parser.parse_args(arguments)

    def command() -> int:
        first = PromotionOrder.load().environments[0]
        stack = Stack.find(options.stacks, first)
        with tempfile.TemporaryDirectory() as name:
            copy = Path(shutil.copy(stack.configuration, name)).parent
            terraform = Terraform.open(Stack(copy, first))
            mirror = [f"-fs-mirror={options.mirror.resolve()}"] if options.mirror else []
            platforms = [f"-platform={platform}" for platform in options.platform or PLATFORMS]
            terraform.run("providers", "lock", "-no-color", *mirror, *platforms, what="locking the provider")
            made = copy / LOCK_FILE
            if not made.is_file():
                raise OperationError("Terraform made no lock file: the stack names no provider")
            options.output.write_bytes(made.read_bytes())
        log(f"{options.output}: commit it.")
        return EXIT_OK

    return run(command)


if __name__ == "__main__":
    sys.exit(main())
