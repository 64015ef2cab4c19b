"""Compares resolvers with results recorded in AWS; sources are in ``tests/recorded``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appsync_local_tests.recorded import Recorded, recorded_values
from appsync_local_tests.resolvers.scripted_backend import field_request, unit

if TYPE_CHECKING:
    from appsync_local_tests.resolvers.conftest import Resolve

VALUES = recorded_values("resolvers")
CODE = """import {{ util, runtime }} from '@aws-appsync/utils';
export function request(ctx) {{ {0} return {{ payload: 1 }}; }}
export function response(ctx) {{ return ctx.result; }}
"""


@pytest.mark.conforms("javascript.unauthorized", "javascript.early-return")
@pytest.mark.parametrize("value", VALUES, ids=[value.name for value in VALUES])
async def test_resolvers_return_the_values_of_aws(resolve: Resolve, value: Recorded) -> None:
    request = field_request(info=value.input.get("info", {}), return_type=value.input.get("returnType"))
    outcome = await resolve(unit("none", CODE.format(value.input["request"])), request=request)
    answered = {"result": outcome.result, "errors": [(error.type, error.message) for error in outcome.errors]}
    expected = {**value.expected, "errors": [tuple(error) for error in value.expected["errors"]]}
    assert (answered == expected) is (value.difference is None)
