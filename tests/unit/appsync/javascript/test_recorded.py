"""Answers of EvaluateCode that were recorded from AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conformance.recorded import Recorded, recorded_values
from tests.helpers.conformance import conforms
from tests.helpers.evaluated import evaluated

if TYPE_CHECKING:
    from local.appsync.javascript.runtime import JavaScriptRuntime

VALUES = recorded_values("util", "dynamodb helpers", "rds helpers")


@conforms("javascript.util", "javascript.helpers", "javascript.rds")
@pytest.mark.parametrize("value", VALUES, ids=[f"{value.group}: {value.name}" for value in VALUES])
async def test_answers_as_aws(runtime: JavaScriptRuntime, value: Recorded) -> None:
    assert await evaluated(value.input, runtime) == value.expected
