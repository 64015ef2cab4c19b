"""Waivers: reviewed and accepted findings in TOML files, each with a reason and a last day.

There are four kinds: approvals of data loss (`ops.review.approvals`), findings of the policy (`ops.policy.waivers`),
advisories (`ops.audit.waivers`) and additions to an account (`ops.account_drift.waivers`).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, field_validator

from common.commands import OperationError
from ops.files import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WaiverT = TypeVar("WaiverT", bound="Waiver")
_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)
_FEWEST_WORDS = 4
_FEWEST_IDEOGRAPHS = 8
_FIRST_IDEOGRAPH = 0x2E80
"""Scripts from here on, such as Chinese, Japanese and Korean, do not need spaces between words."""


class Waiver(BaseModel, ABC):
    """An accepted finding."""

    model_config = _STRICT
    longest_days: ClassVar[int] = 400
    """The last day is at most so many days ahead."""

    reason: str = Field(min_length=30, description="why the finding is accepted")
    expires: date = Field(description="the last day (UTC) on which the waiver is valid")

    @field_validator("reason")
    @classmethod
    def _check_reason(cls, reason: str) -> str:
        if not is_explained(reason):
            raise ValueError(f"write a sentence of at least {_FEWEST_WORDS} different words")
        return reason

    @property
    @abstractmethod
    def subject(self) -> str:
        """The accepted finding, as messages name it."""

    def is_valid(self, today: date) -> bool:
        """Return whether the waiver has not expired."""
        return today <= self.expires


def is_explained(reason: str) -> bool:
    """Return whether a reason consists of words, not of blanks, dots or repeated letters."""
    words = {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", reason)}
    ideographs = {letter for letter in reason if ord(letter) >= _FIRST_IDEOGRAPH and letter.isalpha()}
    return sum(len(set(word)) > 1 for word in words) >= _FEWEST_WORDS or len(ideographs) >= _FEWEST_IDEOGRAPHS


def read_waivers(
    file: Path, kind: type[WaiverT], key: str = "waiver", *, today: date | None = None
) -> tuple[WaiverT, ...]:
    """Return the waivers of a file.

    Args:
        file: TOML with tables ``[[key]]`` only.
        kind: the class of the waivers.
        key: the name of the tables.
        today: the current day (UTC), which limits the last day of a waiver (default: that of the clock).

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
    latest = (today or datetime.now(UTC).date()) + timedelta(days=kind.longest_days)
    if late := [waiver for waiver in waivers if waiver.expires > latest]:
        lines = (
            f"{file}: {key} of {waiver.subject}: expires = {waiver.expires} is more than {kind.longest_days} days "
            f"ahead. The last possible day is {latest}; renew it then if it is still needed."
            for waiver in late
        )
        raise OperationError("\n".join(lines))
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
