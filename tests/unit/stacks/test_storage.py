"""The tables: keys and indexes as the resolvers expect them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stacks.environments import load_environments
from stacks.synthesis import synthesize
from tests.unit.stacks.conftest import ROOT
from tests.unit.stacks.synthesized import Synthesized

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {
    "audit": ("roomId", "auditId"),
    "deduplication": ("senderId", "clientMessageId"),
    "memberships": ("roomId", "userId"),
    "messages": ("roomId", "seq"),
    "notifications": ("userId", "notificationId"),
    "presence": ("userId", None),
    "privacy": ("userId", "kind"),
    "reactions": ("messageId", "reactionId"),
    "reports": ("roomId", "reportId"),
    "rooms": ("roomId", None),
    "users": ("userId", None),
}
INDEXES = {
    ("memberships", "byUser"): ("userId", "roomId", "ALL"),
    ("messages", "byThread"): ("threadId", "seq", "ALL"),
    ("notifications", "byActor"): ("actorId", "notificationId", "KEYS_ONLY"),
    ("notifications", "byUnread"): ("userId", "unreadId", "KEYS_ONLY"),
    ("presence", "byOnline"): ("onlineShard", "userId", "KEYS_ONLY"),
    ("rooms", "byVisibility"): ("listedVisibility", "createdAt", "KEYS_ONLY"),
}


def test_every_table_has_its_keys(stack: Synthesized) -> None:
    tables = stack.all("aws_dynamodb_table")
    assert {name: (table["hash_key"], table.get("range_key")) for name, table in tables.items()} == KEYS


def test_every_index_has_its_keys(stack: Synthesized) -> None:
    found = {
        (name, index["name"]): (index["hash_key"], index["range_key"], index["projection_type"])
        for name, table in stack.all("aws_dynamodb_table").items()
        for index in table.get("global_secondary_index", [])
    }
    assert found == INDEXES


def test_exactly_the_attributes_of_keys_are_declared(stack: Synthesized) -> None:
    """DynamoDB refuses an attribute that is in no key, and one of a key that is not declared."""
    for table in stack.all("aws_dynamodb_table").values():
        declared = {attribute["name"]: attribute["type"] for attribute in table["attribute"]}
        assert set(declared) == set(_key_attributes(table))
        assert all(kind == ("N" if name == "seq" else "S") for name, kind in declared.items())


def test_rows_that_end_have_a_time_to_live(stack: Synthesized) -> None:
    tables = stack.all("aws_dynamodb_table")
    assert {name for name, table in tables.items() if "ttl" in table} == {
        "deduplication",
        "messages",
        "notifications",
        "presence",
        "privacy",
        "users",
    }
    for table in tables.values():
        assert table.get("ttl", {"attribute_name": "expiresAt", "enabled": True}) == {
            "attribute_name": "expiresAt",
            "enabled": True,
        }


def test_what_functions_follow_is_streamed(stack: Synthesized) -> None:
    streamed = {
        name: table["stream_view_type"]
        for name, table in stack.all("aws_dynamodb_table").items()
        if table.get("stream_enabled")
    }
    assert streamed == dict.fromkeys(("memberships", "messages", "privacy", "rooms"), "NEW_AND_OLD_IMAGES")


def test_tables_are_on_demand_encrypted_and_restorable_by_setting(stack: Synthesized) -> None:
    for table in stack.all("aws_dynamodb_table").values():
        assert table["billing_mode"] == "PAY_PER_REQUEST"
        assert table["server_side_encryption"] == {"enabled": True}
        assert table["point_in_time_recovery"] == {"enabled": stack.settings.storage.point_in_time_recovery}


def _key_attributes(table: dict[str, Any]) -> list[str]:
    keys = [table, *table.get("global_secondary_index", [])]
    return [key[part] for key in keys for part in ("hash_key", "range_key") if key.get(part)]


def test_restored_tables_have_names_of_their_own_everywhere_and_are_taken_over(
    stacks: dict[str, Synthesized], tmp_path: Path
) -> None:
    given = {"CHAT_ENVIRONMENTS": "prod", "CHAT_STORAGE__GENERATION": "20300102"}
    (settings,) = load_environments(ROOT, given)
    folder, *_ = synthesize([settings], ROOT, output=tmp_path / "out")
    restored = Synthesized.read(settings, folder)

    names = {key: table["name"] for key, table in restored.all("aws_dynamodb_table").items()}
    assert names == {key: f"chat-{key}-20300102-prod" for key in KEYS}
    assert restored.document["import"] == [
        {"to": f"aws_dynamodb_table.{key}", "id": names[key]} for key in sorted(KEYS)
    ]
    code = str(restored.document["resource"]["aws_appsync_function"])
    assert set(re.findall(r"chat-(?:messages|rooms|memberships|audit)[a-z0-9-]*", code)) == {
        names[key] for key in ("audit", "memberships", "messages", "rooms")
    }
    assert "import" not in stacks["prod"].document
