"""Parts of user pools that are not in the release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.account_drift.check import Check, added, extra, short
from ops.plans import nested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.account_drift.check import Account, Difference, Resource

_MISSING = ("ResourceNotFoundException",)


def _listed(account: Account, pool: Resource, operation: str, member: str, **arguments: Any) -> list[Any]:  # noqa: ANN401 - boto3's
    return account.listed("cognito-idp", operation, member, UserPoolId=pool["id"], **arguments)


def _described(account: Account, pool: Resource) -> Any:  # noqa: ANN401 - JSON
    return account.client("cognito-idp").describe_user_pool(UserPoolId=pool["id"])["UserPool"]


def _clients(account: Account, pool: Resource) -> Iterator[Difference]:
    found = {
        client["ClientId"]: client["ClientName"]
        for client in _listed(account, pool, "list_user_pool_clients", "UserPoolClients")
    }
    declared = account.values("aws_cognito_user_pool_client", "id")
    names = [f"{name} ({client})" for client, name in found.items() if client not in declared]
    command = f"aws cognito-idp delete-user-pool-client --user-pool-id {pool['id']} --client-id ID"
    yield from added(pool, "client", names, (), command)


def _groups(account: Account, pool: Resource) -> Iterator[Difference]:
    found = [group["GroupName"] for group in _listed(account, pool, "list_groups", "Groups")]
    # Cognito makes a group for the users of each identity provider; an added provider is reported itself.
    providers = _listed(account, pool, "list_identity_providers", "Providers")
    own = {f"{pool['id']}_{provider['ProviderName']}" for provider in providers}
    declared = account.values("aws_cognito_user_group", "name") | own
    command = f"aws cognito-idp delete-group --user-pool-id {pool['id']} --group-name {{}}"
    yield from added(pool, "group", found, declared, command)


def _identity_providers(account: Account, pool: Resource) -> Iterator[Difference]:
    found = [provider["ProviderName"] for provider in _listed(account, pool, "list_identity_providers", "Providers")]
    declared = account.values("aws_cognito_identity_provider", "provider_name")
    command = f"aws cognito-idp delete-identity-provider --user-pool-id {pool['id']} --provider-name {{}}"
    yield from added(pool, "identity provider", found, declared, command)


def _resource_servers(account: Account, pool: Resource) -> Iterator[Difference]:
    servers = _listed(account, pool, "list_resource_servers", "ResourceServers", PaginationConfig={"PageSize": 50})
    declared = account.values("aws_cognito_resource_server", "identifier")
    command = f"aws cognito-idp delete-resource-server --user-pool-id {pool['id']} --identifier {{}}"
    yield from added(pool, "resource server", [server["Identifier"] for server in servers], declared, command)


def _domains(account: Account, pool: Resource) -> Iterator[Difference]:
    described = _described(account, pool)
    found = [described[name] for name in ("Domain", "CustomDomain") if described.get(name)]
    declared = account.values("aws_cognito_user_pool_domain", "domain")
    command = f"aws cognito-idp delete-user-pool-domain --user-pool-id {pool['id']} --domain {{}}"
    yield from added(pool, "domain", found, declared, command)


_TRIGGERS = {"PreTokenGeneration": "pre_token_generation", "PreTokenGenerationConfig": "pre_token_generation_config"}
"""Triggers that the provider keeps if the release has none: member of the API -> argument."""
_OF_CLIENTS = {
    "AllowedOAuthFlows": "allowed_oauth_flows",
    "AllowedOAuthFlowsUserPoolClient": "allowed_oauth_flows_user_pool_client",
    "AllowedOAuthScopes": "allowed_oauth_scopes",
    "CallbackURLs": "callback_urls",
    "DefaultRedirectURI": "default_redirect_uri",
    "LogoutURLs": "logout_urls",
}
"""Settings of clients that the provider keeps if the release has none."""


def _token_triggers(account: Account, pool: Resource) -> Iterator[Difference]:
    found = _described(account, pool).get("LambdaConfig", {})
    declared = nested(pool.arguments.get("lambda_config"))
    if any(declared.get(name) for name in _TRIGGERS.values()):
        return  # Terraform compares it
    for member, name in _TRIGGERS.items():
        if found.get(member):
            command = "aws cognito-idp update-user-pool with all its settings except this trigger"
            yield extra(pool, f"trigger {name} {short(found[member])}", command, f"lambda_config.{name}")


def _first_factors(account: Account, pool: Resource) -> Iterator[Difference]:
    if pool.arguments.get("sign_in_policy"):
        return  # Terraform compares it
    policy = _described(account, pool).get("Policies", {}).get("SignInPolicy", {})
    command = "aws cognito-idp update-user-pool with all its settings except Policies.SignInPolicy"
    yield from added(pool, "first factor", policy.get("AllowedFirstAuthFactors", []), {"PASSWORD"}, command)


def _oauth_settings(account: Account, client: Resource) -> Iterator[Difference]:
    where = {"UserPoolId": client["user_pool_id"], "ClientId": client["id"]}
    found = account.client("cognito-idp").describe_user_pool_client(**where)["UserPoolClient"]
    for member, name in _OF_CLIENTS.items():
        if found.get(member) and not client.arguments.get(name):
            command = "aws cognito-idp update-user-pool-client with all its settings except this one"
            yield extra(client, f"{name} {short(found[member])}", command, name)


CHECKS = (
    Check("aws_cognito_user_pool", "triggers of tokens, if the release has none", _token_triggers, _MISSING),
    Check("aws_cognito_user_pool", "first factors of sign-in, if the release names none", _first_factors, _MISSING),
    Check(
        "aws_cognito_user_pool_client", "settings of OAuth that the release does not have", _oauth_settings, _MISSING
    ),
    Check("aws_cognito_user_pool", "clients", _clients, _MISSING),
    Check("aws_cognito_user_pool", "groups", _groups, _MISSING),
    Check("aws_cognito_user_pool", "identity providers", _identity_providers, _MISSING),
    Check("aws_cognito_user_pool", "resource servers", _resource_servers, _MISSING),
    Check("aws_cognito_user_pool", "domains of the hosted sign-in pages", _domains, _MISSING),
)
