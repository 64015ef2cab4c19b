"""Write what clients need to know of an environment: ``amplify_outputs.json`` and ``.env``.

The outputs come from the Terraform workspace of the environment, for ``local`` from the local backend, or with --from
from a file with what ``terraform output -json`` printed. Neither file holds a secret: they have addresses, and the ids
of the user pool and its client.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from ops.amplify_outputs import MissingOutputError, amplify_outputs, environment_file
from ops.commands import FINE, OperationError, Parser, run, say
from ops.input_files import read_object
from ops.order import PromotionOrder
from ops.provider_lock import COMMITTED, committed_lock
from ops.stack_folder import STACKS, StackFolder
from ops.terraform import Terraform

LOCAL = "local"


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
    terraform = Terraform.open(StackFolder.find(stacks, environment))
    terraform.prepare(committed_lock=committed_lock(environment, PromotionOrder.load(), lock))
    printed = terraform.run("output", "-json", "-no-color", what=f"reading the outputs of {environment}").output
    return plain_values(json.loads(printed))


def write(outputs: dict[str, Any], folder: Path, prefix: str) -> list[Path]:
    """Write both files; return where.

    Raises:
        OperationError: an output that clients need is missing.
    """
    try:
        contents = {
            folder / "amplify_outputs.json": json.dumps(amplify_outputs(outputs), indent=2) + "\n",
            folder / ".env": environment_file(outputs, prefix),
        }
    except MissingOutputError as error:
        raise OperationError(str(error)) from error
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in contents.items():
        file.write_text(text, encoding="utf-8")
    return list(contents)


def main(arguments: list[str] | None = None) -> int:
    """Write the files of an environment's clients."""
    parser = Parser(prog="python -m ops.outputs", description=__doc__)
    parser.add_argument("--environment", required=True, help="for example dev; local is the backend on this machine")
    parser.add_argument("--from", dest="source", type=Path, help="a file with what `terraform output -json` printed")
    parser.add_argument("--to", type=Path, default=Path(), help="the folder to write to (default: this one)")
    parser.add_argument("--prefix", default="", help="what the names in .env begin with, such as VITE_")
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument("--lock-file", type=Path, default=COMMITTED, help="the committed provider lock file")
    options = parser.parse_args(arguments)

    def command() -> int:
        source = options.source or (local_file() if options.environment == LOCAL else None)
        if source is None:
            outputs = read_workspace(options.environment, options.stacks, options.lock_file)
        else:
            outputs = read_file(source)
        for file in write(outputs, options.to, options.prefix):
            say(f"Wrote {file}")
        return FINE

    return run(command)


def local_file() -> Path:
    """Return where the local backend writes its outputs."""
    return Path(os.environ.get("CHAT_LOCAL_DIRECTORY", ".local")) / "outputs.json"


if __name__ == "__main__":
    sys.exit(main())
