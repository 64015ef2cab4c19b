"""The configuration of clients of an environment: ``amplify_outputs.json`` and ``.env``.

The files contain no secrets, only URLs and the ids of the user pool and its client.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.amplify_outputs import (
    MissingOutputError,
    amplify_outputs,
    environment_file,
    is_amplify_outputs,
    is_environment_file,
)
from common.commands import OperationError, RefusedError
from common.json_documents import read_object
from ops.order import PromotionOrder
from ops.provider_lock import committed_lock
from ops.terraform import Terraform
from terraform.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable

LOCAL = "local"


def plain_values(document: dict[str, Any]) -> dict[str, Any]:
    """Return outputs by name as plain values, whether Terraform or the local AWS wrote them.

    Args:
        document: the output of ``terraform output -json`` (``{"value", ...}`` by name), or values by name.
    """
    return {
        name: output["value"] if isinstance(output, dict) and "value" in output else output
        for name, output in document.items()
    }


def read_file(file: Path) -> dict[str, Any]:
    """Read outputs from a file.

    Raises:
        OperationError: the file is missing, or is not a JSON object.
    """
    remedy = "Create it with `make up`." if file == local_file() else "Create it with `terraform output -json`."
    return plain_values(read_object(file, remedy=remedy))


def read_workspace(environment: str, stacks: Path, lock: Path) -> dict[str, Any]:
    """Read the outputs of an environment from its Terraform workspace.

    Args:
        environment: for example ``dev``.
        stacks: the folder of the synthesized stacks.
        lock: the committed provider lock file.

    Raises:
        OperationError: the stack is not synthesized, or Terraform failed.
    """
    terraform = Terraform.open(Stack.find(stacks, environment))
    terraform.prepare(committed_lock=committed_lock(environment, PromotionOrder.load(), lock))
    printed = terraform.run("output", "-json", "-no-color", what=f"reading the outputs of {environment}").output
    return plain_values(json.loads(printed))


def write(outputs: dict[str, Any], folder: Path, prefix: str, *, force: bool = False) -> list[Path]:
    """Write both files and return their paths.

    Args:
        outputs: by name.
        folder: receives the files.
        prefix: the prefix of the names in ``.env``.
        force: overwrite files that this command did not write.

    Raises:
        MissingOutputError: a required output is missing.
        RefusedError: a file exists that this command did not write; nothing was written.
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


def _refuse_overwriting(file: Path, is_ours: Callable[[str], bool]) -> None:
    if file.exists() and not is_ours(file.read_text(encoding="utf-8", errors="replace")):
        raise RefusedError(
            f"{file} was not written by this command, so nothing was written. Name another folder with --to, "
            "or overwrite the file with --force."
        )


def local_file() -> Path:
    """Return the path of the local AWS's outputs."""
    return Path(os.environ.get("CHAT_LOCAL_DIRECTORY", ".local")) / "outputs.json"


def write_outputs(
    environment: str, source: Path | None, to: Path, prefix: str, *, force: bool, stacks: Path, lock: Path
) -> list[Path]:
    """Write the client configuration of an environment and return the paths.

    Args:
        environment: its name; ``local`` is the local AWS.
        source: a file with outputs; None to read them from Terraform, or from the local AWS.
        to: receives the files.
        prefix: the prefix of the names in ``.env``.
        force: overwrite files that this command did not write.
        stacks: the folder of the synthesized stacks.
        lock: the committed provider lock file.

    Raises:
        OperationError: the outputs cannot be read, or required ones are missing.
        RefusedError: a file exists that this command did not write; nothing was written.
    """
    source = source or (local_file() if environment == LOCAL else None)
    outputs = read_workspace(environment, stacks, lock) if source is None else read_file(source)
    try:
        return write(outputs, to, prefix, force=force)
    except MissingOutputError as error:
        place = source or f"The stack of {environment}"
        raise OperationError(f"{place} cannot be used. {error}") from error
