"""Tests of `up` with running servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.deploy_mode import DeployMode
from local import up
from local.embedded.environment import DataDirectory
from local.errors import LocalAwsError
from local.instance import Instance
from local.process import Ports

if TYPE_CHECKING:
    from pathlib import Path

_THERE = Instance(1, 4566, 4567, 4580)


def _options(tmp_path: Path) -> up.UpOptions:
    return up.UpOptions(
        DataDirectory(tmp_path), Ports(0, 0, 0), detach=True, deploy=DeployMode.DIRECT, conversation=False, web=False
    )


@pytest.mark.parametrize("there", [_THERE, None])
def test_a_server_started_by_a_killed_up_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: Instance | None
) -> None:
    found = iter([None, there])

    def refuse(*_arguments: object, **_options: object) -> None:
        message = "Another process runs the local AWS"
        raise LocalAwsError(message)

    monkeypatch.setattr(up, "running_and_ready", lambda _directory: next(found))
    monkeypatch.setattr(up, "start", refuse)
    if there is None:
        with pytest.raises(LocalAwsError, match="Another process"):
            up._server(_options(tmp_path))  # noqa: SLF001
    else:
        assert up._server(_options(tmp_path)) == (there, None)  # noqa: SLF001
