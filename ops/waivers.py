"""Waivers: reviewed and accepted findings in TOML files, each with a reason and a last day.

There are three kinds: approvals of data loss (`ops.approvals`), findings of the policy (`ops.policy.waivers`) and
advisories (`ops.audit.waivers`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date  # noqa: TC003 - pydantic reads it at run time
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from common.commands import OperationError
from ops.files import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WaiverT = TypeVar("WaiverT", bound="Waiver")
_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)


class Waiver(BaseModel, ABC):
    """An accepted finding."""

    model_config = _STRICT

    reason: str = Field(min_length=30, description="why the finding is accepted")
    expires: date = Field(description="the last day (UTC) on which the waiver is valid")

    @property
    @abstractmethod
    def subject(self) -> str:
        """The accepted finding, as messages name it."""

    def is_valid(self, today: date) -> bool:
        """Return whether the waiver has not expired."""
        return today <= self.expires


def read_waivers(file: Path, kind: type[WaiverT], key: str = "waiver") -> tuple[WaiverT, ...]:
    """Return the waivers of a file.

    Args:
        file: TOML with tables ``[[key]]`` only.
        kind: the class of the waivers.
        key: the name of the tables.

    Raises:
        OperationError: the file is not valid; the message has a line for each problem.
    """
    field: Any = (tuple[kind, ...], Field(default=(), strict=False))  # type: ignore[valid-type] # made at run time
    model: type[BaseModel] = create_model("WaiverFile", __config__=_STRICT, **{key: field})
    try:
        waivers: tuple[WaiverT, ...] = getattr(model.model_validate(read_toml(file)), key)
    except ValidationError as error:
        lines = (f"{file}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors())
        raise OperationError("\n".join(lines)) from error
    return waivers


def expired(waivers: Iterable[Waiver], today: date, file: Path) -> list[str]:
    """Return a message for each expired waiver.

    Args:
        waivers: the waivers of a file.
        today: the current day (UTC).
        file: the file, for the messages.
    """
    return [
        f"The waiver of {waiver.subject} expired on {waiver.expires}: fix the finding or renew it in {file.name}"
        for waiver in waivers
        if not waiver.is_valid(today)
    ]
