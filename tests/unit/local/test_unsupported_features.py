"""Tests that features which the local AppSync does not support are refused by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.emulator import ServiceCall
from local.embedded.unsupported_features import UnsupportedFeatures, unsupported_feature

if TYPE_CHECKING:
    from local.embedded.emulator import Response, Wrapper

API = "/v1/apis/a1"
VTL = {"requestMappingTemplate": "{}", "responseMappingTemplate": "{}"}
SYNC = {"syncConfig": {"conflictDetection": "VERSION", "conflictHandler": "AUTOMERGE"}}


@pytest.mark.conforms("missing.named")
@pytest.mark.parametrize(
    ("method", "path", "request_body", "named"),
    [
        ("POST", "/v1/domainnames", {}, "Custom domain names"),
        ("GET", "/v1/domainnames/chat.example.com/apiassociation", {}, "Custom domain names"),
        ("POST", "/v1/apis", {"apiType": "MERGED"}, "Merged APIs"),
        ("POST", "/v1/mergedApis/m1/sourceApiAssociations", {}, "Merged APIs"),
        ("GET", f"{API}/sourceApiAssociations", {}, "Merged APIs"),
        ("POST", f"{API}/ApiCaches", {"type": "SMALL"}, "Caching"),
        ("DELETE", f"{API}/FlushCache", {}, "Caching"),
        ("POST", f"{API}/datasources", {"dynamodbConfig": {"versioned": True}}, "delta sync"),
        ("POST", f"{API}/datasources/d", {"dynamodbConfig": {"deltaSyncConfig": {"baseTableTTL": 1}}}, "delta sync"),
        ("POST", f"{API}/datasources", {"dynamodbConfig": {"useCallerCredentials": True}}, "caller's credentials"),
        ("POST", f"{API}/types", {"definition": "type A { a: Int }", "format": "SDL"}, "Single types"),
        ("DELETE", f"{API}/types/A", {}, "Single types"),
        ("POST", f"{API}/types/Query/resolvers", SYNC, "AUTOMERGE"),
        ("POST", f"{API}/types/Query/resolvers", VTL, "VTL"),
        ("POST", f"{API}/functions", VTL, "VTL"),
        ("POST", "/v1/dataplane-evaluatetemplate", {}, "VTL"),
        ("POST", "/v1/datasources/introspections", {}, "introspection"),
    ],
)
def test_unsupported_features_are_rejected_by_name(
    method: str, path: str, request_body: dict[str, Any], named: str
) -> None:
    found = unsupported_feature(method, path, request_body)
    assert found is not None
    assert named in found


@pytest.mark.parametrize(
    ("method", "path", "request_body"),
    [
        ("POST", "/v1/apis", {"apiType": "GRAPHQL", "xrayEnabled": True}),
        ("GET", f"{API}/ApiCaches", {}),
        ("GET", f"{API}/types/Query", {}),
        ("POST", f"{API}/datasources", {"dynamodbConfig": {"tableName": "t", "versioned": False}}),
        ("POST", f"{API}/types/Query/resolvers", {"code": "x", "requestMappingTemplate": ""}),
        ("POST", f"{API}/types/Query/resolvers", {"syncConfig": {"conflictDetection": "NONE"}}),
        ("POST", f"{API}/schemacreation", {"definition": "apiType: MERGED"}),
    ],
)
def test_supported_features_are_accepted(method: str, path: str, request_body: dict[str, Any]) -> None:
    assert unsupported_feature(method, path, request_body) is None


async def test_the_refusal_is_a_response_of_appsync() -> None:
    wrapped: list[Wrapper] = []

    class Wrapping:
        def wrap(self, service: str, wrapper: Wrapper) -> None:
            assert service == "appsync"

            wrapped.append(wrapper)

    async def forward(_: ServiceCall) -> Response:
        return 200, {}, b"{}"

    UnsupportedFeatures(Wrapping())  # type: ignore[arg-type]
    (wrapper,) = wrapped
    assert (await wrapper(ServiceCall("GET", API, {}), forward))[0] == 200
    status, headers, body = await wrapper(ServiceCall("POST", f"{API}/ApiCaches", {}, b"{}"), forward)
    assert (status, headers["x-amzn-errortype"]) == (400, "BadRequestException")
    assert json.loads(body)["message"].startswith("Caching: not run locally")
