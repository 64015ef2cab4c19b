"""A backend of the data plane that uses the files of one API."""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from appsync_local.standalone.control_plane import ACCOUNT_ID, AUTHORIZER, control_plane
from appsync_local.standalone.dynamodb import DynamoDbTables
from appsync_local.standalone.functions import LambdaFunctions
from appsync_local.standalone.signatures import verify
from appsync_local.standalone.user_pool import key_set

if TYPE_CHECKING:
    from appsync_local.backend import FunctionResult, IamPrincipal, LogLine, SignedRequest
    from appsync_local.standalone.configuration import Configuration

_logger: Final = logging.getLogger(__name__)


class StandaloneAws:
    """Implements `appsync_local.backend.Backend`. Permissions of data source roles are not checked.

    Args:
        api: the API.

    Raises:
        ConfigurationError: a handler or a key cannot be loaded.
    """

    def __init__(self, api: Configuration) -> None:
        self._control_plane = control_plane(api)
        self._users = {user.name: user for user in api.iam_users}
        self._keys = key_set(api)
        self._pool_id = None if api.user_pool is None else api.user_pool.id
        sources = api.sources.values()
        self._tables = DynamoDbTables({s.table: s.endpoint for s in sources if s.type == "AMAZON_DYNAMODB"})
        functions = {s.name: s.function for s in sources if s.type == "AWS_LAMBDA"}
        if api.authorizer is not None:
            functions[AUTHORIZER] = api.authorizer
        self._functions = LambdaFunctions(functions, api.folder)

    async def read_control_plane(self, path: str, *, region: str) -> dict[str, Any]:  # noqa: ARG002 - one region
        """Return the response from the files, an empty list for missing parts."""
        return self._control_plane.get(path.removeprefix("/v1/apis"), {})

    async def dynamodb(self, action: str, request: dict[str, Any], *, role_arn: str, region: str) -> dict[str, Any]:  # noqa: ARG002
        """Call DynamoDB at the table's endpoint."""
        return await self._tables.call(action, request, region)

    async def invoke_function(
        self,
        function_arn: str,
        payload: bytes,
        *,
        role_arn: str,  # noqa: ARG002 - nobody is refused
        event: bool,
        source_arn: str = "",  # noqa: ARG002 - as above
    ) -> FunctionResult:
        """Invoke the function of a data source, or the authorizer."""
        return await self._functions.invoke(function_arn, payload, event=event)

    async def put_log_events(self, log_group: str, lines: list[LogLine], *, role_arn: str, region: str) -> None:  # noqa: ARG002
        """Write to this program's log instead of CloudWatch Logs."""
        for line in lines:
            _logger.info("%s", line.message)

    async def user_pool_keys(self, user_pool_id: str) -> dict[str, Any]:
        """Return the public keys of the API's pool."""
        return self._keys if user_pool_id == self._pool_id else {"keys": []}

    async def authenticate(self, request: SignedRequest) -> IamPrincipal:
        """Verify the signature of a configured user."""
        return verify(request, self._users.values(), ACCOUNT_ID)

    async def may(self, principal: IamPrincipal, action: str, resource: str) -> bool:  # noqa: ARG002 - one action
        """Return whether the user may call a field (``arn:...:apis/<id>/types/Mutation/fields/write``)."""
        parts = resource.split("/")
        name = f"{parts[-3]}.{parts[-1]}"
        return any(fnmatchcase(name, pattern) for pattern in self._users[principal.user_id].allow)
