"""The schema, read from the running API with the standard queries of other tools."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from gql import Client
from gql.transport.aiohttp import AIOHTTPTransport

from appsync_local.schema import build_schema
from tests.helpers.backend import ROOT
from tests.helpers.node import run_node

if TYPE_CHECKING:
    from tests.helpers.backend import Outputs
    from tests.helpers.chat import ChatUser

EVERYTHING = {
    "specified_by_url": True,
    "directive_is_repeatable": True,
    "schema_description": True,
    "input_value_deprecation": True,
}

TYPES = {*build_schema((ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8")).schema.type_map}
"""The types of the schema file, including those of introspection."""

WEB_PACKAGES = ROOT / "web" / "node_modules" / "@graphql-codegen"


@pytest.mark.node
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
@pytest.mark.skipif(
    not WEB_PACKAGES.is_dir(), reason="the web client's packages are not installed: `make bootstrap-all` does it"
)
@pytest.mark.conforms("execution.introspection")
async def test_graphql_js_and_codegen_read_the_schema(alice: ChatUser, outputs: Outputs) -> None:
    result = await run_node(
        "introspection.mjs", {"url": outputs["GraphQLSecureURL"], "token": alice.tokens.access_token}, outputs
    )

    for name, types in result["types"].items():
        assert {*types} >= TYPES, f"{name}: {types}"
    assert "export type MineQuery = { me: { id: string, displayName: string } | null };" in result["generated"]


@pytest.mark.conforms("execution.introspection")
async def test_gql_reads_the_schema(alice: ChatUser, outputs: Outputs) -> None:
    headers = {"Authorization": alice.tokens.access_token}
    transport = AIOHTTPTransport(url=outputs["GraphQLSecureURL"], headers=headers, ssl=outputs.trust())
    for asked in ({}, EVERYTHING):
        client = Client(transport=transport, fetch_schema_from_transport=True, introspection_args=asked)
        async with client:
            assert client.schema is not None
            assert {*client.schema.type_map} >= TYPES
