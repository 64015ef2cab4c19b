"""The smoke test of a deployed chat: passes on a complete deployment, fails if a part is missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ops.__main__ import main
from ops.smoke import SmokeError, smoke

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.backend import Outputs


def deployed(outputs: Outputs, **changed: str) -> dict[str, str]:
    """Return the outputs to check, as printed by Terraform."""
    return {
        "GraphQLAPIURL": outputs["GraphQLURL"],
        "UserPoolId": outputs.user_pool_id,
        "Region": outputs.region,
    } | changed


def test_running_chat_passes(outputs: Outputs, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = {name: {"value": value} for name, value in deployed(outputs).items()}
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(document))

    assert main(["smoke", "--outputs", str(file), "--cognito", outputs["CognitoEndpoint"]]) == 0
    assert "rejects requests without a token" in capsys.readouterr().out


@pytest.mark.parametrize("changed", [{"GraphQLAPIURL": "http://127.0.0.1:1/graphql"}, {"UserPoolId": "us-east-1_none"}])
def test_missing_part_is_reported(outputs: Outputs, changed: dict[str, str]) -> None:
    with pytest.raises(SmokeError, match=next(iter(changed.values()))):
        smoke(deployed(outputs, **changed), outputs["CognitoEndpoint"], pause=0)
