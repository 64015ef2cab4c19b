"""The configuration of the served client: the addresses of this backend, and the demo users."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from common.amplify_outputs import amplify_outputs
from local.demo.users import CONFIRMATION_CODE
from local.web.folder import WebFolder

if TYPE_CHECKING:
    from local.embedded.environment import DataDirectory


def configure_web_client(directory: DataDirectory, outputs: dict[str, Any]) -> None:
    """Write the two files that the web client of a directory loads.

    Args:
        directory: the data directory.
        outputs: as in ``outputs.json``, with the users.
    """
    folder = WebFolder.of(directory)
    configuration = amplify_outputs(outputs)
    configuration["custom"]["demonstration"] = folder.demonstration.name
    users = [
        {"name": name.capitalize(), "username": user["username"], "password": user["password"]}
        for name, user in sorted(outputs["Users"].items())
    ]
    folder.write(folder.configuration, json.dumps(configuration, indent=2) + "\n")
    folder.write(folder.demonstration, json.dumps({"users": users, "confirmationCode": CONFIRMATION_CODE}) + "\n")
