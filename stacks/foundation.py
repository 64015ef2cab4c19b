"""What the functions of a stack stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.api import Api
    from stacks.bindings import DynamodbTable
    from stacks.function_code import FunctionCode
    from stacks.settings import Settings


@dataclass(frozen=True, slots=True)
class Foundation:
    """The parts of a stack that are there before its functions."""

    settings: Settings
    api: Api
    """Where functions publish."""
    tables: Mapping[str, DynamodbTable]
    """The DynamoDB tables by key."""
    code: FunctionCode
    """The functions' code."""
