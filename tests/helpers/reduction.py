"""Reduces a synthesized stack for tests of how a stack is applied, which need only some of the resources."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from terraform.expressions import references

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def reduce(file: Path, roots: Iterable[str]) -> None:
    """Keep some resources of a ``cdk.tf.json``, their dependencies, and the outputs and checks that still work.

    Raises:
        KeyError: a root does not exist.
    """
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    resources = {f"{kind}.{name}": one for kind, named in document["resource"].items() for name, one in named.items()}
    kept: set[str] = set()
    waiting = set(roots)
    while waiting:
        address = waiting.pop()
        kept.add(address)
        waiting |= (_needs(resources[address]) & resources.keys()) - kept
    document["resource"] = {
        kind: some
        for kind, named in document["resource"].items()
        if (some := {name: one for name, one in named.items() if f"{kind}.{name}" in kept})
    }
    for section in ("output", "check"):
        left = {name: one for name, one in document.pop(section, {}).items() if _needs(one) <= kept}
        document |= {section: left} if left else {}
    for listed in document["//"]["outputs"].values():  # the command displays outputs from this list
        for name in listed.keys() - document["output"].keys():
            del listed[name]
    file.write_text(json.dumps(document, indent=1), encoding="utf-8")


def reduce_resolvers(stacks: Path, kept: Iterable[str]) -> None:
    """Remove the resolvers, which are all alike, from every chat stack, except for some with their functions."""
    for file in stacks.glob("chat-*/cdk.tf.json"):
        resources = json.loads(file.read_text(encoding="utf-8"))["resource"]
        others = resources.keys() - {"aws_appsync_resolver", "aws_appsync_function"}
        reduce(file, [*(f"{kind}.{name}" for kind in others for name in resources[kind]), *kept])


def reduce_to_samples(stacks: Path, environments: Iterable[str], kept: Iterable[str]) -> None:
    """Keep one resource of each kind in some chat stacks, all tables, and some resources by name.

    The dashboard is removed, because it refers to nearly all other resources.
    """
    for environment in environments:
        file = stacks / f"chat-{environment}" / "cdk.tf.json"
        resources = json.loads(file.read_text(encoding="utf-8"))["resource"]
        others = resources.keys() - {"aws_appsync_resolver", "aws_appsync_function", "aws_cloudwatch_dashboard"}
        samples = [f"{kind}.{min(resources[kind])}" for kind in sorted(others)]
        tables = [f"aws_dynamodb_table.{name}" for name in resources["aws_dynamodb_table"]]
        reduce(file, [*samples, *tables, *kept])


def _needs(arguments: dict[str, Any]) -> set[str]:
    return {one for is_data, one in references(arguments) if not is_data} | set(arguments.get("depends_on") or ())
