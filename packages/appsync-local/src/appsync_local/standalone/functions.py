"""Invokes Lambda functions: Python handlers in this process, or a URL that accepts the event by POST."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import sys
import traceback
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from appsync_local.backend import AwsError, FunctionResult
from appsync_local.standalone.configuration import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from appsync_local.standalone.configuration import LambdaTarget

    Handler = Callable[[Any, Any], Any]

_SECONDS: Final = 30
"""AppSync's timeout for a function."""

_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The second argument of a handler, with the common attributes of AWS's."""

    function_name: str
    invoked_function_arn: str
    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the time limit, which is not enforced here."""
        return _SECONDS * 1000


class LambdaFunctions:
    """The functions of an API by name.

    Args:
        targets: name -> location.
        folder: the base folder of relative paths.

    Raises:
        ConfigurationError: a handler cannot be loaded.
    """

    def __init__(self, targets: Mapping[str, LambdaTarget], folder: Path) -> None:
        self._calls: dict[str, Callable[[str, bytes], FunctionResult]] = {}
        for name, target in targets.items():
            if target.handler:
                self._calls[name] = _local(_loaded(target.handler, folder))
            else:
                self._calls[name] = _remote(target.url)
        self._events: set[asyncio.Task[FunctionResult]] = set()

    async def invoke(self, arn: str, payload: bytes, *, event: bool) -> FunctionResult:
        """Invoke a function. An event invocation returns at once.

        Raises:
            AwsError: the function does not exist or cannot be reached.
        """
        call = self._calls.get(arn.split(":")[6])
        if call is None:
            raise AwsError("ResourceNotFoundException", f"Function not found: {arn}")
        running = asyncio.create_task(asyncio.to_thread(call, arn, payload))
        if not event:
            return await running
        self._events.add(running)
        running.add_done_callback(self._ended)
        return FunctionResult(b"")

    def _ended(self, task: asyncio.Task[FunctionResult]) -> None:
        self._events.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _logger.warning("A function that nobody waited for failed: %s", task.exception())


def _loaded(handler: str, folder: Path) -> Handler:
    file, _, name = handler.partition(":")
    path = (folder / file).resolve()
    specification = importlib.util.spec_from_file_location(f"appsync_local_function_{path.stem}", path)
    if specification is None or specification.loader is None or not path.is_file():
        raise ConfigurationError(f"{path}: there is no such Python file for the handler {handler}")
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # a handler can import modules beside it
    module = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(module)
    except Exception as error:
        raise ConfigurationError(f"{path}: it cannot be imported: {error!r}") from error
    found: Handler | None = getattr(module, name, None)
    if not callable(found):
        raise ConfigurationError(f"{path}: there is no function {name}")
    return found


def _local(handler: Handler) -> Callable[[str, bytes], FunctionResult]:
    def call(arn: str, payload: bytes) -> FunctionResult:
        context = LambdaContext(arn.rpartition(":")[2], arn, str(uuid.uuid4()))
        try:
            return FunctionResult(json.dumps(handler(json.loads(payload), context)).encode())
        except Exception as error:  # noqa: BLE001 - whatever it raises is its answer, as in AWS
            trace = traceback.format_tb(error.__traceback__)
            failure = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace}
            return FunctionResult(json.dumps(failure).encode(), "Unhandled")

    return call


def _remote(url: str) -> Callable[[str, bytes], FunctionResult]:
    def call(_arn: str, payload: bytes) -> FunctionResult:
        request = urllib.request.Request(url, payload, {"Content-Type": "application/json"})  # noqa: S310 - configured
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:  # noqa: S310 - as above
                return FunctionResult(response.read(), response.headers.get("X-Amz-Function-Error"))
        except (OSError, ValueError) as error:
            raise AwsError("ServiceException", f"The function at {url} does not answer: {error}") from error

    return call
