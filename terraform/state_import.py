"""Import blocks for resources that exist in AWS but not in Terraform's state.

Terraform saves its state every 20 seconds and at its end. If it is killed, created resources are missing in the state,
and the next apply would fail or create them again. Import blocks (Terraform 1.5) in a file of the stack's folder let
the next plan import them. The same applies to resources of the direct deployment.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from common.json_documents import read_object
from common.whole_files import remove, write_whole
from terraform.expressions import evaluate, references
from terraform.requests import META_ARGUMENTS
from terraform.resources import KINDS
from terraform.resources.data import data_source
from terraform.stack import IMPORTS

if TYPE_CHECKING:
    from terraform.resources.resource import Attributes, Target
    from terraform.stack import Stack


def write_imports(stack: Stack, target: Target, known: set[str]) -> int:
    """Write an import block for each existing resource that is missing in the state; return their number.

    Args:
        stack: the stack, whose folder receives the file.
        target: the account and region.
        known: the addresses in Terraform's state.
    """
    there = _existing(stack, target)
    imports = [{"to": address, "id": import_id} for address, import_id in there.items() if address not in known]
    if imports:
        write_whole(stack.folder / IMPORTS, json.dumps({"import": imports}, indent=1))
    return len(imports)


def forget_imports(stack: Stack) -> None:
    """Remove the file after the import."""
    remove(stack.folder / IMPORTS)


def check_imports(stack: Stack) -> None:
    """Check that the file, which is not part of the stack's digest, has import blocks only.

    Raises:
        OperationError: it has other content, or cannot be read.
    """
    file = stack.folder / IMPORTS
    remedy = f"Delete it and create it again: python -m ops recover --environment {stack.environment}"
    if file.exists() and (others := read_object(file, remedy=remedy).keys() - {"import"}):
        raise OperationError(f"{file} cannot be used: it has {', '.join(sorted(others))} besides imports. {remedy}")


def _existing(stack: Stack, target: Target) -> dict[str, str]:
    """Return the import ids of existing resources by address; resources with missing references do not exist."""
    found: dict[str, Attributes] = {}
    ids: dict[str, str] = {}
    waiting = {
        address: arguments for address, arguments in stack.resources.items() if address.split(".", 1)[0] in KINDS
    }
    while ready := [address for address, arguments in waiting.items() if _needs(arguments) <= found.keys()]:
        for address in ready:
            arguments = waiting.pop(address)
            kind = KINDS[address.split(".", 1)[0]]
            attributes = kind.find(target, _evaluated(arguments, found, target))
            if attributes is not None:
                found[address] = attributes
                ids[address] = kind.import_id(attributes)
    return ids


def _needs(arguments: dict[str, Any]) -> set[str]:
    kept = {name: value for name, value in arguments.items() if name not in META_ARGUMENTS}
    return {address for is_data, address in references(kept) if not is_data}


def _evaluated(arguments: dict[str, Any], found: dict[str, Attributes], target: Target) -> dict[str, Any]:
    def look_up(name: str) -> Any:  # noqa: ANN401 - the value of the name
        return data_source(name, target) if name.startswith("data.") else found[name]

    kept = {name: value for name, value in arguments.items() if name not in META_ARGUMENTS}
    evaluated: dict[str, Any] = evaluate(kept, look_up)
    return evaluated
