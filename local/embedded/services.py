"""The wrappers that complete MiniStack's services, in order: a later wrapper receives a call before an earlier one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from appsync_local.javascript.validation import check_code
from appsync_local.schema import check_schema
from local.embedded.alarms import CompleteAlarms
from local.embedded.code_evaluation import CodeEvaluation
from local.embedded.cognito import complete_user_pools
from local.embedded.confirmation import PostConfirmation
from local.embedded.deployment_checks import DeploymentChecks
from local.embedded.dynamodb_texts import DynamoDbTexts
from local.embedded.graphql_apis import CompleteGraphqlApis
from local.embedded.post_authentication import PostAuthentication
from local.embedded.resolver_checks import ResolverChecks
from local.embedded.sign_up_refusals import SignUpRefusals
from local.embedded.unsupported_features import UnsupportedFeatures
from local.embedded.user_groups import UpdateGroup

if TYPE_CHECKING:
    from appsync_local.javascript.runtime import JavaScriptRuntime
    from local.embedded.emulator import Emulator


def check_deployments(emulator: Emulator, runtime: JavaScriptRuntime) -> None:
    """Check deployments to AppSync; call it once per process."""
    DeploymentChecks(emulator, check_schema=check_schema, check_code=partial(check_code, runtime=runtime))
    ResolverChecks(emulator)
    CodeEvaluation(emulator, runtime)
    UnsupportedFeatures(emulator)


def complete_services(emulator: Emulator) -> None:
    """Complete MiniStack's services; call it once per process.

    Raises:
        NotWrittenError: the key that all user pools share could not be written.
    """
    SignUpRefusals(emulator)
    PostConfirmation(emulator)
    PostAuthentication(emulator)
    DynamoDbTexts(emulator)
    UpdateGroup(emulator)
    complete_user_pools(emulator)
    CompleteAlarms(emulator)
    CompleteGraphqlApis(emulator)
