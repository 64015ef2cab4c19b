"""Derives the IAM action of a request; MiniStack skips the policy check, or checks another action, in some cases.

MiniStack 1.5.33 looks for the action's name in the query, a form, the X-Amz-Target header and the path, in this order,
and allows a signed request if it finds none. Its services use a different order and read bodies of any type, so that
the checked action and the executed one could differ. Here:

- for a service that is called by path (REST), only the path determines the action. Lambda's paths are those of
  botocore's model: MiniStack's own table checks ListAliases for UpdateAlias, for example;
- for S3, the sub-resource determines the action, see `bucket_actions.py`;
- for other services, a request must name its action exactly once;
- if no action is found, users and roles are denied. The account's root may do everything anyway;
- users and roles are also denied at the registry of ECR, which checks no policy: in AWS, Docker sends an authorization
  token there, with the rights of the principal that requested it (ECR user guide, "Private registry authentication"),
  and no client signs requests.

AWS denies actions that no policy allows (IAM user guide, "Policy evaluation logic"). Uses these internal names of
MiniStack (pinned): ``core.iam_actions.extract_iam_action``, ``_match_rest_action``, ``_BOTOCORE_SERVICE_MAP``,
``_SERVICE_PROTOCOL`` and ``SERVICE_TO_IAM_NAMESPACE``, and ``core.iam_evaluator.enforce``, ``resolve_principal``,
``AuthError`` and ``EvalResult``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from local.embedded.bucket_actions import BucketActions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UNKNOWN: Final = "UnknownOperation"
"""The action in the message of a denial if the action is not known; AWS has no action of this name."""
_CBOR_PATH: Final = re.compile(r"/service/[^/]+/operation/(?P<action>\w+)")
"""The path in which smithy-rpc-v2-cbor, the protocol of CloudWatch's clients, names the action."""
_BY_PATH: Final = frozenset({"s3", "lambda-core", "lambda-microvms"})
_LAMBDA_ACTIONS: Final = {
    "Invoke": "InvokeFunction",
    "InvokeWithResponseStream": "InvokeFunction",
    "GetLayerVersionByArn": "GetLayerVersion",
}
"""Lambda operations that require another action (service authorization reference, "Actions defined by AWS Lambda")."""
_ALSO_BY_QUERY: Final = "ses"
_ALSO_BY_TARGET: Final = "monitoring"


class AskedActions:
    """Replaces the functions that every policy check in MiniStack calls, and guards its registry of images."""

    def __init__(self) -> None:
        from ministack import app  # noqa: PLC0415 - see emulator.Emulator
        from ministack.core import iam_actions, iam_evaluator  # noqa: PLC0415 - see emulator.Emulator

        self._namespaces: Mapping[str, str] = iam_actions.SERVICE_TO_IAM_NAMESPACE
        self._protocols: Mapping[str, str] = iam_actions._SERVICE_PROTOCOL  # noqa: SLF001
        routes: dict[str, list[str]] = iam_actions._BOTOCORE_SERVICE_MAP  # noqa: SLF001
        self._by_path = _BY_PATH | routes.keys() - {_ALSO_BY_QUERY}
        routes.setdefault("lambda", ["lambda"])
        self._match: Any = iam_actions._match_rest_action  # noqa: SLF001
        BucketActions(_UNKNOWN)
        self._app: Any = app
        self._registry: Any = app._handle_ecr_registry_request  # noqa: SLF001
        app._handle_ecr_registry_request = self._answer_registry  # noqa: SLF001
        self._evaluator: Any = iam_evaluator
        self._extract: Any = iam_actions.extract_iam_action
        self._enforce: Any = iam_evaluator.enforce
        iam_actions.extract_iam_action = self.action
        iam_evaluator.enforce = self._decide

    def action(
        self, service: str, method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
    ) -> str:
        """Return the action of a request, for example ``iam:ListUsers``; ``...:UnknownOperation`` if it is ambiguous.

        Args:
            service: MiniStack's name of the service.
            method: the HTTP method.
            path: the decoded path.
            headers: the headers by lower-case name.
            body: the request's body.
            query_params: the query, with lists as values; the fields of a form may be among them.
        """
        unknown = f"{self._namespaces.get(service, service)}:{_UNKNOWN}"
        if service == "lambda":
            operation = self._match(service, method, path, query_params) or _UNKNOWN
            return f"lambda:{_LAMBDA_ACTIONS.get(operation, operation)}"
        if service in self._by_path or (service == _ALSO_BY_QUERY and path.startswith("/v2/")):
            plain = {name: value for name, value in headers.items() if name not in {"x-amz-target", "content-type"}}
            query = {name: value for name, value in query_params.items() if name != "Action"}
            return str(self._extract(service, method, path, plain, b"", query) or unknown)
        named = set(_named(path, headers, body, query_params))
        target = headers.get("x-amz-target", "")
        if len(named) > 1 or "," in target or (target and self._takes_no_target(service)):
            return unknown
        found = self._extract(service, method, path, headers, body, query_params)
        if found is None and named and _CBOR_PATH.fullmatch(path):
            found = f"{self._namespaces.get(service, service)}:{named.pop()}"
        return str(found or unknown)

    async def _answer_registry(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
    ) -> Any:  # noqa: ANN401 - MiniStack's untyped answer, or None for another path
        if self._app._is_ecr_registry_path(path):  # noqa: SLF001
            denied = self._app._enforce_data_plane("ecr", f"ecr:{_UNKNOWN}", headers, query_params, "")  # noqa: SLF001
            if denied:
                return denied
        return await self._registry(method, path, headers, body, query_params)

    def _takes_no_target(self, service: str) -> bool:
        """Return whether a service's clients name actions by the query protocol only."""
        return service in self._protocols and service != _ALSO_BY_TARGET

    def _decide(self, access_key_id: str, iam_action: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - untyped
        """Return None if the action is allowed, as MiniStack's ``enforce``; only the root may run an unknown action."""
        denied = self._enforce(access_key_id, iam_action, *args, **options)
        if denied is not None or not iam_action.endswith(f":{_UNKNOWN}"):
            return denied
        from ministack.core.responses import get_account_id  # noqa: PLC0415 - see emulator.Emulator

        principal = self._evaluator.resolve_principal(access_key_id or "", get_account_id())
        if isinstance(principal, self._evaluator.AuthError):
            return principal
        if principal.policies is None:
            return None
        return self._evaluator.EvalResult("ImplicitDeny", principal_arn=principal.arn)


def _named(path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]) -> Iterator[str]:
    """Yield every action that a part of the request names and that a service could run."""
    yield from query.get("Action", ())
    target = headers.get("x-amz-target", "")
    if target:
        yield target.rpartition(".")[2]
    of_path = _CBOR_PATH.fullmatch(path)
    if of_path is not None:
        yield of_path["action"]
    kind = headers.get("content-type", "")
    if "cbor" not in kind and not (target and "json" in kind):
        yield from parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).get("Action", ())
