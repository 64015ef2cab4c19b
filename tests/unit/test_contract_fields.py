"""Tests of the fields and names of the contract: they match the schema and are not repeated elsewhere."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from contract import FOLDER, names
from contract.fields import ENTITIES, MESSAGE, SELECTION_COMPLETE
from contract.tables import TABLES
from lambdas.common.system_message import SystemMessage, published
from tools.checkout import ROOT, tracked
from tools.generated_code import Schema, differing, generated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.fields import Entity

COLUMNS = {
    "Message": {"public", "erased", "account", "exported", "preview"},
    "Membership": {"public", "account", "exported"},
    "NotificationPreference": {"public", "account", "exported"},
    "Notification": {"public", "account", "exported"},
    "ChatRoom": {"public", "account", "passing"},
}
"""Decisions that every field or attribute requires."""
WRITTEN = {"graphql/schema.graphql", "docs/api/schema.graphql", "web/src/api/operations.ts"}
"""Files that may list fields and names: the schema, files generated from it, and what ``tools`` writes."""
RUN = 10
"""This many fields of one type in sequence count as a list of them; code that reads or displays some is shorter."""
ERRORS = 8
"""This many error types in sequence count as a list of them."""


@pytest.fixture(scope="module")
def schema() -> Schema:
    return Schema((ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
def test_every_field_of_the_schema_type_has_an_entry(entity: Entity, schema: Schema) -> None:
    declared = schema.fields(entity.name)
    assert [field.name for field in entity.public] == list(declared)
    for field in entity.public:
        inner = schema.inner(declared[field.name])
        assert list(field.fields) == ([] if inner is None else list(schema.fields(inner))), field.name


def test_types_of_published_mutations_are_in_the_contract(schema: Schema) -> None:
    mutations = schema.fields("Mutation")
    types = {schema.inner(mutations[name]) for name in schema.mutations_with_subscribers()}
    assert types == {name for name in ENTITIES if SELECTION_COMPLETE in schema.fields(name)}


def test_rows_belong_to_existing_tables_and_have_their_keys() -> None:
    tables = {table.key: table for table in TABLES}
    for name in {entity.table for entity in ENTITIES.values()} - {None}:
        table = tables[str(name)]
        attributes = {attribute for entity in ENTITIES.values() if entity.table == name for attribute in entity.stored}
        keys = {
            attribute
            for key in (table.primary_key, *(index.key for index in table.indexes))
            for attribute in key.attributes
        }
        assert keys | ({table.ttl} - {None}) <= attributes, name


@pytest.mark.parametrize(("name", "columns"), COLUMNS.items())
def test_every_column_has_a_value(name: str, columns: set[str]) -> None:
    content = json.loads((FOLDER / "fields.json").read_text(encoding="utf-8"))[name]["fields"]
    assert {field: columns - set(line) for field, line in content.items() if columns - set(line)} == {}
    for field in ENTITIES[name].fields:
        assert field.public or (field.attribute == field.name and field.type is not None), field.name
        assert (field.account == "name") == (field.person is not None), field.name


def test_names_match_the_enums_of_the_schema(schema: Schema) -> None:
    assert sorted(names.ROLES) == sorted(schema.enums["MembershipRole"])
    types = [names.TEXT_TYPE, *names.FILE_TYPES, names.SYSTEM_TYPE, names.VOID_TYPE]
    assert types == schema.enums["MessageType"]


def test_a_preview_has_the_fields_of_the_schema(schema: Schema) -> None:
    assert {"seq", *MESSAGE.attributes(preview=True)} == set(schema.fields("MessagePreview"))


def test_a_published_system_message_has_the_fields_of_the_schema() -> None:
    text = (ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8")
    declared = text.partition("input PublishMessageInput {")[2].partition("\n}")[0]
    message = SystemMessage(room_id="r", event_id="e", kind="MEMBER_LEFT", user_id="u", user_name="U")
    assert set(re.findall(r"^  (\w+):", declared, re.MULTILINE)) == set(
        published(message.row(1, datetime.now(UTC), None))
    )


def test_generated_files_are_current() -> None:
    assert differing(generated(ROOT)) == []


def test_no_other_file_lists_the_fields_of_a_type(words: dict[str, list[str]]) -> None:
    """A list is a sequence of names of one type, whatever separates them: quotes, commas, braces, line breaks."""
    names_of = [{field.name for field in entity.public} | set(entity.stored) for entity in ENTITIES.values()]
    own = {path.relative_to(ROOT).as_posix() for path in generated(ROOT)} | WRITTEN
    found = [path for path, text in words.items() if any(lists(text, group, RUN) for group in names_of)]
    assert set(found) - own == set()


def test_no_other_file_lists_the_error_types(words: dict[str, list[str]]) -> None:
    found = [path for path, text in words.items() if lists(text, set(names.ERROR_TYPES), ERRORS)]
    assert set(found) - WRITTEN == {"graphql/shared/contract.d.ts"}


@pytest.mark.parametrize("prefix", [names.DELETED_ID_PREFIX, names.DIRECT_ROOM_PREFIX, names.REACTION_COUNT_PREFIX])
def test_no_other_code_repeats_the_prefixes_of_the_backend(prefix: str) -> None:
    quoted = re.compile(rf"""["'`]{re.escape(prefix)}["'`${{]""")
    found = {path for path, text in sources() if quoted.search(text) and not path.startswith("tests/")}
    assert found - WRITTEN == set()


def test_no_other_file_names_deleted_users() -> None:
    quoted = re.compile(rf"""["'`]{names.DELETED_NAME}["'`]""")
    assert [path for path, text in sources() if quoted.search(text)] == []


def lists(words: list[str], wanted: set[str], number: int) -> bool:
    """Return whether this many of the names follow each other."""
    if len(wanted.intersection(words)) < number // 2:
        return False
    return "x" * number in "".join("x" if word in wanted else " " for word in words)


@pytest.fixture(scope="module")
def words() -> dict[str, list[str]]:
    """Return the words of every file, without separators."""
    return {path: re.findall(r"\w+", text) for path, text in sources()}


def sources() -> Iterator[tuple[str, str]]:
    """Return every tracked code file outside the contract."""
    for name in tracked("*.py", "*.js", "*.mjs", "*.ts", "*.tsx", "*.graphql"):
        if not name.startswith("contract/"):
            yield name, (ROOT / name).read_text(encoding="utf-8")
