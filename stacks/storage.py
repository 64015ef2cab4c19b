"""DynamoDB tables: on-demand, encrypted, with optional deletion protection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract.tables import TABLES
from stacks.bindings import (
    Construct,
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTableGlobalSecondaryIndex,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
    DynamodbTableTimeouts,
    DynamodbTableTtl,
    TerraformResourceLifecycle,
    add,
)
from stacks.encryption import key_arn
from stacks.names import physical_name

if TYPE_CHECKING:
    from contract.tables import Index, Table
    from stacks.settings import Settings


EXPIRY_ATTRIBUTE = "expiresAt"
"""The attribute by which rows expire, in tables that have such rows.

Tables without expiry name it too: a missing block would not be planned as a change if a table loses its expiry, and
DynamoDB disables the expiry of a table only if the request names the attribute.
"""
UPDATE_MINUTES = 320
"""How long Terraform waits for a change of a table.

DynamoDB builds a new index from all items, which can take hours; the provider's default is 60 minutes. The wait ends
before the job of the workflow and its session do, so that Terraform can save its state.
"""


def table_names(settings: Settings) -> dict[str, str]:
    """Return the physical name of every table by its key."""
    generation = settings.storage.generation
    suffix = "" if generation is None else f"-{generation}"
    return {table.key: physical_name(settings, f"{table.key}{suffix}", "table") for table in TABLES}


class Storage(Construct):
    """All tables, by key."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        """Add the tables.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self._names = table_names(settings)
        self.tables = {table.key: self._build_table(table) for table in TABLES}

    def _build_table(self, table: Table) -> DynamodbTable:
        storage = self._settings.storage
        return add(
            self,
            DynamodbTable,
            table.key,
            name=self._names[table.key],
            billing_mode="PAY_PER_REQUEST",
            hash_key=table.primary_key.partition,
            range_key=table.primary_key.sort,
            attribute=[DynamodbTableAttribute(name=name, type=type_) for name, type_ in table.attributes.items()],
            global_secondary_index=[_index(index) for index in table.indexes] or None,
            stream_enabled=True if table.stream else None,
            stream_view_type=table.stream,
            ttl=DynamodbTableTtl(attribute_name=table.ttl or EXPIRY_ATTRIBUTE, enabled=table.ttl is not None),
            server_side_encryption=DynamodbTableServerSideEncryption(enabled=True, kms_key_arn=key_arn(self._settings)),
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=storage.point_in_time_recovery),
            deletion_protection_enabled=storage.deletion_protection,
            timeouts=DynamodbTableTimeouts(update=f"{UPDATE_MINUTES}m"),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if storage.deletion_protection else None,
        )


def _index(index: Index) -> DynamodbTableGlobalSecondaryIndex:
    return DynamodbTableGlobalSecondaryIndex(
        name=index.name,
        hash_key=index.key.partition,
        range_key=index.key.sort,
        projection_type=index.projection,
    )
