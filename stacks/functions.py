"""The construct of all Lambda functions: role, log group, tracing and Powertools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.bindings import (
    CloudwatchLogGroup,
    Construct,
    IamRolePolicy,
    LambdaFunction,
    LambdaFunctionEnvironment,
    LambdaFunctionLoggingConfig,
    LambdaFunctionTracingConfig,
    add,
)
from stacks.encryption import key_arn
from stacks.names import metrics_namespace, physical_name, service_name
from stacks.partitions import partition_of
from stacks.permissions import Statement, trust_document
from stacks.roles import ServiceRole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.function_code import StoredArchive
    from stacks.settings import Settings

_RUNTIME = "python3.13"
_ARCHITECTURE = "arm64"
_POWERTOOLS_ACCOUNT = "017000801446"
_POWERTOOLS_ACCOUNTS = {"cn-north-1": "498634801083", "us-gov-east-1": "165087284144", "us-gov-west-1": "165093116878"}
"""Owners of the public layer outside the commercial regions (docs.aws.amazon.com/powertools/python, "Installation")."""
_POWERTOOLS_VERSION = 27


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """Everything that differs between functions."""

    name: str
    """Folder below ``lambdas/``, for example ``post_confirmation``."""
    description: str
    environment: Mapping[str, str]
    """The variables of the function's ``Settings``."""
    statements: tuple[Statement, ...]
    """Permissions, besides logs and traces."""
    timeout_seconds: int
    memory_megabytes: int = 256


def powertools_layer(region: str) -> str:
    """Return the ARN of AWS's public layer with Powertools and pydantic."""
    version = _RUNTIME.replace(".", "")
    layer = f"AWSLambdaPowertoolsPythonV3-{version}-{_ARCHITECTURE}"
    account = _POWERTOOLS_ACCOUNTS.get(region, _POWERTOOLS_ACCOUNT)
    return f"arn:{partition_of(region).name}:lambda:{region}:{account}:layer:{layer}:{_POWERTOOLS_VERSION}"


class Function(Construct):
    """A function with its role and its log group."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        definition: FunctionDefinition,
        archive: StoredArchive,
    ) -> None:
        """Add the function.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            definition: The function.
            archive: Its code.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self._definition = definition
        self._component = service_name(definition.name)
        self.function_name = physical_name(settings, self._component, "function")
        self.log_group = self._build_log_group()
        self.role = ServiceRole(
            self,
            definition.name,
            settings=settings,
            component=self._component,
            trust=trust_document("lambda.amazonaws.com"),
            description=f"Permissions of the function {self.function_name}",
        )
        policy = self.role.allow(definition.name, [*self._common_statements(), *definition.statements])
        self.resource = self._build_function(archive, policy)

    @property
    def name(self) -> str:
        """Folder below ``lambdas/``."""
        return self._definition.name

    @property
    def timeout_seconds(self) -> int:
        """Timeout of an invocation."""
        return self._definition.timeout_seconds

    def _build_log_group(self) -> CloudwatchLogGroup:
        return add(
            self,
            CloudwatchLogGroup,
            self.name,
            name=f"/aws/lambda/{self.function_name}",
            retention_in_days=self._settings.log_retention_days,
            kms_key_id=key_arn(self._settings),
        )

    def _build_function(self, archive: StoredArchive, policy: IamRolePolicy) -> LambdaFunction:
        definition = self._definition
        return add(
            self,
            LambdaFunction,
            definition.name,
            function_name=self.function_name,
            description=definition.description,
            role=self.role.arn,
            runtime=_RUNTIME,
            architectures=[_ARCHITECTURE],
            handler=f"lambdas.{definition.name}.handler.handler",
            s3_bucket=archive.object.bucket,
            s3_key=archive.object.key,
            source_code_hash=archive.source_code_hash,
            layers=[powertools_layer(self._settings.region)],
            timeout=definition.timeout_seconds,
            memory_size=definition.memory_megabytes,
            environment=LambdaFunctionEnvironment(
                variables={**self._powertools_environment(), **definition.environment}
            ),
            logging_config=LambdaFunctionLoggingConfig(log_format="JSON", log_group=self.log_group.name),
            tracing_config=LambdaFunctionTracingConfig(mode="Active" if self._settings.enable_xray else "PassThrough"),
            # The log group needs its retention before the function logs, and the role its permissions before it runs.
            depends_on=[self.log_group, policy],
        )

    def _common_statements(self) -> list[Statement]:
        statements = [Statement(("logs:CreateLogStream", "logs:PutLogEvents"), (f"{self.log_group.arn}:*",))]
        if self._settings.enable_xray:
            # X-Ray's write actions do not support resources (AWS service authorization reference).
            statements.append(Statement(("xray:PutTelemetryRecords", "xray:PutTraceSegments"), ("*",)))
        return statements

    def _powertools_environment(self) -> dict[str, str]:
        return {
            "POWERTOOLS_SERVICE_NAME": self._component,
            "POWERTOOLS_LOG_LEVEL": "INFO",
            "POWERTOOLS_TRACE_DISABLED": "false" if self._settings.enable_xray else "true",
            "POWERTOOLS_TRACER_CAPTURE_RESPONSE": "false",
            "POWERTOOLS_METRICS_NAMESPACE": metrics_namespace(self._settings),
            "POWERTOOLS_METRICS_DISABLED": "false" if self._settings.enable_detailed_monitoring else "true",
        }
