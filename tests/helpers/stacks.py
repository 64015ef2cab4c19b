"""Stacks with a few resources, in the format of the synthesis."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from terraform.stack import Stack

if TYPE_CHECKING:
    from pathlib import Path


def write_stack(folder: Path, document: dict[str, Any], environment: str = "local") -> Stack:
    """Write a ``cdk.tf.json`` to a folder and return its stack."""
    stack = Stack(folder, environment)
    stack.configuration.write_text(json.dumps(document), encoding="utf-8")
    return stack
