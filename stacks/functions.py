"""The one factory of Lambda functions: role, log group, tracing and Powertools are the same for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.bindings import (
    CloudwatchLogGroup,
    LambdaFunction,
    LambdaFunctionEnvironment,
    LambdaFunctionLoggingConfig,
    LambdaFunctionTracingConfig,
    TerraformStack,
    add,
)
from stacks.names import physical_name
from stacks.permissions import Statement, trust_document
from stacks.roles import add_service_role, allow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.archives import Archive
    from stacks.settings import Settings

_RUNTIME = "python3.13"
_ARCHITECTURE = "arm64"
_POWERTOOLS_ACCOUNT = "017000801446"  # docs.aws.amazon.com/powertools/python, "Lambda Layer", commercial regions
_POWERTOOLS_VERSION = 27


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """What differs between functions."""

    name: str
    """Folder below ``lambdas/``, for example ``post_confirmation``."""
    description: str
    environment: Mapping[str, str]
    """What the function's own settings model requires."""
    statements: tuple[Statement, ...]
    """What it may do, besides writing its logs and, where tracing is on, its traces."""
    timeout_seconds: int
    memory_megabytes: int = 256


@dataclass(frozen=True, slots=True)
class Function:
    """The resources of one function."""

    name: str
    resource: Any
    role: Any


def archive_path(function: str) -> str:
    """Return where the function's zip lies, relative to the folder of its stack."""
    return f"assets/{function}.zip"


def powertools_layer(region: str) -> str:
    """Return the ARN of AWS's public layer with Powertools and pydantic."""
    version = _RUNTIME.replace(".", "")
    layer = f"AWSLambdaPowertoolsPythonV3-{version}-{_ARCHITECTURE}"
    return f"arn:aws:lambda:{region}:{_POWERTOOLS_ACCOUNT}:layer:{layer}:{_POWERTOOLS_VERSION}"


def add_function(
    stack: TerraformStack, settings: Settings, definition: FunctionDefinition, archive: Archive
) -> Function:
    """Add a function with a role and a log group of its own.

    Args:
        stack: The stack it belongs to.
        settings: The environment.
        definition: What the function is.
        archive: Its code, which has to be written to ``archive_path`` in the stack's folder.
    """
    component = definition.name.replace("_", "-")
    name = physical_name(settings, component, "function")
    log_group = add(
        stack,
        CloudwatchLogGroup,
        definition.name,
        name=f"/aws/lambda/{name}",
        retention_in_days=settings.log_retention_days,
    )
    role = add_service_role(
        stack,
        settings,
        definition.name,
        component=component,
        trust=trust_document("lambda.amazonaws.com"),
        description=f"What the function {name} may do",
    )
    policy = allow(stack, role, definition.name, [*_common(log_group, settings), *definition.statements])
    resource = add(
        stack,
        LambdaFunction,
        definition.name,
        function_name=name,
        description=definition.description,
        role=role.arn,
        runtime=_RUNTIME,
        architectures=[_ARCHITECTURE],
        handler=f"lambdas.{definition.name}.handler.handler",
        filename=archive_path(definition.name),
        source_code_hash=archive.source_code_hash,
        layers=[powertools_layer(settings.region)],
        timeout=definition.timeout_seconds,
        memory_size=definition.memory_megabytes,
        environment=LambdaFunctionEnvironment(
            variables={**_powertools_environment(component, settings), **definition.environment}
        ),
        logging_config=LambdaFunctionLoggingConfig(log_format="JSON", log_group=log_group.name),
        tracing_config=LambdaFunctionTracingConfig(mode="Active" if settings.enable_xray else "PassThrough"),
        # The function must not log before its group has a retention, nor run before it may.
        depends_on=[log_group, policy],
    )
    return Function(definition.name, resource, role)


def _common(log_group: Any, settings: Settings) -> list[Statement]:  # noqa: ANN401 - a CloudwatchLogGroup
    statements = [Statement(("logs:CreateLogStream", "logs:PutLogEvents"), (f"{log_group.arn}:*",))]
    if settings.enable_xray:
        # X-Ray's write actions know no resources (AWS service authorization reference).
        statements.append(Statement(("xray:PutTelemetryRecords", "xray:PutTraceSegments"), ("*",)))
    return statements


def _powertools_environment(component: str, settings: Settings) -> dict[str, str]:
    return {
        "POWERTOOLS_SERVICE_NAME": component,
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_TRACE_DISABLED": "false" if settings.enable_xray else "true",
        "POWERTOOLS_TRACER_CAPTURE_RESPONSE": "false",
    }
