"""Tests that docs/permissions.md lists every statement of every role with its reason."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.unit.stacks.synthesized import Synthesized

DOCUMENT = Path(__file__).parents[3] / "docs" / "permissions.md"
UPDATE = "CHAT_TEST_UPDATE_PERMISSIONS"
ON_THE_KEY = "the data is encrypted with this key; usable only through these services"
BY_ITS_CODE = "the accesses that the code of this data source declares by `@access`"

Row = tuple[str, str, str, str]
"""Role, actions, resources, conditions."""


def rows(stack: Synthesized) -> Iterator[Row]:
    """Return every statement of every role, in the document's format."""
    for name, statements in sorted(stack.statements.items()):
        for statement in statements:
            resources = [_readable(resource) for resource in statement["Resource"]]
            condition = statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService", [])
            services = [host.split(".")[0] for host in condition]
            yield name, _listed(statement["Action"]), _listed(resources), _listed(services)


def _readable(resource: str) -> str:
    """Format a reference as Terraform's address without the common prefix: ``dynamodb_table.rooms``."""
    return re.sub(r"\$\{aws_(\w+\.\w+)\.(arn|stream_arn)\}", _address, resource)


def _address(found: re.Match[str]) -> str:
    return found[1] if found[2] == "arn" else f"{found[1]}/stream"


def _listed(values: list[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def written() -> dict[Row, str]:
    """Return the document's rows, each with its reason."""
    if not DOCUMENT.exists():
        return {}
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return {
        (name.strip("`"), actions, resources, "" if through == "-" else through): reason
        for name, actions, resources, through, reason in cells
    }


def write(wanted: list[Row], reasons: Mapping[Row, str]) -> None:
    """Write the table; a new statement gets no reason, and the test fails until one is added."""
    head = DOCUMENT.read_text(encoding="utf-8").partition("| policy |")[0]
    lines = ["| policy | actions | resources | only through | why |", "| --- | --- | --- | --- | --- |"]
    for row in wanted:
        name, actions, resources, through = row
        reason = reasons.get(row) or _common_reason(row)
        lines.append(f"| `{name}` | {actions} | {resources} | {through or '-'} | {reason or 'REASON MISSING'} |")
    DOCUMENT.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def _common_reason(row: Row) -> str:
    name, actions, *_ = row
    if "`kms:Decrypt`" in actions:
        return ON_THE_KEY
    if actions == "`logs:CreateLogStream`, `logs:PutLogEvents`":
        return "writes to its own log group"
    if "`dynamodb:GetShardIterator`" in actions:
        return "Lambda polls the streams with this role"
    if name.endswith("_failures") and actions == "`sqs:SendMessage`":
        return "stores failed records in its queue for 14 days"
    if "`xray:PutTraceSegments`" in actions:
        return "sends traces if `enable_xray` is set; X-Ray has no resource-level permissions"
    return BY_ITS_CODE if name.endswith("_data_source") and "dynamodb" in actions else ""


def test_the_document_lists_every_statement_and_no_other(hardened: Synthesized) -> None:
    """After an intended change, run with ``CHAT_TEST_UPDATE_PERMISSIONS=1`` and add the reasons of new statements."""
    wanted = list(rows(hardened))
    if os.environ.get(UPDATE):
        write(wanted, written())
    assert sorted(written()) == sorted(wanted), f"set {UPDATE}=1, then give the reasons of what is new"


def test_every_statement_has_a_reason() -> None:
    assert [row for row, reason in written().items() if len(reason) < 15 or "MISSING" in reason] == []


def test_no_environment_has_permissions_that_production_does_not_have(
    stack: Synthesized, hardened: Synthesized
) -> None:
    assert set(rows(stack)) <= set(rows(hardened))


def test_every_role_is_for_one_service_of_this_account_or_for_lambda(hardened: Synthesized) -> None:
    for name, role in hardened.all("aws_iam_role").items():
        (statement,) = json.loads(role["assume_role_policy"])["Statement"]
        service = statement["Principal"]["Service"]
        assert isinstance(service, str), name
        if service != "lambda.amazonaws.com":
            assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "333333333333"}, name
