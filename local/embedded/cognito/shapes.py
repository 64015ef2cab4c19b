"""Checks the members, types and lengths in a request; MiniStack 1.5.33 accepts any, or fails with an internal error.

botocore's model of the service defines the input of each action. Other members are ignored, as in AWS. The messages for
wrong types are those of AWS's JSON protocol with DynamoDB; Cognito's own are not recorded.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore.model import ListShape, MapShape, OperationNotFoundError, StructureShape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int, float),
    "long": (int, float),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str),
    "blob": (str,),
}
_FOUND: Final = {
    dict: "Start of structure or map found where not expected.",
    list: "Start of list found where not expected",
    str: "STRING_VALUE cannot be converted to {wanted}",
    bool: "{value}_VALUE cannot be converted to {wanted}",
    int: "NUMBER_VALUE cannot be converted to {wanted}",
    float: "NUMBER_VALUE cannot be converted to {wanted}",
}


class WrongKindError(Exception):
    """A value has the wrong type, for example text instead of a list."""


def input_shape(service: str, action: str) -> Shape | None:
    """Return the input shape of an action; None if it is unknown.

    Args:
        service: botocore's name, for example ``cognito-idp``.
        action: the name that follows the prefix in ``X-Amz-Target``.
    """
    try:
        shape: Shape | None = _model(service).operation_model(action).input_shape
    except OperationNotFoundError:
        return None
    return shape


def wrong_values(request: dict[str, Any], shape: Shape) -> list[tuple[str, str]]:
    """Return the places of missing, short and long values, as Cognito names them, with the problem.

    Raises:
        WrongKindError: a value has the wrong type. AWS checks the types of a whole request before any value.
    """
    return list(_problems("", request, shape))


def place_below(place: str, name: str, shape: Shape | None) -> str:
    """Return the name of a member in messages: in lower camel case, but keys of maps as the client wrote them."""
    spelled = name if isinstance(shape, MapShape) else name[:1].lower() + name[1:]
    return f"{place}.{spelled}" if place else spelled


@cache
def _model(service: str) -> Any:  # noqa: ANN401 - botocore's own untyped class
    return botocore.session.get_session().get_service_model(service)


def _problems(place: str, value: Any, shape: Shape) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    _check_kind(value, shape)
    if isinstance(shape, StructureShape):
        yield from _problems_of_members(place, value, shape)
        return
    yield from _problems_of_length(place, value, shape)
    if isinstance(shape, ListShape):
        for number, member in enumerate(value, 1):
            if member is not None:
                yield from _problems(f"{place}.{number}.member", member, shape.member)
    elif isinstance(shape, MapShape):
        for name, member in value.items():
            if member is not None:
                yield from _problems(place_below(place, name, shape), member, shape.value)


def _problems_of_members(place: str, value: dict[str, Any], shape: StructureShape) -> Iterator[tuple[str, str]]:
    for name, member in shape.members.items():
        inner = place_below(place, name, shape)
        if value.get(name) is not None:
            yield from _problems(inner, value[name], member)
        elif name in shape.required_members:
            yield inner, "Member must not be null"


def _check_kind(value: Any, shape: Shape) -> None:  # noqa: ANN401 - any JSON
    kinds = _KINDS[shape.type_name]
    if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)):
        return
    text = _FOUND[type(value)]
    raise WrongKindError(text.format(wanted=shape.type_name.capitalize(), value=str(value).upper()))


def _problems_of_length(place: str, value: Any, shape: Shape) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    if not isinstance(value, (str, list, dict)):
        return
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        yield place, f"Member must have length greater than or equal to {least}"
    if most is not None and len(value) > most:
        yield place, f"Member must have length less than or equal to {most}"
