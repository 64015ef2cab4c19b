"""Identifies requests for which AWS requires no signature.

Uses these internal names of MiniStack (pinned): ``core.iam_actions.unsigned_operations``, which reads botocore's
models, and S3's ``_parse_multipart_form``, so that a form is parsed in the same way here and when it is stored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from appsync_local.backend import AwsError
from local.embedded.signatures import ALGORITHM, FORM_FIELDS
from local.front.hosts import has_loopback_host, values_of

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Scope
    from local.embedded.user_pools import UserPools

_COGNITO: Final = "cognito-idp"
_TARGET_PREFIX: Final = "AWSCognitoIdentityProviderService."
_BUCKET: Final = re.compile(r"/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/?")
_WELL_KNOWN: Final = re.compile(r"/(?P<pool>[\w-]{1,55}_[0-9A-Za-z]+)/\.well-known/(?:jwks\.json|openid-configuration)")


class UnsignedRequests:
    """Identifies requests that AWS accepts without a signature."""

    def __init__(self, emulator: Emulator, user_pools: UserPools) -> None:
        from ministack.core import iam_actions  # noqa: PLC0415 - see emulator.Emulator

        self._emulator = emulator
        self._operations: frozenset[str] = iam_actions.unsigned_operations(_COGNITO)
        self._user_pools = user_pools
        self._s3: Any = emulator.module_of("s3")

    def is_public_cognito(self, scope: Scope) -> bool:
        """Return whether a request is one of Cognito's public operations (``authtype: none`` in botocore's model)."""
        targets = values_of(scope, b"x-amz-target")
        return (
            is_cognito_endpoint(scope)
            and scope["method"] == "POST"
            and len(targets) == 1
            and targets[0].startswith(_TARGET_PREFIX)
            and targets[0].removeprefix(_TARGET_PREFIX) in self._operations
        )

    def is_pool_document(self, scope: Scope) -> bool:
        """Return whether a request reads the keys or the OpenID configuration of an existing user pool."""
        found = _WELL_KNOWN.fullmatch(scope["path"]) if scope["method"] in {"GET", "HEAD"} else None
        return found is not None and self._user_pools.exists(found["pool"])

    def is_form_upload(self, scope: Scope) -> bool:
        """Return whether a request is an S3 upload by a browser form, which contains its own signature.

        Such a form may only be sent to the address of an existing bucket: MiniStack also determines the service from
        the host, the path and a header, and would use the fields of a form as the arguments of another service.
        """
        types = values_of(scope, b"content-type")
        return (
            scope["method"] == "POST"
            and not scope.get("query_string")
            and not values_of(scope, b"authorization")
            and not values_of(scope, b"x-amz-target")
            and len(types) == 1
            and types[0].lower().startswith("multipart/form-data")
            and _BUCKET.fullmatch(scope["path"]) is not None
            and has_loopback_host(scope)
            and self._emulator.has_bucket(scope)
        )

    def form_fields(self, scope: Scope, body: bytes) -> dict[str, str]:
        """Return the fields of an upload form by lower-case name.

        Raises:
            AwsError: its signature is missing, duplicated, or of Version 2.
        """
        types = values_of(scope, b"content-type")
        parts = self._s3._parse_multipart_form(types[0], body) if len(types) == 1 else []  # noqa: SLF001
        names = [str(name).lower() for name, *_rest in parts]
        if "awsaccesskeyid" in names:
            raise AwsError("UnsupportedSignature", f"A form is signed with {ALGORITHM} for s3.")
        if any(names.count(name) != 1 for name in FORM_FIELDS):
            raise AwsError("MissingAuthenticationToken", "The form is not signed.")
        return {str(name).lower(): value.decode("utf-8", "replace") for name, _file, _headers, value in parts}


def is_cognito_endpoint(scope: Scope) -> bool:
    """Return whether a request goes to the path of Cognito's clients."""
    return bool(scope["path"] == "/" and not scope.get("query_string"))
