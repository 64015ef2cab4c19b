"""Rules for AppSync: authentication, limits, logs, resolvers and authorization of subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType

from ops.policy.rule import Problem, Resources, Rule, block
from ops.review.rules.graphql_schema import schema_of
from stacks.bundle_header import Bundle
from terraform.expressions import unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator

_API = "aws_appsync_graphql_api"
_FUNCTION = "aws_appsync_function"
_RESOLVER = "aws_appsync_resolver"
_ROOTS = ("Query", "Mutation", "Subscription")
_OWN_DATA = ("SELF",)
"""The requirement of subscriptions that are limited to the caller's own data."""


def _default_authentication(resources: Resources) -> Iterator[Problem]:
    for address, api in resources.of(_API).items():
        if api.get("authentication_type") == "API_KEY":
            yield address, "API_KEY is the default: fields without a directive are open to every caller with the key"


def _key_expiry(resources: Resources) -> Iterator[Problem]:
    for address, key in resources.of("aws_appsync_api_key").items():
        if not key.get("expires"):
            yield address, "expires is not set: the key expires 7 days after each apply"


def _introspection(resources: Resources) -> Iterator[Problem]:
    for address, api in resources.of(_API).items():
        if api.get("introspection_config") != "DISABLED":
            yield address, "introspection_config is not DISABLED: every caller can read the schema"


def _bounds(resources: Resources) -> Iterator[Problem]:
    for address, api in resources.of(_API).items():
        for name in ("query_depth_limit", "resolver_count_limit"):
            if not api.get(name):
                yield address, f"{name} is not set: the cost of an operation is not limited"


def _traced(resources: Resources) -> Iterator[Problem]:
    for address, api in resources.of(_API).items():
        if not api.get("xray_enabled"):
            yield address, "xray_enabled is not true: slow resolvers cannot be found"


def _no_content_in_logs(resources: Resources) -> Iterator[Problem]:
    for address, api in resources.of(_API).items():
        if block(api, "log_config").get("exclude_verbose_content") is not True:
            yield address, "log_config.exclude_verbose_content is not true: the logs contain messages"


def _missing_resolvers(resources: Resources) -> Iterator[Problem]:
    resolved = {f"{resolver['type']}.{resolver['field']}" for resolver in resources.of(_RESOLVER).values()}
    for address, api in resources.of(_API).items():
        types = schema_of(unescaped(api["schema"])).type_map
        for root in _ROOTS:
            kind = types.get(root)
            fields = kind.fields if isinstance(kind, GraphQLObjectType) else {}
            for field in fields:
                if f"{root}.{field}" not in resolved:
                    yield address, f"{root}.{field} has no resolver"


def _subscriptions_are_guarded(resources: Resources) -> Iterator[Problem]:
    code = {address.split(".")[1]: function["code"] for address, function in resources.of(_FUNCTION).items()}
    for address, resolver in resources.of(_RESOLVER).items():
        if resolver["type"] == "Subscription" and not _is_guarded(resolver, code):
            yield address, "checks no membership, and is not limited to the caller's own data"


def _is_guarded(resolver: dict[str, Any], code: dict[str, str]) -> bool:
    """Return whether a resolver is limited to the caller's own data or runs a function with the tag ``@authorizes``."""
    own = Bundle.of(resolver["code"])
    functions = [reference.split(".")[1] for reference in block(resolver, "pipeline_config").get("functions", ())]
    is_own_data = own.requirements == _OWN_DATA and f"resolvers/Subscription.{resolver['field']}.js" in own.deciding
    return is_own_data or any(f"functions/{name}.js" in Bundle.of(code[name]).deciding for name in functions)


RULES = (
    Rule("CHAT_APPSYNC_1", "An API key is not the default authentication", _default_authentication),
    Rule("CHAT_APPSYNC_2", "API keys have an expiry date", _key_expiry),
    Rule("CHAT_APPSYNC_3", "Introspection is off", _introspection, production_only=True),
    Rule("CHAT_APPSYNC_4", "Operations are limited in depth and resolvers", _bounds),
    Rule("CHAT_APPSYNC_5", "Requests are traced", _traced, production_only=True),
    Rule("CHAT_APPSYNC_6", "Logs contain no message content", _no_content_in_logs),
    Rule("CHAT_APPSYNC_7", "Every field of Query, Mutation and Subscription has a resolver", _missing_resolvers),
    Rule("CHAT_APPSYNC_8", "Every subscription is authorized when it starts", _subscriptions_are_guarded),
)
