"""Tests of the credentials of functions: equal for all processes of a function in one run, and not predictable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.credentials import Credentials

from appsync_local.backend import AwsError
from local.embedded.function_credentials import FunctionCredentials
from tests.unit.local.test_signatures import ACCOUNT, REGION, signed

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

CONFIG = {
    "FunctionName": "f",
    "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f",
    "Role": f"arn:aws:iam::{ACCOUNT}:role/f",
}


@pytest.fixture
def runtime(embedded: Embedded, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - an untyped module
    """Yield the source of functions' credentials; restore MiniStack's afterwards."""
    from ministack.core import lambda_runtime  # noqa: PLC0415 - see emulator.Emulator

    for module in (lambda_runtime, embedded.emulator.module_of("lambda")):
        monkeypatch.setattr(module, "execution_credentials", module.execution_credentials)
    return lambda_runtime


def _credentials(variables: dict[str, str]) -> Credentials:
    return Credentials(
        variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], variables["AWS_SESSION_TOKEN"]
    )


def test_credentials_belong_to_the_functions_role_and_to_this_run(embedded: Embedded, runtime: Any) -> None:  # noqa: ANN401
    derived = runtime.execution_credentials(CONFIG)
    FunctionCredentials(embedded.emulator)
    given = runtime.execution_credentials(CONFIG)

    principal = embedded.backend.signatures.principal(signed(credentials=_credentials(given)))

    assert principal.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/f/f"
    assert runtime.execution_credentials(CONFIG) == given
    assert embedded.emulator.module_of("lambda").execution_credentials(CONFIG) == given
    assert not set(given.values()) & set(derived.values())
    with pytest.raises(AwsError, match="The security token included in the request is invalid"):
        embedded.backend.signatures.principal(signed(credentials=_credentials(derived)))


def test_credentials_differ_in_the_next_run(embedded: Embedded, runtime: Any) -> None:  # noqa: ANN401
    derive, found = runtime.execution_credentials, []
    for _run in range(2):
        runtime.execution_credentials = derive
        FunctionCredentials(embedded.emulator)
        found.append(set(runtime.execution_credentials(CONFIG).values()))

    assert not found[0] & found[1]
