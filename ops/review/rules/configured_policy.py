"""Policies that are known after apply only: their configuration, compared with the policy in the state."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ops.plans import Plan
    from ops.review.rules.grants import Grant

_REFERENCE = re.compile(r"\$\{(aws_\w+\.[\w-]+)\.(\w+)\}")
_SAME = re.compile(r"\$\{(?:data\.aws_(?:caller_identity|partition|region)\.[\w.-]+|var\.[\w-]+)\}")
"""Expressions that may have the value of the last apply: of the account and the region, and settings."""
_EXPRESSION = re.compile(r"(\$\{.*?\})")


def resolved(plan: Plan, address: str, attribute: str) -> Any:  # noqa: ANN401 - JSON
    """Return the configured value of an attribute, with the state's values in the place of references.

    References to resources that the plan adds remain. The value is None if the configuration does not have it.
    """
    configured = plan.configured.get(address, {}).get(attribute)
    if not isinstance(configured, str):
        return configured

    def value_of(reference: re.Match[str]) -> str:
        value = plan.prior.get(reference[1], {}).get(reference[2])
        return json.dumps(value)[1:-1] if isinstance(value, str) else reference[0]

    return _REFERENCE.sub(value_of, configured)


def aligned(configured: Grant, known: Grant) -> Grant:
    """Return a configured grant with the known grant's parts where its own are expressions that may have that value.

    References to resources are no such expressions: those that remain name resources that the plan adds. Neither are
    functions and other data sources, which may have any value.
    """
    parts = {
        name: getattr(known, name)
        for name in ("principal", "resource", "condition")
        if "${" in getattr(configured, name) and _may_be(getattr(configured, name), getattr(known, name))
    }
    return replace(configured, **parts) if parts else configured


def _may_be(configured: str, value: str) -> bool:
    parts = _EXPRESSION.split(configured)
    pattern = "".join(".*" if _SAME.fullmatch(part) else re.escape(part) for part in parts)
    return re.fullmatch(pattern, value, re.DOTALL) is not None
