"""``python -m ops provider-lock``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from common.environment_files import PROVIDER_LOCK_FILE
from common.exit_codes import EXIT_OK
from ops.command_line import DIRECTORY, FILE, Command, stacks_option
from ops.provider_lock import DEFAULT_PLATFORMS, PLATFORMS, default_lock

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Command,
    examples=[
        "python -m ops provider-lock",
        "python -m ops provider-lock --platform linux_amd64 --platform darwin_arm64 --platform windows_amd64",
        "python -m ops provider-lock --mirror /path/to/mirror --platform linux_amd64",
    ],
)
@stacks_option
@click.option("--mirror", type=DIRECTORY, help="Filesystem mirror to take the packages from, not the registry.")
@click.option(
    "--platform",
    multiple=True,
    type=click.Choice(PLATFORMS),
    help="Platform; can be repeated. Default: Linux and macOS, both architectures.",
)
@click.option(
    "--output",
    type=FILE,
    default=default_lock,
    show_default=PROVIDER_LOCK_FILE,
    help="File that receives the lock file.",
)
def provider_lock(*, stacks: Path, mirror: Path | None, platform: tuple[str, ...], output: Path) -> int:
    """Create the committed provider lock file.

    One file serves all environments, because all stacks use the same provider. Terraform downloads the package of each
    platform for its checksum, so a registry or a mirror is needed. Commit the result; plans are then made with
    -lockfile=readonly.
    """
    from common.commands import log
    from ops.order import PromotionOrder
    from ops.provider_lock import write_lock
    from terraform.stack import Stack

    write_lock(Stack.find(stacks, PromotionOrder.load().environments[0]), output, mirror, platform or DEFAULT_PLATFORMS)
    log(f"{output}: commit it.")
    return EXIT_OK
