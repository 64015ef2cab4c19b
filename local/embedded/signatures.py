"""Signature Version 4: who sent a signed request, if the signature is good."""

from __future__ import annotations

import contextvars
from typing import Any
from urllib.parse import parse_qs

from local.appsync.backend import AwsError, IamPrincipal, SignedRequest
from local.embedded.environment import ACCOUNT_ID


class Signatures:
    """MiniStack's own check (``core.iam_evaluator``), the one its other services use."""

    def __init__(self) -> None:
        from ministack.core import iam_evaluator, responses, router  # noqa: PLC0415 - see emulator.Emulator

        self._evaluator: Any = iam_evaluator
        self._responses: Any = responses
        self._router: Any = router

    def principal(self, request: SignedRequest) -> IamPrincipal:
        """Return the caller of a signed request.

        The account's own root key ``test`` is believed without a signature check, as everywhere in MiniStack.

        Raises:
            AwsError: no, a wrong, an outdated or an unknown key's signature.
        """
        # The evaluator keeps the request in context variables; a copy keeps them from whatever runs next.
        return contextvars.copy_context().run(self._principal, request)

    def _principal(self, request: SignedRequest) -> IamPrincipal:
        query = parse_qs(request.query_string, keep_blank_values=True)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers}
        key = self._router.extract_access_key_id(headers, query)
        if not key:
            raise AwsError("MissingAuthenticationTokenException", "Missing Authentication Token")
        evaluator = self._evaluator
        account_id = evaluator.find_iam_access_key_account(key) or key
        self._responses.set_request_account_id(account_id)
        self._responses.set_request_region(self._router.extract_region(headers, query))
        evaluator.pin_signed_request(request.method, request.raw_path, query, list(request.headers))
        evaluator.pin_signed_body(request.body)
        account_id = self._responses.get_account_id() or ACCOUNT_ID
        credential = evaluator.authenticate(key, account_id) or evaluator.resolve_credential(key, account_id)
        if isinstance(credential, evaluator.AuthError | evaluator.CredentialResolutionError):
            raise AwsError(str(credential.code), str(credential.message))
        return IamPrincipal(
            arn=credential.principal_arn,
            user_id=credential.principal_id,
            account_id=credential.account_id,
            access_key_id=key,
        )
