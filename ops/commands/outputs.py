"""``python -m ops outputs``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from common.exit_codes import EXIT_OK
from ops.command_line import DIRECTORY, FILE, Command, environment_option, lock_file_option, stacks_option

_PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|")


class Prefix(click.ParamType[str]):
    """The beginning of the name of an environment variable."""

    name = "prefix"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 - click's signature
        """Return the text."""
        if not _PREFIX.fullmatch(value):
            self.fail(f"{value!r} is not the beginning of a variable's name: letters, digits and _", param, ctx)
        return str(value)


@click.command(
    cls=Command,
    examples=[
        "python -m ops outputs --environment local --to web",
        "python -m ops outputs --environment dev --from outputs.json --to web/dist --prefix VITE_",
    ],
)
@environment_option("Name of the environment, for example dev; local is the backend on this machine.")
@click.option("--from", "source", type=FILE, help="Read this output of `terraform output -json`.")
@click.option("--to", type=DIRECTORY, default=Path(), help="Folder that receives the files (default: this one).")
@click.option("--prefix", type=Prefix(), default="", help="Prefix of the names in .env, for example VITE_.")
@click.option("--force", is_flag=True, help="Overwrite files that this command did not write.")
@stacks_option
@lock_file_option
def outputs(
    *,
    environment: str,
    source: Path | None,
    to: Path,
    prefix: str,
    force: bool,
    stacks: Path,
    lock_file: Path,
) -> int:
    """Write the configuration of clients: amplify_outputs.json and .env.

    The values come from the Terraform workspace of the environment, from the local AWS, or from a file. The files
    contain addresses and the ids of the user pool and its client, no secrets.
    """
    from common.commands import log
    from ops.outputs import write_outputs

    for file in write_outputs(environment, source, to, prefix, force=force, stacks=stacks, lock=lock_file):
        log(f"Wrote {file}")
    return EXIT_OK
