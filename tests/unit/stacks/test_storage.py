"""Tests of the tables: keys and indexes as the resolvers expect them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from contract.tables import TABLES
from stacks.storage import EXPIRY_ATTRIBUTE, UPDATE_MINUTES
from stacks.synthesis import synthesize
from tests.helpers.environments import frozen_settings
from tests.unit.stacks.conftest import ROOT
from tests.unit.stacks.synthesized import Synthesized

if TYPE_CHECKING:
    from pathlib import Path


def test_every_table_has_its_keys(stack: Synthesized) -> None:
    tables = stack.all("aws_dynamodb_table")
    assert {name: (table["hash_key"], table.get("range_key")) for name, table in tables.items()} == {
        table.key: (table.primary_key.partition, table.primary_key.sort) for table in TABLES
    }


def test_every_index_has_its_keys(stack: Synthesized) -> None:
    found = {
        (name, index["name"]): (index["hash_key"], index["range_key"], index["projection_type"])
        for name, table in stack.all("aws_dynamodb_table").items()
        for index in table.get("global_secondary_index", [])
    }
    assert found == {
        (table.key, index.name): (index.key.partition, index.key.sort, index.projection)
        for table in TABLES
        for index in table.indexes
    }


def test_only_key_attributes_are_declared(stack: Synthesized) -> None:
    """DynamoDB refuses a declared attribute that is not in a key, and a key attribute that is not declared."""
    for table in stack.all("aws_dynamodb_table").values():
        declared = {attribute["name"]: attribute["type"] for attribute in table["attribute"]}
        assert set(declared) == set(_key_attributes(table))
        assert all(kind == ("N" if name == "seq" else "S") for name, kind in declared.items())


def test_expiring_rows_have_a_time_to_live_and_tables_with_stream_functions_a_stream(stack: Synthesized) -> None:
    for declared in TABLES:
        table = stack.all("aws_dynamodb_table")[declared.key]
        assert table["ttl"] == {"attribute_name": EXPIRY_ATTRIBUTE, "enabled": declared.ttl is not None}
        assert declared.ttl in {None, EXPIRY_ATTRIBUTE}
        assert (table.get("stream_enabled"), table.get("stream_view_type")) == (
            declared.stream is not None or None,
            declared.stream,
        )


def test_tables_are_on_demand_encrypted_and_restorable_if_configured(stack: Synthesized) -> None:
    for table in stack.all("aws_dynamodb_table").values():
        assert table["billing_mode"] == "PAY_PER_REQUEST"
        assert table["server_side_encryption"] == {"enabled": True}
        assert table["point_in_time_recovery"] == {"enabled": stack.settings.storage.point_in_time_recovery}


def test_terraform_waits_for_the_index_of_a_large_table(stack: Synthesized) -> None:
    for table in stack.all("aws_dynamodb_table").values():
        assert table["timeouts"] == {"update": f"{UPDATE_MINUTES}m"}


def _key_attributes(table: dict[str, Any]) -> list[str]:
    keys = [table, *table.get("global_secondary_index", [])]
    return [key[part] for key in keys for part in ("hash_key", "range_key") if key.get(part)]


def test_restored_tables_have_other_names_everywhere_and_are_adopted(
    stacks: dict[str, Synthesized], tmp_path: Path
) -> None:
    given = {"CHAT_ENVIRONMENTS": "prod", "CHAT_STORAGE__GENERATION": "20300102"}
    (settings,) = frozen_settings(**given)
    folder, *_ = synthesize([settings], ROOT, output=tmp_path / "out")
    restored = Synthesized.read(settings, folder)

    keys = [table.key for table in TABLES]
    names = {key: table["name"] for key, table in restored.all("aws_dynamodb_table").items()}
    assert names == {key: f"chat-{key}-20300102-prod" for key in keys}
    assert restored.document["import"] == [{"to": f"aws_dynamodb_table.{key}", "id": names[key]} for key in keys]
    code = str(restored.document["resource"]["aws_appsync_function"])
    assert set(re.findall(r"chat-(?:messages|rooms|memberships|audit)[a-z0-9-]*", code)) == {
        names[key] for key in ("audit", "memberships", "messages", "rooms")
    }
    assert "import" not in stacks["prod"].document
