"""A policy rule: an id, a requirement, and a function that yields the violations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from terraform.stack import Stack

STACK = "(stack)"
"""The address of violations of a stack as a whole."""

Problem = tuple[str, str]
"""The address of a resource, and its problem."""


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A violation of a rule."""

    environment: str
    rule: str
    address: str
    message: str

    def __str__(self) -> str:
        return f"{self.environment}: {self.address}: {self.message} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Resources:
    """The synthesized resources of an environment."""

    stack: Stack

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the arguments of all resources of a type, by address."""
        return {
            address: arguments for address, arguments in self.stack.resources.items() if address.startswith(f"{kind}.")
        }

    @property
    def document(self) -> dict[str, Any]:
        """The synthesized JSON."""
        return self.stack.document


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        id: for example ``CHAT_COGNITO_1``.
        requirement: one sentence.
        check: yields the violations.
        production_only: whether the rule applies in production only.
    """

    id: str
    requirement: str
    check: Callable[[Resources], Iterator[Problem]]
    production_only: bool = False

    def violations(self, stack: Stack, *, production: bool) -> Iterator[Violation]:
        """Yield the violations in an environment.

        Args:
            stack: the stack of the environment.
            production: whether the rules for production apply to it.
        """
        if self.production_only and not production:
            return
        for address, message in self.check(Resources(stack)):
            yield Violation(stack.environment, self.id, address, message)


def block(arguments: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a nested block, written as an object or a list with one object; an empty one if it is missing."""
    value = arguments.get(name) or {}
    if isinstance(value, list):
        return dict(value[0]) if value else {}
    return dict(value)
