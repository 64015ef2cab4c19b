"""Records the provider's calls: applies environments with all settings on to the local AWS, changes and destroys them.

Resolvers and their functions are alike, so that two resolvers are enough. The local AWS has no custom domains and no
logging of web ACLs; the calls for them are in ``by_hand.json``.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory, client_environment
from local.process import Ports, start, stop
from tests.helpers.operator import ACCOUNT, stack_of, synthesize
from tests.helpers.reduction import reduce_resolvers
from tests.helpers.shared_provider import shared_provider
from tests.helpers.terraform import TerraformStack, discover
from tests.provider_calls.authorization import bind
from tests.provider_calls.provider_log import read_calls
from tests.provider_calls.record import anonymous
from tests.unit.stacks.all_features import ALL_FEATURES
from tests.unit.stacks.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from tests.provider_calls.authorization import Bound

REGION = "us-east-1"
NOT_LOCAL = (
    "aws_appsync_domain_name",
    "aws_appsync_domain_name_api_association",
    "aws_route53_record",
    "aws_wafv2_web_acl_logging_configuration",
)
RESOLVERS = ("aws_appsync_resolver.Query_me", "aws_appsync_resolver.Mutation_createMessage")
CHANGES = {
    "CHAT_API__ENABLE_API_KEY": "true",
    "CHAT_API__API_KEY_EXPIRES": "2099-12-31",
    "CHAT_API__QUERY_DEPTH_LIMIT": "9",
    "CHAT_ATTACHMENTS__ALLOWED_ORIGINS": '["https://chat.example.com"]',
    "CHAT_ENABLE_XRAY": "false",
    "CHAT_IDENTITY__ACCESS_TOKEN_VALIDITY_MINUTES": "20",
    "CHAT_IDENTITY__DELETION_PROTECTION": "false",
    "CHAT_IDENTITY__MFA": "optional",
    "CHAT_LOG_RETENTION_DAYS": "30",
    "CHAT_MONITORING__MONTHLY_BUDGET_DOLLARS": "3600",
    "CHAT_STORAGE__DELETION_PROTECTION": "false",
    "CHAT_STORAGE__POINT_IN_TIME_RECOVERY": "false",
    "CHAT_TAGS": '{"Team": "chat"}',
}
"""Settings of the update: each changes resources in place, and the first tag is new on all of them."""
_OVERRIDE = "recording_override.tf.json"


@dataclass(frozen=True, slots=True)
class Step:
    """A Terraform command whose calls are recorded."""

    phase: str
    arguments: tuple[str, ...]
    settings: Mapping[str, str]


_QUIET = ("-input=false", "-no-color")
STEPS = (
    Step("apply", ("apply", *_QUIET, "-auto-approve"), {}),
    Step("refresh", ("plan", *_QUIET), {}),
    Step("update", ("apply", *_QUIET, "-auto-approve"), CHANGES),
    Step("update", ("apply", *_QUIET, "-auto-approve"), {**CHANGES, "CHAT_TAGS": "{}"}),
    Step("destroy", ("destroy", *_QUIET, "-auto-approve"), {**CHANGES, "CHAT_TAGS": "{}"}),
)


def record(environments: Iterable[str], folder: Path, say: Callable[[str], None]) -> Iterator[tuple[str, str, Bound]]:
    """Yield the calls of all steps for each environment, as (phase, environment, call), without identifying values.

    Args:
        environments: names of files in ``environments/``.
        folder: an empty folder for the work.
        say: receives a line before each step.

    Raises:
        TerraformError: a step failed.
    """
    for environment in environments:
        directory = DataDirectory(folder / f"{environment}-aws")
        server = start(directory, Ports(0, 0, 0), attached=False, say=say)
        try:
            own = client_environment(read_credentials(directory)) | {"CHECKPOINT_DISABLE": "1"}
            endpoints = {f"AWS_ENDPOINT_URL{name}": server.instance.url for name in ("", "_S3", "_STS", "_IAM")}
            variables = own | endpoints | {"TF_VAR_oidc_client_secret": "recorded"}
            yield from _steps(environment, folder / environment, variables, say)
        finally:
            stop(directory, say=say)


def _steps(
    environment: str, folder: Path, variables: Mapping[str, str], say: Callable[[str], None]
) -> Iterator[tuple[str, str, Bound]]:
    work = folder / "work"
    configured: Mapping[str, str] | None = None
    for number, step in enumerate(STEPS):
        say(f"{environment}: {step.phase}")
        if step.settings != configured:
            _configure(environment, step.settings, folder / f"out{number}", work)
            configured = step.settings
        log = folder / f"{number}.log"
        with shared_provider(work, variables, log=log) as connection:
            stack = TerraformStack(work, discover(), {**variables, **connection})
            if number == 0:
                stack.run("init", *_QUIET, "-reconfigure", *stack.engine.init)
                stack.select_workspace(environment)
            stack.run(*step.arguments, attempts=1)
        for call in read_calls(log):
            yield step.phase, environment, anonymous(bind(call, REGION, ACCOUNT), ACCOUNT, environment)


def _configure(environment: str, settings: Mapping[str, str], output: Path, work: Path) -> None:
    """Write the environment's stack to the working folder, with local state and without unsupported resources."""
    chosen = {**local_features(), **settings, "CHAT_ENVIRONMENTS": environment}
    stacks = synthesize(ROOT, output, **chosen)
    _remove_unsupported(stack_of(stacks, environment) / "cdk.tf.json")
    reduce_resolvers(stacks, RESOLVERS)
    shutil.copytree(stack_of(stacks, environment), work, dirs_exist_ok=True)
    local = {"terraform": {"backend": {"local": {"path": "recording.tfstate"}}}}
    (work / _OVERRIDE).write_text(json.dumps(local), encoding="utf-8")


def local_features() -> dict[str, str]:
    """Return the settings of all features that the local AWS supports, for its account."""
    supported = {name: value for name, value in ALL_FEATURES.items() if not name.startswith("CHAT_EDGE__")}
    own = {name: re.sub(r"(?<=:)[0-9]{12}(?=:)", ACCOUNT, value) for name, value in supported.items()}
    return own | {"CHAT_EDGE__ENABLE_WAF": "true"}


def _remove_unsupported(file: Path) -> None:
    document = json.loads(file.read_text(encoding="utf-8"))
    for kind in NOT_LOCAL:
        document["resource"].pop(kind, None)
    file.write_text(json.dumps(document), encoding="utf-8")
