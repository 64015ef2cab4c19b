"""All rules of this project, which no scanner covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.policy import alarms, appsync, cognito, dynamodb, functions, state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.policy.rule import Violation
    from terraform.stack import Stack

RULES = (*appsync.RULES, *cognito.RULES, *dynamodb.RULES, *functions.RULES, *alarms.RULES, *state.RULES)


def violations(stack: Stack, *, production: bool) -> Iterator[Violation]:
    """Yield every violation of the project's rules in an environment, to which those for production may apply."""
    for rule in RULES:
        yield from rule.violations(stack, production=production)
