"""Write what clients need to know of an environment: ``amplify_outputs.json`` and ``.env``.

The outputs come from the Terraform workspace of the environment, for ``local`` from the local backend, or with --from
from a file with what ``terraform output -json`` printed. Neither file holds a secret: they have addresses, and the ids
of the user pool and its client. A file of that name with other content is not overwritten without --force.

Exit codes: 0 written, 1 refused (nothing was written), 2 wrong usage, 3 error.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.amplify_outputs import (
    MissingOutputError,
    amplify_outputs,
    environment_file,
    is_amplify_outputs,
    is_environment_file,
)
from common.commands import OperationError, Parser, RefusedError, log, run
from common.exit_codes import EXIT_OK
from common.json_documents import read_object
from ops.order import PromotionOrder
from ops.provider_lock import COMMITTED, committed_lock
from ops.terraform import Terraform
from terraform.stack import STACKS, Stack

if TYPE_CHECKING:
    from collections.abc import Callable

LOCAL = "local"
_PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|")


def plain_values(document: dict[str, Any]) -> dict[str, Any]:
    """Return outputs by name as plain values, whether Terraform or the local backend wrote them.

    Args:
        document: what ``terraform output -json`` prints (name -> ``{"value", ...}``), or name -> value.
    """
    return {
        name: output["value"] if isinstance(output, dict) and "value" in output else output
        for name, output in document.items()
    }


def read_file(file: Path) -> dict[str, Any]:
    """Read outputs from a file.

    Raises:
        OperationError: there is none, or it is no JSON object.
    """
    remedy = "`make up` makes it." if file == local_file() else "Write it with `terraform output -json`."
    return plain_values(read_object(file, remedy=remedy))


def read_workspace(environment: str, stacks: Path, lock: Path) -> dict[str, Any]:
    """Ask Terraform for the outputs of an environment.

    Args:
        environment: for example ``dev``.
        stacks: what was synthesized.
        lock: the committed provider lock file.

    Raises:
        OperationError: the stack is not synthesized, or Terraform refuses.
    """
    terraform = Terraform.open(Stack.find(stacks, environment))
    terraform.prepare(committed_lock=committed_lock(environment, PromotionOrder.load(), lock))
    printed = terraform.run("output", "-json", "-no-color", what=f"reading the outputs of {environment}").output
    return plain_values(json.loads(printed))


def write(outputs: dict[str, Any], folder: Path, prefix: str, *, force: bool = False) -> list[Path]:
    """Write both files; return where.

    Args:
        outputs: by name.
        folder: receives the files.
        prefix: what the names in ``.env`` begin with.
        force: overwrite what somebody else wrote.

    Raises:
        MissingOutputError: an output that clients need is missing.
        RefusedError: a file is there that this command did not write; nothing was written.
    """
    contents = {
        folder / "amplify_outputs.json": json.dumps(amplify_outputs(outputs), indent=2) + "\n",
        folder / ".env": environment_file(outputs, prefix),
    }
    for file in contents:
        if file.is_dir():
            raise RefusedError(f"{file} is a folder where a file is needed, so nothing was written. Move it away.")
    if not force:
        _refuse_overwriting(folder / "amplify_outputs.json", is_amplify_outputs)
        _refuse_overwriting(folder / ".env", is_environment_file)
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in contents.items():
        file.write_text(text, encoding="utf-8")
    return list(contents)


def _prefix(text: str) -> str:
    """Take an argument as the beginning of a variable's name."""
    if not _PREFIX.fullmatch(text):
        message = f"{text!r} is not the beginning of a variable's name: letters, digits and _"
        raise argparse.ArgumentTypeError(message)
    return text


def _refuse_overwriting(file: Path, is_ours: Callable[[str], bool]) -> None:
    if file.exists() and not is_ours(file.read_text(encoding="utf-8", errors="replace")):
        raise RefusedError(
            f"{file} holds what this command did not write, so nothing was written. Name another folder with --to, "
            "or overwrite the file with --force."
        )


def main(arguments: list[str] | None = None) -> int:
    """Write the files of an environment's clients."""
    parser = Parser(prog="python -m ops.outputs", description=__doc__)
    parser.add_argument("--environment", required=True, help="for example dev; local is the backend on this machine")
    parser.add_argument("--from", dest="source", type=Path, help="a file with what `terraform output -json` printed")
    parser.add_argument("--to", type=Path, default=Path(), help="the folder to write to (default: this one)")
    parser.add_argument("--prefix", type=_prefix, default="", help="what the names in .env begin with, such as VITE_")
    parser.add_argument("--force", action="store_true", help="overwrite files that this command did not write")
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument("--lock-file", type=Path, default=COMMITTED, help="the committed provider lock file")
    options = parser.parse_args(arguments)

    def command() -> int:
        source = options.source or (local_file() if options.environment == LOCAL else None)
        if source is None:
            outputs = read_workspace(options.environment, options.stacks, options.lock_file)
        else:
            outputs = read_file(source)
        try:
            written = write(outputs, options.to, options.prefix, force=options.force)
        except MissingOutputError as error:
            place = source or f"The stack of {options.environment}"
            raise OperationError(f"{place} cannot be used. {error}") from error
        for file in written:
            log(f"Wrote {file}")
        return EXIT_OK

    return run(command)


def local_file() -> Path:
    """Return where the local backend writes its outputs."""
    return Path(os.environ.get("CHAT_LOCAL_DIRECTORY", ".local")) / "outputs.json"


if __name__ == "__main__":
    sys.exit(main())
