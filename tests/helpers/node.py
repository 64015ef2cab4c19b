"""Runs Node.js scripts of ``tests/e2e``, which read and write one JSON object."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from tests.helpers.backend import Outputs

E2E = ROOT / "tests" / "e2e"
NEEDS_NODE = [
    pytest.mark.node,
    pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed"),
    pytest.mark.skipif(
        not (ROOT / "node_modules" / "aws-amplify").is_dir(),
        reason="aws-amplify is not installed: `make bootstrap-all` does it",
    ),
]
"""Marks of test files that run scripts."""
_SECONDS = 300


async def run_node(script: str, values: dict[str, Any], outputs: Outputs) -> dict[str, Any]:
    """Run a script of ``tests/e2e`` that trusts a backend's own certificates.

    Args:
        script: its file name.
        values: its standard input, as JSON.
        outputs: outputs of the backend.

    Returns:
        Its standard output, which is JSON.

    Raises:
        AssertionError: the script failed; the message is the end of its standard error.
        TimeoutError: it did not end within 300 seconds.
    """
    process = await asyncio.create_subprocess_exec(
        "node",
        str(E2E / script),
        cwd=ROOT,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": outputs["CertificateAuthority"]},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, complaints = await asyncio.wait_for(process.communicate(json.dumps(values).encode()), _SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode == 0, complaints.decode()[-4000:]
    result: dict[str, Any] = json.loads(output)
    return result
