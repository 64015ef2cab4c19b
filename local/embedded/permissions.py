"""IAM authorization of roles and signed callers, by the deployed policies.

Decisions come from MiniStack's evaluator (``core.iam_evaluator``; identity policies, boundaries and session policies).
Of the resource-based policies, only those of functions are evaluated, and only if AppSync itself invokes the function:
no other resource here has a policy that a data source needs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from appsync_local.backend import AwsError, IamPrincipal

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_APPSYNC = "appsync.amazonaws.com"
_SESSION_NAME = "APPSYNC_ASSUME_ROLE"
_TRANSACTION_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def table_arn(name: str, region: str, account_id: str) -> str:
    """Return the ARN of a table, whose name may already be an ARN."""
    return name if name.startswith("arn:") else f"arn:aws:dynamodb:{region}:{account_id}:table/{name}"


def dynamodb_checks(action: str, request: dict[str, Any], region: str, account_id: str) -> list[tuple[str, str]]:
    """Return the (IAM action, resource ARN) pairs that a DynamoDB call needs.

    A transaction is authorized item by item, a batch table by table (Service Authorization Reference, DynamoDB).
    """
    if action in {"TransactWriteItems", "TransactGetItems"}:
        return [
            (f"dynamodb:{_TRANSACTION_ACTIONS[kind]}", table_arn(operation["TableName"], region, account_id))
            for item in request.get("TransactItems", ())
            for kind, operation in item.items()
            if kind in _TRANSACTION_ACTIONS and operation.get("TableName")
        ]
    if "RequestItems" in request:
        return [(f"dynamodb:{action}", table_arn(name, region, account_id)) for name in request["RequestItems"]]
    arn = table_arn(str(request.get("TableName", "")), region, account_id)
    index = request.get("IndexName")
    return [(f"dynamodb:{action}", f"{arn}/index/{index}" if index else arn)]


class Permissions:
    """IAM's decisions, cached until anything in IAM changes."""

    def __init__(self, emulator: Emulator) -> None:
        from ministack.core import iam_evaluator, responses  # noqa: PLC0415 - see emulator.Emulator

        self._evaluator: Any = iam_evaluator
        self._iam: Any = emulator.module_of("iam")
        self._functions: Any = emulator.module_of("lambda")
        self._request_scope: Any = responses.request_scope
        self._decisions: dict[tuple[str, str, str], AwsError | None] = {}
        emulator.wrap("iam", self._forgetting)

    async def _forgetting(self, call: ServiceCall, forward: Handler) -> Response:
        self._decisions.clear()
        try:
            return await forward(call)
        finally:
            self._decisions.clear()

    def require(self, role_arn: str, action: str, resource: str, *, region: str) -> None:
        """Require that a data source's role may perform an action on a resource.

        Args:
            role_arn: the role of the data source, which AppSync assumes.
            action: for example ``dynamodb:GetItem``.
            resource: the ARN of the resource.
            region: the region of the call.

        Raises:
            AwsError: ``AccessDeniedException`` with IAM's message.
        """
        key = (role_arn, action, resource)
        if key not in self._decisions:
            self._decisions[key] = self._decide(role_arn, action, resource, region)
        refusal = self._decisions[key]
        if refusal is not None:
            raise refusal

    def _decide(self, role_arn: str, action: str, resource: str, region: str) -> AwsError | None:
        role = self._role(role_arn)
        if role is None or not _trusts(role.get("AssumeRolePolicyDocument"), _APPSYNC):
            return AwsError("AccessDeniedException", f"AppSync cannot assume the role {role_arn or '(none)'}")
        principal, decision = self._evaluate(role_arn, _SESSION_NAME, action, resource, region)
        if decision == "Allow":
            return None
        return AwsError("AccessDeniedException", _denial(principal, action, resource, decision))

    def role_allows(self, role_arn: str, session: str, action: str, resource: str, *, region: str) -> bool:
        """Return whether a service with an assumed role may perform an action on a resource.

        Args:
            role_arn: the role.
            session: the service's session name, for example the function's name for Lambda.
            action: for example ``sqs:SendMessage``.
            resource: the ARN of the resource.
            region: the region of the call.
        """
        if self._role(role_arn) is None:
            return False
        return self._evaluate(role_arn, session, action, resource, region)[1] == "Allow"

    def trusts(self, role_arn: str, service: str) -> bool:
        """Return whether a service, for example ``scheduler.amazonaws.com``, may assume a role."""
        role = self._role(role_arn)
        return role is not None and _trusts(role.get("AssumeRolePolicyDocument"), service)

    def service_may(self, policy: dict[str, Any], service: str, action: str, resource: str, *, source_arn: str) -> bool:
        """Return whether a resource's policy allows a service to act on it on behalf of another resource.

        Args:
            policy: the resource's policy.
            service: for example ``events.amazonaws.com``.
            action: for example ``lambda:InvokeFunction``.
            resource: the ARN of the resource.
            source_arn: the resource that causes the call, ``aws:SourceArn`` in conditions.
        """
        region, account_id = source_arn.split(":")[3:5]
        context = self._evaluator.EvalContext(
            principal_arn="*",
            principal_type="Service",
            principal_account="",
            action=action,
            resource_arn=resource,
            region=region,
            service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": account_id},
        )
        return bool(self._evaluator.evaluate_resource_policy(policy, context, service=service).decision == "Allow")

    def require_of_function(self, function_arn: str, source_arn: str, *, region: str, account_id: str) -> None:
        """Require that a function's policy allows AppSync itself to invoke it, as for a Lambda authorizer.

        Args:
            function_arn: the function, optionally with a version or an alias.
            source_arn: the API, for the policy's conditions; if empty, access is denied.
            region: the function's region.
            account_id: the function's account.

        Raises:
            AwsError: ``AccessDeniedException``.
        """
        with self._request_scope(account_id, region):
            found = self._functions.function_policy_for_arn(function_arn)
        action, service = "lambda:InvokeFunction", "appsync.amazonaws.com"
        if not (
            source_arn and found and self.service_may(found[0], service, action, function_arn, source_arn=source_arn)
        ):
            raise AwsError(
                "AccessDeniedException",
                f"The resource policy of {function_arn} does not let {service} invoke it for {source_arn or 'nobody'}",
            )

    def _role(self, role_arn: str) -> dict[str, Any] | None:
        account_id, name = _account_and_name(role_arn)
        role: dict[str, Any] | None = self._iam._roles.get_scoped(account_id, None, name)  # noqa: SLF001 - pinned
        return role

    def _evaluate(self, role_arn: str, session: str, action: str, resource: str, region: str) -> tuple[str, str]:
        """Return the principal of the assumed role and IAM's decision on it."""
        account_id, name = _account_and_name(role_arn)
        evaluator = self._evaluator
        principal = f"arn:aws:sts::{account_id}:assumed-role/{name}/{session}"
        context = evaluator.EvalContext(
            principal_arn=principal,
            principal_type="AssumedRole",
            principal_account=account_id,
            action=action,
            resource_arn=resource,
            region=region,
        )
        result = evaluator.evaluate(
            context,
            evaluator._gather_role_policies(name, account_id),  # noqa: SLF001 - pinned version
            *evaluator._permissions_boundary(self._iam._roles, name, account_id),  # noqa: SLF001
        )
        return principal, str(result.decision)

    def allows(self, principal: IamPrincipal, action: str, resource: str, *, region: str) -> bool:
        """Return whether a verified SigV4 caller may perform an action on a resource."""
        evaluator = self._evaluator
        found = evaluator.resolve_principal(principal.access_key_id, principal.account_id)
        if isinstance(found, evaluator.AuthError):
            return False
        if found.policies is None:  # the account's root
            return True
        context = evaluator.EvalContext(
            principal_arn=found.arn,
            principal_type=found.type,
            principal_account=found.account,
            action=action,
            resource_arn=resource,
            region=region,
            principal_keys=found.keys,
        )
        return bool(evaluator.evaluate(context, found.policies, *found.limits).decision == "Allow")


def _account_and_name(role_arn: str) -> tuple[str, str]:
    account_id = role_arn.split(":")[4] if role_arn.count(":") > 4 else ""  # noqa: PLR2004 - fields of an ARN
    return account_id, role_arn.rsplit("/", 1)[-1]


def _trusts(document: str | dict[str, Any] | None, service: str) -> bool:
    """Return whether a trust policy names a service; its confused-deputy conditions always hold on one machine."""
    if not document:
        return False
    policy: dict[str, Any] = json.loads(document) if isinstance(document, str) else document
    statements = policy.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        if statement.get("Effect") == "Allow" and service in ([services] if isinstance(services, str) else services):
            return True
    return False


def _denial(principal: str, action: str, resource: str, decision: str) -> str:
    reason = (
        "with an explicit deny in an identity-based policy"
        if decision == "Deny"
        else f"because no identity-based policy allows the {action} action"
    )
    return f"User: {principal} is not authorized to perform: {action} on resource: {resource} {reason}"
