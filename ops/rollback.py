"""Past deployments of an environment, and their stored stacks for a rollback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import RefusedError, log
from ops.record_key import RecordKey
from ops.records import DeploymentRecord, read_record

if TYPE_CHECKING:
    from ops.history import History
    from ops.order import Environment


def print_deployments(history: History, style: str) -> None:
    """Print the deployments, newest first.

    Args:
        history: of the environment.
        style: ``text`` or ``json``.

    Raises:
        OperationError: S3 refused.
    """
    records = [(name, history.read(name)) for name in reversed(history.names())]
    if style == "json":
        print(json.dumps([{"name": name, **record.model_dump(mode="json")} for name, record in records], indent=1))
        return
    for name, record in records:
        kind = "rollback" if record.review.rollback_of else "promotion"
        print(f"{name}  {kind:9}  commit {record.review.commit[:12]}  by {record.applied_by}")


def target_of(history: History, given: str, environment: Environment) -> DeploymentRecord:
    """Return the deployment for a rollback.

    Records in the state bucket that were made before the environment had a record key are accepted: who can write there
    can also change the state.

    Args:
        history: of the environment.
        given: the name of a deployment, or the file of its record.
        environment: the environment.

    Raises:
        RefusedError: it is a deployment to another environment, or its record is not authentic.
        OperationError: there is none, or S3 or KMS refused.
    """
    is_file = Path(given).is_file()
    record = read_record(Path(given), DeploymentRecord) if is_file else history.read(given)
    if record.review.environment != environment.name:
        raise RefusedError(
            f"{given} is a deployment to {record.review.environment}, not to {environment.name}: its names and "
            f"settings are those of {record.review.environment}. Choose one of: "
            f"python -m ops history --environment {environment.name}"
        )
    if is_file or record.authentication is not None:
        RecordKey(environment).verify(record, given)
    elif environment.record_key_arn is not None:
        log(f"  {given} is not authenticated; it is accepted, because it is stored next to the state.")
    return record
