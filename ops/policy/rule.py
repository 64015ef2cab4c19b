"""What a rule is: an id, what it demands, where, and a function that yields what does not keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from terraform.stack import Stack

PRODUCTION = frozenset({"prod"})
"""Where the stricter rules hold as well."""
STACK = "(stack)"
"""The address of what is about the stack as a whole."""

Problem = tuple[str, str]
"""An address, and what is wrong there."""


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing that does not keep a rule."""

    environment: str
    rule: str
    address: str
    message: str

    def __str__(self) -> str:
        return f"{self.environment}: {self.address}: {self.message} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Resources:
    """The synthesized resources of one environment, for rules to look at."""

    stack: Stack

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return address -> arguments of all resources of a type."""
        return {address: one for address, one in self.stack.resources.items() if address.startswith(f"{kind}.")}

    @property
    def document(self) -> dict[str, Any]:
        """The whole synthesized JSON."""
        return self.stack.document


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: for example ``CHAT_COGNITO_1``.
        demands: one sentence.
        check: yields what does not keep it.
        production_only: whether it holds in production only.
    """

    id: str
    demands: str
    check: Callable[[Resources], Iterator[Problem]]
    production_only: bool = False

    def violations(self, stack: Stack) -> Iterator[Violation]:
        """Yield what does not keep the rule in one environment."""
        if self.production_only and stack.environment not in PRODUCTION:
            return
        for address, message in self.check(Resources(stack)):
            yield Violation(stack.environment, self.id, address, message)


def block(arguments: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a nested block, which cdktf writes as an object or as a list of one; empty where there is none."""
    value = arguments.get(name) or {}
    if isinstance(value, list):
        return dict(value[0]) if value else {}
    return dict(value)
