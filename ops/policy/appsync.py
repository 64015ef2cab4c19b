"""AppSync: who may call, how much one operation may cost, what is logged, and that every field is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType

from ops.appsync_drift import unescaped
from ops.findings.graphql_schema import schema_of
from ops.policy.rule import Problem, Resources, Rule, block
from stacks.bundle_header import Bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

_API = "aws_appsync_graphql_api"
_FUNCTION = "aws_appsync_function"
_RESOLVER = "aws_appsync_resolver"
_ROOTS = ("Query", "Mutation", "Subscription")
_OWN_DATA = ("SELF",)
"""What a subscription requires that is tied to the caller instead of a room's members."""


def _default_authentication(resources: Resources) -> Iterator[Problem]:
    for address, api in resources.of(_API).items():
        if api.get("authentication_type") == "API_KEY":
            yield address, "every field without a directive is open to whoever has the API key"


def _keys_end(resources: Resources) -> Iterator[Problem]:
    for address, key in resources.of("aws_appsync_api_key").items():
        if not key.get("expires"):
            yield address, "expires is not given: the key ends 7 days after each apply, unseen"


def _introspection(resources: Resources) -> Iterator[Problem]:
    for address, api in resources.of(_API).items():
        if api.get("introspection_config") != "DISABLED":
            yield address, "everybody who is let in may read the whole schema: introspection_config is not DISABLED"


def _bounds(resources: Resources) -> Iterator[Problem]:
    for address, api in resources.of(_API).items():
        for name in ("query_depth_limit", "resolver_count_limit"):
            if not api.get(name):
                yield address, f"{name} is not given: one operation may cost anything"


def _traced(resources: Resources) -> Iterator[Problem]:
    for address, api in resources.of(_API).items():
        if not api.get("xray_enabled"):
            yield address, "xray_enabled is not true: nobody can see which resolver is slow"


def _no_content_in_logs(resources: Resources) -> Iterator[Problem]:
    for address, api in resources.of(_API).items():
        if block(api, "log_config").get("exclude_verbose_content") is not True:
            yield address, "logs hold what people write to each other: log_config.exclude_verbose_content is not true"


def _fields_are_answered(resources: Resources) -> Iterator[Problem]:
    answered = {f"{one['type']}.{one['field']}" for one in resources.of(_RESOLVER).values()}
    for address, api in resources.of(_API).items():
        types = schema_of(unescaped(api["schema"])).type_map
        for root in _ROOTS:
            kind = types.get(root)
            fields = kind.fields if isinstance(kind, GraphQLObjectType) else {}
            for field in fields:
                if f"{root}.{field}" not in answered:
                    yield address, f"{root}.{field} has no resolver"


def _subscriptions_are_guarded(resources: Resources) -> Iterator[Problem]:
    code = {address.split(".")[1]: one["code"] for address, one in resources.of(_FUNCTION).items()}
    for address, resolver in resources.of(_RESOLVER).items():
        if resolver["type"] == "Subscription" and not _is_guarded(resolver, code):
            yield address, "neither checks membership nor ties the subscription to the caller"


def _is_guarded(resolver: dict[str, Any], code: dict[str, str]) -> bool:
    """Return whether the resolver, for the caller's own data, or one of its functions is tagged ``@authorizes``."""
    own = Bundle.of(resolver["code"])
    functions = [one.split(".")[1] for one in block(resolver, "pipeline_config").get("functions", ())]
    is_own_data = own.requirements == _OWN_DATA and f"resolvers/Subscription.{resolver['field']}.js" in own.deciding
    return is_own_data or any(f"functions/{name}.js" in Bundle.of(code[name]).deciding for name in functions)


RULES = (
    Rule("CHAT_APPSYNC_1", "An API key is not the default way in", _default_authentication),
    Rule("CHAT_APPSYNC_2", "API keys end on a written day", _keys_end),
    Rule("CHAT_APPSYNC_3", "Introspection is off", _introspection, production_only=True),
    Rule("CHAT_APPSYNC_4", "One operation is bounded in depth and resolvers", _bounds),
    Rule("CHAT_APPSYNC_5", "Requests are traced", _traced, production_only=True),
    Rule("CHAT_APPSYNC_6", "Logs hold no content", _no_content_in_logs),
    Rule("CHAT_APPSYNC_7", "Every field of Query, Mutation and Subscription has a resolver", _fields_are_answered),
    Rule("CHAT_APPSYNC_8", "Every subscription is authorized when it begins", _subscriptions_are_guarded),
)
