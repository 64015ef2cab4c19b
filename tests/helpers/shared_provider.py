"""One process of the AWS provider for many Terraform commands.

A command spends most of its CPU time on starting the provider and building its schema. The provider's debug mode starts
it once, and the commands connect to it: https://developer.hashicorp.com/terraform/plugin/debugging
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from stacks.versions import AWS_PROVIDER, AWS_PROVIDER_VERSION
from terraform.providers import HOST, current_platform, find_mirror

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Connection = Callable[[Path], dict[str, str]]

_VARIABLE = "TF_REATTACH_PROVIDERS"
_ANNOUNCED = re.compile(rf"{_VARIABLE}='(?P<value>.*)'")
_STARTING_SECONDS = 60
_LOGGING = {"TF_LOG": "DEBUG"}


@contextmanager
def shared_provider(
    folder: Path, environment: Mapping[str, str], *, log: Path | None = None
) -> Iterator[dict[str, str]]:
    """Run the provider, and yield the environment variables with which Terraform connects to it.

    The provider has one configuration at a time; commands that run at the same time must configure it equally.
    ``terraform init`` neither installs the provider nor writes its checksums to the lock file.

    Args:
        folder: the folder of the configuration, in which the provider opens files such as the functions' archives.
        environment: the whole process environment, as for the commands: credentials and endpoints are read from it.
        log: a file that receives the provider's log as JSON, with every request to AWS.

    Yields:
        The variables; an empty dictionary if no mirror on this machine has the provider, or only as an archive.
    """
    executable = _executable()
    if executable is None:
        yield {}
        return
    with (log or Path(os.devnull)).open("ab") as errors:
        process = subprocess.Popen(
            [executable, "-debug"],
            cwd=folder,
            env={**environment, **({} if log is None else _LOGGING)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield {_VARIABLE: _announced(process)}
        finally:
            process.terminate()
            process.communicate()


@contextmanager
def shared_providers(environment: Mapping[str, str]) -> Iterator[Connection]:
    """Yield a function from a folder to its variables; the first call for a folder starts its provider.

    Args:
        environment: the whole process environment.
    """
    with ExitStack() as running:

        @cache
        def connection(folder: Path) -> dict[str, str]:
            return running.enter_context(shared_provider(folder, environment))

        yield connection


@cache
def _executable() -> Path | None:
    mirror = find_mirror(AWS_PROVIDER, AWS_PROVIDER_VERSION, os.environ)
    if mirror is None:
        return None
    unpacked = mirror.folder / HOST / AWS_PROVIDER / mirror.version / current_platform()
    return next(unpacked.glob("terraform-provider-aws_*"), None)


def _announced(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    too_late = threading.Timer(_STARTING_SECONDS, process.kill)
    too_late.start()
    try:
        for line in process.stdout:
            announced = _ANNOUNCED.search(line)
            if announced:
                return announced["value"]
    finally:
        too_late.cancel()
    raise AssertionError("the AWS provider did not start in debug mode")
