"""Compares EvaluateCode with responses recorded from AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from appsync_local_tests.evaluated import evaluated, evaluation_of
from appsync_local_tests.recorded import Recorded, recorded_values

if TYPE_CHECKING:
    from appsync_local.javascript.runtime import JavaScriptRuntime

VALUES = recorded_values("util", "dynamodb helpers", "rds helpers")
REFUSALS = recorded_values("deploy-time refusals")


@pytest.mark.conforms("javascript.util", "javascript.helpers", "javascript.rds")
@pytest.mark.parametrize("value", VALUES, ids=[f"{value.group}: {value.name}" for value in VALUES])
async def test_returns_the_values_of_aws(runtime: JavaScriptRuntime, value: Recorded) -> None:
    assert (await evaluated(value.input, runtime) == value.expected) is (value.difference is None)


@pytest.mark.conforms("javascript.types", "javascript.scope", "javascript.translation")
@pytest.mark.parametrize("value", REFUSALS, ids=[value.name for value in REFUSALS])
async def test_rejects_as_aws(runtime: JavaScriptRuntime, value: Recorded) -> None:
    answer = await evaluation_of(value.input["code"], runtime)
    errors = answer.get("error", {}).get("codeErrors", [])
    assert len(errors) == len(value.expected), errors
    for error, expected in zip(errors, value.expected, strict=True):
        assert {name: _told(error, name) for name in expected} == expected
    if message := value.input.get("message"):
        assert answer["error"]["message"] == message


def _told(error: dict[str, Any], name: str) -> object:
    """Return a part of an error. Sources quote parts without the position: ``code``, and ``text`` on one line."""
    if name not in {"code", "text"}:
        return error[name]
    code, _, text = error["value"].partition(": error ")[2].partition(": ")
    return code if name == "code" else " ".join(text.split()).removesuffix(".")
