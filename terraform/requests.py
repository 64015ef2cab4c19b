"""Converts Terraform arguments to AWS requests by the shapes of boto3.

The provider names arguments like AWS's members, in snake case: ``auto_verified_attributes`` is
``AutoVerifiedAttributes``. Only names that differ are listed. An argument without a member is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from botocore.client import BaseClient
    from botocore.model import Shape

META_ARGUMENTS = frozenset({"//", "depends_on", "lifecycle", "provider", "count", "for_each", "timeouts"})


class DeploymentError(Exception):
    """A resource could not be deployed; the message begins with its address."""


def request(
    client: BaseClient,
    operation: str,
    arguments: Mapping[str, Any],
    *,
    renames: Mapping[str, str] | None = None,
    without: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the input of an operation.

    Args:
        client: a boto3 client.
        operation: the API operation, for example ``CreateUserPool``.
        arguments: a resource's arguments, evaluated.
        renames: the member path of each argument path with another name, both dotted: ``{"name": "PoolName"}``.
        without: top-level arguments that are not part of the request.

    Raises:
        DeploymentError: the request has no member for an argument.
    """
    shape = client.meta.service_model.operation_model(operation).input_shape
    left_out = {*META_ARGUMENTS, *without}
    kept = {name: value for name, value in arguments.items() if name not in left_out}
    result: dict[str, Any] = _structure(shape, kept, "", renames or {})
    return result


def _convert(shape: Any, value: Any, path: str, renames: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON value
    if shape.type_name == "structure":
        return _structure(shape, _block(value, path), path, renames)
    if shape.type_name == "list":
        return [_convert(shape.member, member, path, renames) for member in (value if _is_list(value) else [value])]
    if shape.type_name == "map":
        return {str(key): _convert(shape.value, member, path, renames) for key, member in value.items()}
    if shape.type_name in {"integer", "long"}:
        return int(value)
    if shape.type_name in {"double", "float"}:
        return float(value)
    return value if shape.type_name in {"boolean", "blob"} else str(value)


def _is_list(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list)


def _block(value: Any, path: str) -> dict[str, Any]:  # noqa: ANN401
    """Return a block, written as an object or as a list with one object."""
    block = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(block, dict):
        message = f"{path} must be one block"
        raise DeploymentError(message)
    return block


def _structure(shape: Any, block: dict[str, Any], path: str, renames: Mapping[str, str]) -> dict[str, Any]:  # noqa: ANN401
    result: dict[str, Any] = {}
    for name, value in block.items():
        if value is None:
            continue
        own_path = f"{path}.{name}" if path else name
        members = renames[own_path].split(".") if own_path in renames else [name]
        _place(result, shape, members, value, own_path, renames)
    return result


def _place(
    result: dict[str, Any],
    shape: Any,  # noqa: ANN401 - botocore's shapes
    members: list[str],
    value: Any,  # noqa: ANN401 - any JSON value
    path: str,
    renames: Mapping[str, str],
) -> None:
    member = _member(shape, members[0], path)
    if len(members) > 1:
        _place(result.setdefault(member, {}), shape.members[member], members[1:], value, path, renames)
        return
    result[member] = _convert(shape.members[member], value, path, renames)


def _member(shape: Shape, name: str, path: str) -> str:
    wanted = name.replace("_", "").lower()
    members: dict[str, Any] = getattr(shape, "members", {})
    for member in members:
        if member.lower() == wanted:
            return member
    message = f"the direct deployment does not support the argument {path}; deploy with Terraform: DEPLOY=terraform"
    raise DeploymentError(message)
