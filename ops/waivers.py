"""Waivers: what people have reviewed and allowed, each with a reason and a last day, in TOML files.

There are three kinds: approvals of data loss (`ops.approvals`), findings of the policy (`ops.policy.suppressions`) and
advisories (`ops.audit.exceptions`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date  # noqa: TC003 - pydantic reads it at run time
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from common.commands import OperationError
from ops.toml_files import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WaiverT = TypeVar("WaiverT", bound="Waiver")
_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)


class Waiver(BaseModel, ABC):
    """One thing that was reviewed."""

    model_config = _STRICT

    reason: str = Field(min_length=30, description="why it is allowed")
    expires: date = Field(description="the last day (UTC) on which it counts")

    @property
    @abstractmethod
    def subject(self) -> str:
        """What it is about, as messages name it."""

    def counts(self, today: date) -> bool:
        """Return whether it has not expired."""
        return today <= self.expires


def read_waivers(file: Path, kind: type[WaiverT], key: str) -> tuple[WaiverT, ...]:
    """Return the waivers of a file, which has nothing else in it.

    Args:
        file: TOML with one table ``[[key]]`` for each.
        kind: what they are.
        key: the name of the tables.

    Raises:
        OperationError: it cannot be used; one line for each problem.
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
    """Return a sentence about each waiver that has expired.

    Args:
        waivers: those of a file.
        today: the day (UTC).
        file: named in the sentences.
    """
    return [
        f"{waiver.subject} has expired on {waiver.expires}: mend it, or review its reason again ({file.name})"
        for waiver in waivers
        if not waiver.counts(today)
    ]
