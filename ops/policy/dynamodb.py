"""Rules for DynamoDB: protection of tables, expiry of rows, and images in streams."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ops.policy.rule import Problem, Resources, Rule, block

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLE = "aws_dynamodb_table"
_EPHEMERAL = frozenset({f"{_TABLE}.deduplication", f"{_TABLE}.messages", f"{_TABLE}.notifications"})
_STREAM = re.compile(r"\$\{(aws_dynamodb_table\.\w+)\.stream_arn\}")


def _protected(resources: Resources) -> Iterator[Problem]:
    for address, table in resources.of(_TABLE).items():
        if not table.get("deletion_protection_enabled"):
            yield address, "deletion_protection_enabled is not true"
        if not block(table, "lifecycle").get("prevent_destroy"):
            yield address, "lifecycle.prevent_destroy is not true"


def _expires(resources: Resources) -> Iterator[Problem]:
    tables = resources.of(_TABLE)
    for address in sorted(_EPHEMERAL & tables.keys()):
        expiry = block(tables[address], "ttl")
        if not expiry.get("enabled") or not expiry.get("attribute_name"):
            yield address, "ttl is not enabled: rows never expire"


def _streamed(resources: Resources) -> Iterator[Problem]:
    tables = resources.of(_TABLE)
    for address, mapping in resources.of("aws_lambda_event_source_mapping").items():
        match = _STREAM.fullmatch(str(mapping.get("event_source_arn", "")))
        table = tables.get(match[1]) if match else None
        if table is not None and table.get("stream_view_type") != "NEW_AND_OLD_IMAGES":
            yield address, f"the stream of {match[1] if match else '?'} does not contain new and old images"


RULES = (
    Rule("CHAT_DYNAMODB_1", "Tables are protected from deletion", _protected, production_only=True),
    Rule("CHAT_DYNAMODB_2", "Temporary rows expire", _expires),
    Rule("CHAT_DYNAMODB_3", "Streams with consumers contain new and old images", _streamed),
)
