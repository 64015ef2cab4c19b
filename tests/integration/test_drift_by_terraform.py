"""Changes of declared resources, made by calls of the AWS API, are found by ``python -m ops drift`` through Terraform.

What was added outside Terraform is in ``test_drift.py``. All changes are made before one comparison.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from common.exit_codes import EXIT_OK
from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory
from local.process import Ports, start, stop
from tests.helpers.operator import BUCKET, Operator, operator_environment, stack_of, synthesize
from tests.helpers.reduction import reduce
from tests.helpers.shared_provider import shared_providers
from tests.helpers.terraform import discover_or_skip
from tests.provider_calls.recording import local_features
from tests.unit.stacks.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.terraform

SETTINGS = {**local_features(), "CHAT_STORAGE__POINT_IN_TIME_RECOVERY": "true"}
DRIFT = 2
STRANGER = "arn:aws:iam::999999999999:root"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
EVERYBODY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True, slots=True)
class Deployed:
    """An environment that Terraform has applied.

    Attributes:
        operator: the operator.
        state: the attributes of its resources, by address.
    """

    operator: Operator
    state: dict[str, dict[str, Any]] = field(default_factory=dict)

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no common type
        return self.operator.client(service)

    def value(self, address: str, attribute: str) -> Any:  # noqa: ANN401 - JSON
        return self.state[address][attribute]

    @property
    def pool(self) -> str:
        return str(self.value("aws_cognito_user_pool.pool", "id"))

    @property
    def api(self) -> str:
        return str(self.value("aws_appsync_graphql_api.chat", "id"))


@dataclass(frozen=True, slots=True)
class Change:
    """A change, and the difference that it makes; an empty attribute means that the resource is missing."""

    make: Callable[[Deployed], object]
    address: str
    attribute: str


CHANGES: dict[str, Change] = {}


def found_as(
    address: str, attribute: str = ""
) -> Callable[[Callable[[Deployed], object]], Callable[[Deployed], object]]:
    """Return a decorator that adds a change to `CHANGES`."""

    def added(make: Callable[[Deployed], object]) -> Callable[[Deployed], object]:
        CHANGES[make.__name__] = Change(make, address, attribute)
        return make

    return added


# --- Roles and functions -----------------------------------------------------------------------------


@found_as("aws_iam_role.privacy", "permissions_boundary")
def boundary_of_a_role(at: Deployed) -> None:
    at.client("iam").put_role_permissions_boundary(RoleName="chat-privacy-dev", PermissionsBoundary=ADMINISTRATOR)


@found_as("aws_iam_role.notifications", "assume_role_policy")
def trust_of_a_role(at: Deployed) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": STRANGER}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    at.client("iam").update_assume_role_policy(RoleName="chat-notifications-dev", PolicyDocument=document)


@found_as("aws_iam_role_policy.privacy", "policy")
def text_of_a_policy(at: Deployed) -> None:
    policy = at.state["aws_iam_role_policy.privacy"]
    given = {"RoleName": policy["role"], "PolicyName": policy["name"]}
    at.client("iam").put_role_policy(**given, PolicyDocument=json.dumps(EVERYBODY))


@found_as("aws_lambda_function.room_events", "layers")
def layer_of_a_function(at: Deployed) -> None:
    at.client("lambda").update_function_configuration(FunctionName="chat-room-events-dev", Layers=[])


@found_as("aws_lambda_function.notifications", "environment")
def variable_of_a_function(at: Deployed) -> None:
    changed = {"Variables": {"GRAPHQL_URL": "https://evil.example.com"}}
    at.client("lambda").update_function_configuration(FunctionName="chat-notifications-dev", Environment=changed)


@found_as("aws_lambda_function.message_events", "role")
def role_of_a_function(at: Deployed) -> None:
    role = at.value("aws_iam_role.privacy", "arn")
    at.client("lambda").update_function_configuration(FunctionName="chat-message-events-dev", Role=role)


@found_as("aws_lambda_function.presence_sweep", "reserved_concurrent_executions")
def concurrency_of_a_function(at: Deployed) -> None:
    at.client("lambda").put_function_concurrency(FunctionName="chat-presence-sweep-dev", ReservedConcurrentExecutions=0)


@found_as("aws_lambda_function.attachments", "version 1")
def version_of_a_function(at: Deployed) -> None:
    """Add a version: Terraform reads it into the state, and does not report it."""
    at.client("lambda").publish_version(FunctionName="chat-attachments-dev")


@found_as("aws_lambda_permission.post_confirmation", "principal")
def principal_of_a_permission(at: Deployed) -> None:
    given = {"FunctionName": "chat-post-confirmation-dev", "StatementId": "AllowCognito"}
    at.client("lambda").remove_permission(**given)
    at.client("lambda").add_permission(**given, Action="lambda:InvokeFunction", Principal="s3.amazonaws.com")


@found_as("aws_lambda_event_source_mapping.privacy_privacy", "batch_size")
def batch_size_of_an_event_source(at: Deployed) -> None:
    uuid = at.value("aws_lambda_event_source_mapping.privacy_privacy", "uuid")
    at.client("lambda").update_event_source_mapping(UUID=uuid, BatchSize=7)


@found_as("aws_lambda_event_source_mapping.room_events_rooms")
def event_source(at: Deployed) -> None:
    uuid = at.value("aws_lambda_event_source_mapping.room_events_rooms", "uuid")
    at.client("lambda").delete_event_source_mapping(UUID=uuid)


@found_as("aws_scheduler_schedule.presence_sweep", "state")
def state_of_a_schedule(at: Deployed) -> None:
    schedules, name = at.client("scheduler"), "chat-presence-sweep-dev"
    kept = schedules.get_schedule(Name=name)
    members = ("ScheduleExpression", "FlexibleTimeWindow", "Target", "Description")
    schedules.update_schedule(Name=name, State="DISABLED", **{member: kept[member] for member in members})


# --- Data --------------------------------------------------------------------------------------------


@found_as("aws_dynamodb_table.reports", "point_in_time_recovery")
def point_in_time_recovery(at: Deployed) -> None:
    at.client("dynamodb").update_continuous_backups(
        TableName="chat-reports-dev", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )


@found_as("aws_dynamodb_table.messages", "ttl")
def expiry_of_a_table(at: Deployed) -> None:
    given = {"AttributeName": at.value("aws_dynamodb_table.messages", "ttl")[0]["attribute_name"], "Enabled": False}
    at.client("dynamodb").update_time_to_live(TableName="chat-messages-dev", TimeToLiveSpecification=given)


@found_as("aws_dynamodb_table.users", "deletion_protection_enabled")
def deletion_protection(at: Deployed) -> None:
    is_protected = at.value("aws_dynamodb_table.users", "deletion_protection_enabled")
    at.client("dynamodb").update_table(TableName="chat-users-dev", DeletionProtectionEnabled=not is_protected)


@found_as("aws_s3_bucket_lifecycle_configuration.attachments")
def lifecycle_of_a_bucket(at: Deployed) -> None:
    at.client("s3").delete_bucket_lifecycle(Bucket=at.value("aws_s3_bucket.attachments", "bucket"))


@found_as("aws_s3_bucket_cors_configuration.attachments", "cors_rule")
def origins_of_a_bucket(at: Deployed) -> None:
    rule = {"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://evil.example.com"]}
    at.client("s3").put_bucket_cors(
        Bucket=at.value("aws_s3_bucket.attachments", "bucket"), CORSConfiguration={"CORSRules": [rule]}
    )


@found_as("aws_s3_bucket_policy.attachments", "policy")
def policy_of_a_bucket(at: Deployed) -> None:
    name = at.value("aws_s3_bucket.attachments", "bucket")
    reading = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "s3:GetObject"}
    document = json.loads(at.client("s3").get_bucket_policy(Bucket=name)["Policy"])
    document["Statement"].append({**reading, "Resource": f"arn:aws:s3:::{name}/*"})
    at.client("s3").put_bucket_policy(Bucket=name, Policy=json.dumps(document))


@found_as("aws_s3_bucket_public_access_block.attachments", "restrict_public_buckets")
def setting_of_a_public_access_block(at: Deployed) -> None:
    s3, name = at.client("s3"), at.value("aws_s3_bucket.attachments", "bucket")
    kept = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={**kept, "RestrictPublicBuckets": False})


@found_as("aws_s3_bucket_public_access_block.functions")
def public_access_block(at: Deployed) -> None:
    at.client("s3").delete_public_access_block(Bucket=at.value("aws_s3_bucket.functions", "bucket"))


@found_as("aws_s3_bucket_ownership_controls.attachments")
def ownership_of_objects(at: Deployed) -> None:
    at.client("s3").delete_bucket_ownership_controls(Bucket=at.value("aws_s3_bucket.attachments", "bucket"))


@found_as("aws_s3_bucket_server_side_encryption_configuration.attachments", "rule")
def encryption_of_a_bucket(at: Deployed) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    at.client("s3").put_bucket_encryption(
        Bucket=at.value("aws_s3_bucket.attachments", "bucket"), ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


@found_as("aws_sqs_queue.message_events", "message_retention_seconds")
def retention_of_a_queue(at: Deployed) -> None:
    url = at.value("aws_sqs_queue.message_events", "url")
    at.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})


@found_as("aws_kms_key.data", "enable_key_rotation")
def rotation_of_a_key(at: Deployed) -> None:
    at.client("kms").disable_key_rotation(KeyId=at.value("aws_kms_key.data", "key_id"))


@found_as("aws_kms_key.data", "policy")
def policy_of_a_key(at: Deployed) -> None:
    kms, key = at.client("kms"), at.value("aws_kms_key.data", "key_id")
    document = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    decrypting = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "kms:Decrypt", "Resource": "*"}
    document["Statement"].append(decrypting)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(document))


# --- The API and the user pool -----------------------------------------------------------------------


@found_as("aws_appsync_graphql_api.chat", "additional_authentication_provider")
def authentication_of_the_api(at: Deployed) -> None:
    api = at.client("appsync").get_graphql_api(apiId=at.api)["graphqlApi"]
    members = (
        *("name", "authenticationType", "userPoolConfig", "logConfig", "xrayEnabled", "introspectionConfig"),
        *("queryDepthLimit", "resolverCountLimit", "enhancedMetricsConfig"),
    )
    providers = [*api["additionalAuthenticationProviders"], {"authenticationType": "API_KEY"}]
    at.client("appsync").update_graphql_api(
        apiId=at.api,
        additionalAuthenticationProviders=providers,
        **{member: api[member] for member in members if member in api},
    )


@found_as("aws_appsync_resolver.Query_me", "data_source")
def data_source_of_a_resolver(at: Deployed) -> None:
    appsync, where = at.client("appsync"), {"apiId": at.api, "typeName": "Query", "fieldName": "me"}
    kept = appsync.get_resolver(**where)["resolver"]
    same = {member: kept[member] for member in ("kind", "runtime", "code")}
    appsync.update_resolver(**where, **same, dataSourceName="reports")


@found_as("aws_appsync_datasource.reports", "dynamodb_config")
def table_of_a_data_source(at: Deployed) -> None:
    appsync = at.client("appsync")
    kept = appsync.get_data_source(apiId=at.api, name="reports")["dataSource"]
    same = {member: kept[member] for member in ("name", "type", "serviceRoleArn")}
    changed = {**kept["dynamodbConfig"], "tableName": "chat-users-dev"}
    appsync.update_data_source(apiId=at.api, **same, dynamodbConfig=changed)


@found_as("aws_appsync_datasource.messages", "service_role_arn")
def role_of_a_data_source(at: Deployed) -> None:
    appsync = at.client("appsync")
    kept = appsync.get_data_source(apiId=at.api, name="messages")["dataSource"]
    given = {"apiId": at.api, "name": "messages", "type": kept["type"], "dynamodbConfig": kept["dynamodbConfig"]}
    appsync.update_data_source(**given, serviceRoleArn=at.value("aws_iam_role.privacy", "arn"))


@found_as("aws_wafv2_web_acl_association.api")
def association_of_the_web_acl(at: Deployed) -> None:
    at.client("wafv2").disassociate_web_acl(ResourceArn=at.value("aws_appsync_graphql_api.chat", "arn"))


@found_as("aws_cognito_user_pool_client.web", "explicit_auth_flows")
def sign_in_of_the_client(at: Deployed) -> None:
    cognito, where = at.client("cognito-idp"), {"UserPoolId": at.pool}
    where["ClientId"] = at.value("aws_cognito_user_pool_client.web", "id")
    kept = cognito.describe_user_pool_client(**where)["UserPoolClient"]
    times = {"LastModifiedDate", "CreationDate"}
    given = {name: value for name, value in kept.items() if name not in times and value != ""}
    flows = [*kept["ExplicitAuthFlows"], "ALLOW_USER_PASSWORD_AUTH"]
    cognito.update_user_pool_client(**{**given, "ExplicitAuthFlows": flows})


@found_as("aws_cognito_user_group.Admins", "precedence")
def precedence_of_a_group(at: Deployed) -> None:
    at.client("cognito-idp").update_group(UserPoolId=at.pool, GroupName="Admins", Precedence=99)


@found_as("aws_cognito_identity_provider.oidc", "provider_details")
def issuer_of_the_identity_provider(at: Deployed) -> None:
    cognito, where = at.client("cognito-idp"), {"UserPoolId": at.pool, "ProviderName": "Company"}
    details = cognito.describe_identity_provider(**where)["IdentityProvider"]["ProviderDetails"]
    cognito.update_identity_provider(**where, ProviderDetails={**details, "oidc_issuer": "https://evil.example.com"})


@found_as("aws_cognito_user_pool_domain.web")
def domain_of_the_sign_in_pages(at: Deployed) -> None:
    at.client("cognito-idp").delete_user_pool_domain(UserPoolId=at.pool, Domain="acme-chat")


# --- Monitoring --------------------------------------------------------------------------------------


@found_as("aws_cloudwatch_metric_alarm.api_5xx", "actions_enabled")
def actions_of_an_alarm(at: Deployed) -> None:
    at.client("cloudwatch").disable_alarm_actions(
        AlarmNames=[at.value("aws_cloudwatch_metric_alarm.api_5xx", "alarm_name")]
    )


@found_as("aws_cloudwatch_log_group.privacy", "retention_in_days")
def retention_of_logs(at: Deployed) -> None:
    at.client("logs").put_retention_policy(logGroupName="/aws/lambda/chat-privacy-dev", retentionInDays=3653)


# --- The tests ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployed, Path]]:
    """Promote the changed resources to dev; yield the deployment and the folder of the release."""
    engine = discover_or_skip()
    folder, directory = tmp_path_factory.mktemp("operator"), DataDirectory(tmp_path_factory.mktemp("aws"))
    server = start(directory, Ports(0, 0, 0), attached=False, say=print)
    try:
        mirror = engine.init[0].partition("=")[2]
        environment = operator_environment(server.instance.url, read_credentials(directory), mirror, folder)
        environment |= {"TF_VAR_oidc_client_secret": "drift"}
        with shared_providers(environment) as connection:
            operator = Operator(folder, environment, engine, connection)
            operator.client("s3").create_bucket(Bucket=BUCKET)
            operator.lock.write_text("", encoding="utf-8")
            release = release_in(tmp_path_factory.mktemp("release"))
            promote(operator, release)
            yield Deployed(operator, read_state(operator)), release
    finally:
        stop(directory, say=print)


def release_in(output: Path) -> Path:
    """Synthesize all environments; dev with the changed resources and what they need only."""
    release = synthesize(ROOT, output, **SETTINGS)
    addresses = {change.address for change in CHANGES.values()}
    reduce(stack_of(release, "dev") / "cdk.tf.json", ["terraform_data.workspace", *sorted(addresses)])
    return release


def promote(operator: Operator, release: Path) -> None:
    """Plan and apply dev."""
    planned = operator.start_plan(release, "dev").done()
    assert planned.code == EXIT_OK, planned
    promoted = operator.start_promotion(release, "dev").done()
    assert promoted.code == EXIT_OK, promoted


def read_state(operator: Operator) -> dict[str, dict[str, Any]]:
    """Return the attributes in the state of dev, by address."""
    key = "environments/dev/chat/terraform.tfstate"
    state = json.loads(operator.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())
    return {
        f"{resource['type']}.{resource['name']}": resource["instances"][0]["attributes"]
        for resource in state["resources"]
    }


@pytest.fixture(scope="module")
def differences(deployed: tuple[Deployed, Path]) -> set[tuple[str, str]]:
    """Make all changes, and return the (address, attribute) of each difference."""
    at, release = deployed
    for change in CHANGES.values():
        change.make(at)
    where = ("--settings", f"{release}", "--lock-file", f"{at.operator.lock}", "--format", "json")
    done = at.operator.run("ops", "drift", "--environment", "dev", *where, stack=stack_of(release, "dev"))
    assert done.code == DRIFT, done
    return {(difference["address"], difference["attribute"]) for difference in json.loads(done.output)["differences"]}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found(differences: set[tuple[str, str]], name: str) -> None:
    change = CHANGES[name]

    assert (change.address, change.attribute) in differences, differences


def test_nothing_else_is_found(differences: set[tuple[str, str]]) -> None:
    changed = {change.address for change in CHANGES.values()}

    assert {address for address, _ in differences} - changed == set()
