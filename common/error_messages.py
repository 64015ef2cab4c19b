"""Messages for expected errors, with problem, place and remedy.

Standard library only, because ops/lockfile.py and commands of the local AWS run without an installation. Errors of
boto3 are therefore recognized by the names of their classes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from common.system_errors import describe, shortened

_ENVIRONMENT = Path(__file__).resolve().parents[1] / ".venv"
_PROJECT = frozenset({"benchmarks", "common", "contract", "lambdas", "local", "ops", "stacks", "terraform", "tests"})
"""Packages of this project, which cannot be installed."""
_CONNECTIONS = (ConnectionError, TimeoutError)
_SYSTEM_OF_NODE = re.compile(r"\bE[A-Z]{3,}: ([^\n]+)")
"""An operating system error in Node.js: ``ENOSPC: no space left on device, write``."""
_LONGEST_COMMAND = 120
_CREDENTIALS = "Sign in to AWS again, or set AWS_PROFILE to other credentials."
_DENIED = "Use a role that may do this: docs/promotion.md, Once, lists them."
_CODES = {
    "AccessDenied": _DENIED,
    "AccessDeniedException": _DENIED,
    "UnauthorizedOperation": _DENIED,
    "403": _DENIED,
    "ExpiredToken": _CREDENTIALS,
    "ExpiredTokenException": _CREDENTIALS,
    "InvalidAccessKeyId": _CREDENTIALS,
    "InvalidClientTokenId": _CREDENTIALS,
    "InvalidSignatureException": _CREDENTIALS,
    "RequestExpired": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "UnrecognizedClientException": _CREDENTIALS,
    "RequestTimeTooSkewed": "Set the clock of this machine.",
    "ThrottlingException": "Wait a minute and run the command again.",
    "Throttling": "Wait a minute and run the command again.",
    "SlowDown": "Wait a minute and run the command again.",
}
_ABSENT = "Check account and region of the credentials, and whether the environment is deployed."
_CLIENT_ERRORS = {
    "NoCredentialsError": "There are no AWS credentials. Sign in to AWS, or set AWS_PROFILE.",
    "PartialCredentialsError": "The AWS credentials are incomplete. Sign in to AWS, or set AWS_PROFILE.",
    "NoRegionError": "No AWS region is set. Set AWS_REGION.",
}


def sentence(error: BaseException) -> str | None:
    """Return the message for an expected error; None if the error is a defect of the program."""
    names = {kind.__name__ for kind in type(error).__mro__ if kind.__module__.startswith(("botocore", "boto3"))}
    if names:
        return _aws(error, names)
    if isinstance(error, OSError):
        return _system(error)
    if isinstance(error, ImportError):
        return missing_package(error)
    return _other(error)


def missing_package(error: ImportError) -> str | None:
    """Return the message for a package that cannot be imported; None if it belongs to this project."""
    name = (error.name or "").partition(".")[0]
    if not name or name in _PROJECT:
        return None
    if Path(sys.prefix) == _ENVIRONMENT:  # runtime packages are installed there, so it is a package for development
        return f"The Python package {name} is not installed in {_ENVIRONMENT}. `make bootstrap-all` installs it."
    return (
        f"The Python package {name} is not installed for {sys.executable}. "
        "`make bootstrap` installs it for .venv/bin/python; use that."
    )


def json_problem(error: Exception) -> str | None:
    """Return why a text is not JSON; None for other errors."""
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not text in {error.encoding.upper()} (at byte {error.start})"
    is_nested = any(isinstance(cause, RecursionError) for cause in (error, error.__cause__))
    return "it is nested too deeply" if is_nested else None


def _aws(error: Any, names: set[str]) -> str:  # noqa: ANN401 - an error of botocore, which may not be installed
    if "ClientError" in names:
        details = error.response.get("Error", {})
        code, message = str(details.get("Code", "?")), str(details.get("Message") or "no reason given").rstrip(". ")
        remedy = _CODES.get(code) or (_ABSENT if "NotFound" in code or code in {"NoSuchBucket", "404"} else "")
        return f"AWS refused {error.operation_name} ({code}): {message}. {remedy}".rstrip()
    for name, text in _CLIENT_ERRORS.items():
        if name in names:
            return text
    if names & {"EndpointConnectionError", "ConnectionError", "HTTPClientError"}:
        return f"AWS cannot be reached: {str(error).rstrip('. ')}. Check the network, AWS_ENDPOINT_URL and the region."
    return f"AWS could not be asked: {str(error).rstrip('. ')}. Check AWS_PROFILE, AWS_REGION and the credentials."


def _system(error: OSError) -> str:
    if isinstance(error, _CONNECTIONS) and error.filename is None:
        reason = (error.strerror or str(error) or type(error).__name__).rstrip(". ")
        return f"A connection failed: {reason}. Check that the other side runs and can be reached."
    return describe(error)


def _other(error: BaseException) -> str | None:
    text = str(error)
    if isinstance(error, UnicodeEncodeError):
        return f"This output cannot be written in {error.encoding}. Set PYTHONIOENCODING=utf-8."
    if isinstance(error, MemoryError):
        return "There is not enough memory. Free some and run the command again."
    if isinstance(error, ValueError) and "embedded null" in text:
        return "A path cannot contain the character NUL. Name another path."
    if isinstance(error, RuntimeError) and "Symlink loop" in text:  # of Path.resolve, until Python 3.13
        return f"{text.rstrip('. ')}. Name another path."
    return _of_a_program(error)


def _of_a_program(error: BaseException) -> str | None:
    if isinstance(error, subprocess.CalledProcessError | subprocess.TimeoutExpired):
        command = error.cmd if isinstance(error.cmd, str) else " ".join(map(str, error.cmd))
        ending = f"ended with {error.returncode}" if isinstance(error, subprocess.CalledProcessError) else "hangs"
        return f"`{shortened(command, _LONGEST_COMMAND)}` {ending}. Its own output says why."
    if type(error).__module__.startswith("jsii") and (found := _SYSTEM_OF_NODE.search(str(error))):
        return f"Node cannot write what is synthesized: {found[1]}. Check the folder and the space on its disk."
    return None
