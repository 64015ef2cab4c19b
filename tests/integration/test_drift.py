"""Each kind of addition, made by calls of the AWS API, is found; the deployment alone has no differences."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest

import ops.account_drift
from ops.account_drift import CHECKS
from terraform.expressions import unescaped
from tests.helpers.deployed import deployed_backend
from tests.helpers.deployed_account import DeployedAccount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from ops.account_drift.check import Difference
    from tests.helpers.backend import LocalBackend

    Make = Callable[[DeployedAccount], AbstractContextManager[None]]

FUNCTION, ROLE, TABLE, QUEUE = (
    "chat-privacy-local",
    "chat-privacy-local",
    "chat-messages-local",
    "chat-privacy-failures-local",
)
ROLE_ADDRESS, FUNCTION_ADDRESS = "aws_iam_role.privacy", "aws_lambda_function.privacy"
POOL, API, BUCKET = "aws_cognito_user_pool.pool", "aws_appsync_graphql_api.chat", "aws_s3_bucket.attachments"
CLIENT = "aws_cognito_user_pool_client.web"
LOGS, MESSAGES = "aws_cloudwatch_log_group.privacy", "aws_dynamodb_table.messages"
STRANGER = "arn:aws:iam::999999999999:root"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
RUNTIME = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
CODE = "export function request() { return {}; }\nexport function response(ctx) { return ctx.result; }\n"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the account.

    Attributes:
        make: makes the change, and undoes it.
        check: what the check compares that finds it.
        address: the resource of the difference.
        attribute: the attribute of the difference; * matches any characters.
    """

    make: Make
    check: str
    address: str
    attribute: str


CHANGES: dict[str, Change] = {}


def found_by(check: str, address: str, attribute: str) -> Callable[[Make], Make]:
    """Return a decorator that adds a change to `CHANGES`."""

    def added(make: Make) -> Make:
        CHANGES[make.__name__] = Change(make, check, address, attribute)
        return make

    return added


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    """Start a deployment with a customer managed key."""
    backend = deployed_backend(tmp_path_factory, "drift", {"CHAT_ENCRYPTION__CUSTOMER_MANAGED_KEY": "true"})
    backend.up()
    yield backend
    backend.down()


@pytest.fixture
def deployment(running: LocalBackend, monkeypatch: pytest.MonkeyPatch) -> DeployedAccount:
    for name, value in running.own_variables().items():
        monkeypatch.setenv(name, value)
    return DeployedAccount(running)


# --- The changes, each of which is undone ---------------------------------------------------------


@found_by("attached managed policies", ROLE_ADDRESS, f"managed policy {ADMINISTRATOR}")
@contextmanager
def managed_policy(at: DeployedAccount) -> Iterator[None]:
    given = {"RoleName": ROLE, "PolicyArn": ADMINISTRATOR}
    at.client("iam").attach_role_policy(**given)
    yield
    at.client("iam").detach_role_policy(**given)


@found_by("inline policies", ROLE_ADDRESS, "inline policy more")
@contextmanager
def inline_policy(at: DeployedAccount) -> Iterator[None]:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [ANYTHING]})
    at.client("iam").put_role_policy(RoleName=ROLE, PolicyName="more", PolicyDocument=policy)
    yield
    at.client("iam").delete_role_policy(RoleName=ROLE, PolicyName="more")


@found_by("statements of the resource policy (callers)", FUNCTION_ADDRESS, "permission everybody")
@contextmanager
def invocation_by_everybody(at: DeployedAccount) -> Iterator[None]:
    functions = at.client("lambda")
    functions.add_permission(
        FunctionName=FUNCTION, StatementId="everybody", Action="lambda:InvokeFunction", Principal="*"
    )
    yield
    functions.remove_permission(FunctionName=FUNCTION, StatementId="everybody")


@found_by("function URLs", FUNCTION_ADDRESS, "URL *")
@contextmanager
def function_url(at: DeployedAccount) -> Iterator[None]:
    at.client("lambda").create_function_url_config(FunctionName=FUNCTION, AuthType="NONE")
    yield
    at.client("lambda").delete_function_url_config(FunctionName=FUNCTION)


@found_by("destinations of asynchronous invocations", FUNCTION_ADDRESS, "event_invoke_config")
@contextmanager
def invocation_destination(at: DeployedAccount) -> Iterator[None]:
    destination = {"OnSuccess": {"Destination": at.state["aws_sqs_queue.privacy"]["arn"]}}
    at.client("lambda").put_function_event_invoke_config(FunctionName=FUNCTION, DestinationConfig=destination)
    yield
    at.client("lambda").delete_function_event_invoke_config(FunctionName=FUNCTION)


@found_by(
    "event source mappings, added or disabled", "aws_lambda_event_source_mapping.notifications_messages", "enabled"
)
@contextmanager
def disabled_stream(at: DeployedAccount) -> Iterator[None]:
    uuid = at.state["aws_lambda_event_source_mapping.notifications_messages"]["uuid"]
    at.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)
    yield
    at.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)


@found_by("event source mappings, added or disabled", FUNCTION_ADDRESS, "event source arn:aws:sqs:*")
@contextmanager
def event_source(at: DeployedAccount) -> Iterator[None]:
    source = at.state["aws_sqs_queue.privacy"]["arn"]
    made = at.client("lambda").create_event_source_mapping(FunctionName=FUNCTION, EventSourceArn=source)
    yield
    at.client("lambda").delete_event_source_mapping(UUID=made["UUID"])


@found_by("EventBridge rules that invoke it", FUNCTION_ADDRESS, "EventBridge rule by-hand")
@contextmanager
def event_rule(at: DeployedAccount) -> Iterator[None]:
    events, arn = at.client("events"), at.state["aws_lambda_function.privacy"]["arn"]
    events.put_rule(Name="by-hand", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="by-hand", Targets=[{"Id": "1", "Arn": arn}])
    yield
    events.remove_targets(Rule="by-hand", Ids=["1"])
    events.delete_rule(Name="by-hand")


@found_by("schedules that invoke it", FUNCTION_ADDRESS, "schedule by-hand")
@contextmanager
def schedule(at: DeployedAccount) -> Iterator[None]:
    role = at.state["aws_iam_role.presence_sweep_schedule"]["arn"]
    target = {"Arn": at.state["aws_lambda_function.privacy"]["arn"], "RoleArn": role}
    at.client("scheduler").create_schedule(
        Name="by-hand", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
    )
    yield
    at.client("scheduler").delete_schedule(Name="by-hand")


@found_by("clients", POOL, "client rogue (*)")
@contextmanager
def pool_client(at: DeployedAccount) -> Iterator[None]:
    cognito = at.client("cognito-idp")
    made = cognito.create_user_pool_client(UserPoolId=at.pool, ClientName="rogue")["UserPoolClient"]
    yield
    cognito.delete_user_pool_client(UserPoolId=at.pool, ClientId=made["ClientId"])


@found_by("groups", POOL, "group Rogues")
@contextmanager
def group(at: DeployedAccount) -> Iterator[None]:
    at.client("cognito-idp").create_group(UserPoolId=at.pool, GroupName="Rogues")
    yield
    at.client("cognito-idp").delete_group(UserPoolId=at.pool, GroupName="Rogues")


@found_by("identity providers", POOL, "identity provider Evil")
@contextmanager
def identity_provider(at: DeployedAccount) -> Iterator[None]:
    details = {"client_id": "x", "client_secret": "y", "oidc_issuer": "https://evil.example.com"}
    details |= {"authorize_scopes": "openid", "attributes_request_method": "GET"}
    at.client("cognito-idp").create_identity_provider(
        UserPoolId=at.pool, ProviderName="Evil", ProviderType="OIDC", ProviderDetails=details
    )
    yield
    at.client("cognito-idp").delete_identity_provider(UserPoolId=at.pool, ProviderName="Evil")
    at.client("cognito-idp").delete_group(UserPoolId=at.pool, GroupName=f"{at.pool}_Evil")


@found_by("resource servers", POOL, "resource server rogue")
@contextmanager
def resource_server(at: DeployedAccount) -> Iterator[None]:
    at.client("cognito-idp").create_resource_server(UserPoolId=at.pool, Identifier="rogue", Name="rogue")
    yield
    at.client("cognito-idp").delete_resource_server(UserPoolId=at.pool, Identifier="rogue")


@found_by("domains of the hosted sign-in pages", POOL, "domain rogue")
@contextmanager
def domain(at: DeployedAccount) -> Iterator[None]:
    at.client("cognito-idp").create_user_pool_domain(UserPoolId=at.pool, Domain="rogue")
    yield
    at.client("cognito-idp").delete_user_pool_domain(UserPoolId=at.pool, Domain="rogue")


@found_by("API keys", API, "API key *")
@contextmanager
def api_key(at: DeployedAccount) -> Iterator[None]:
    key = at.client("appsync").create_api_key(apiId=at.api, description="by hand")["apiKey"]["id"]
    yield
    at.client("appsync").delete_api_key(apiId=at.api, id=key)


@found_by("the schema, which the provider never reads", API, "schema.Query.door")
@contextmanager
def schema(at: DeployedAccount) -> Iterator[None]:
    text = unescaped(at.stack.argument("aws_appsync_graphql_api.chat", "schema"))
    head = "type Query @aws_cognito_user_pools {"
    assert head in text
    changed = text.replace(head, f"{head}\n  door: ID", 1)
    at.client("appsync").start_schema_creation(apiId=at.api, definition=changed.encode())
    yield
    at.client("appsync").start_schema_creation(apiId=at.api, definition=text.encode())


@found_by("resolvers, and their code", "aws_appsync_resolver.Query_me", "code")
@contextmanager
def resolver_code(at: DeployedAccount) -> Iterator[None]:
    appsync = at.client("appsync")
    where = {"apiId": at.api, "typeName": "Query", "fieldName": "me"}
    kept = appsync.get_resolver(**where)["resolver"]
    settings = {name: kept[name] for name in ("kind", "runtime", "pipelineConfig", "dataSourceName") if name in kept}
    appsync.update_resolver(**where, **settings, code=f"{kept['code']}\n// changed by hand\n")
    yield
    appsync.update_resolver(**where, **settings, code=kept["code"])


@found_by("functions, and their code", "aws_appsync_function.putMessage", "code")
@contextmanager
def code_of_a_function_of_the_api(at: DeployedAccount) -> Iterator[None]:
    appsync = at.client("appsync")
    function_id = at.state["aws_appsync_function.putMessage"]["function_id"]
    kept = appsync.get_function(apiId=at.api, functionId=function_id)["functionConfiguration"]
    settings = {name: kept[name] for name in ("name", "dataSourceName", "runtime") if name in kept}
    where = {"apiId": at.api, "functionId": function_id}
    appsync.update_function(**where, **settings, code=f"{kept['code']}\n// changed by hand\n")
    yield
    appsync.update_function(**where, **settings, code=kept["code"])


@found_by("data sources", API, "data source rogue")
@contextmanager
def data_source(at: DeployedAccount) -> Iterator[None]:
    at.client("appsync").create_data_source(apiId=at.api, name="rogue", type="NONE")
    yield
    at.client("appsync").delete_data_source(apiId=at.api, name="rogue")


@found_by("functions, and their code", API, "function rogue (*)")
@contextmanager
def undeclared_function(at: DeployedAccount) -> Iterator[None]:
    made = at.client("appsync").create_function(
        apiId=at.api,
        name="rogue",
        dataSourceName="none",
        runtime=RUNTIME,
        code=CODE,
    )["functionConfiguration"]
    yield
    at.client("appsync").delete_function(apiId=at.api, functionId=made["functionId"])


@found_by("event notifications", BUCKET, "event notification")
@contextmanager
def bucket_notification(at: DeployedAccount) -> Iterator[None]:
    queue = {"QueueArn": at.state["aws_sqs_queue.privacy"]["arn"], "Events": ["s3:ObjectCreated:*"]}
    s3 = at.client("s3")
    s3.put_bucket_notification_configuration(
        Bucket=at.bucket,
        NotificationConfiguration={"QueueConfigurations": [queue]},
        SkipDestinationValidation=True,
    )
    yield
    s3.put_bucket_notification_configuration(Bucket=at.bucket, NotificationConfiguration={})


@found_by("static website", BUCKET, "static website")
@contextmanager
def website(at: DeployedAccount) -> Iterator[None]:
    configuration = {"IndexDocument": {"Suffix": "index.html"}}
    at.client("s3").put_bucket_website(Bucket=at.bucket, WebsiteConfiguration=configuration)
    yield
    at.client("s3").delete_bucket_website(Bucket=at.bucket)


@found_by("resource policies of the table and of its stream", MESSAGES, "resource policy")
@contextmanager
def table_policy(at: DeployedAccount) -> Iterator[None]:
    arn = at.state["aws_dynamodb_table.messages"]["arn"]
    reading = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "dynamodb:Scan", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [reading]})
    at.client("dynamodb").put_resource_policy(ResourceArn=arn, Policy=policy)
    yield
    at.client("dynamodb").delete_resource_policy(ResourceArn=arn)


@found_by("Kinesis streams that receive its changes", MESSAGES, "Kinesis stream *")
@contextmanager
def kinesis_copy(at: DeployedAccount) -> Iterator[None]:
    given = {"TableName": TABLE, "StreamArn": "arn:aws:kinesis:us-east-1:000000000000:stream/rogue"}
    at.client("dynamodb").enable_kinesis_streaming_destination(**given)
    yield
    at.client("dynamodb").disable_kinesis_streaming_destination(**given)


@found_by("queue policy, if the release has none", "aws_sqs_queue.privacy", "policy")
@contextmanager
def queue_policy(at: DeployedAccount) -> Iterator[None]:
    sqs = at.client("sqs")
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:ReceiveMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})


@found_by("grants, except those of AWS services", "aws_kms_key.data", "grant to *")
@contextmanager
def key_grant(at: DeployedAccount) -> Iterator[None]:
    kms, key = at.client("kms"), at.state["aws_kms_key.data"]["key_id"]
    made = kms.create_grant(KeyId=key, GranteePrincipal=STRANGER, Operations=["Decrypt"])
    yield
    kms.revoke_grant(KeyId=key, GrantId=made["GrantId"])


@found_by("subscription filters", LOGS, "subscription filter rogue")
@contextmanager
def log_subscription(at: DeployedAccount) -> Iterator[None]:
    given = {"logGroupName": f"/aws/lambda/{FUNCTION}", "filterName": "rogue"}
    at.client("logs").put_subscription_filter(
        **given, filterPattern="", destinationArn="arn:aws:lambda:us-east-1:999999999999:function:rogue"
    )
    yield
    at.client("logs").delete_subscription_filter(**given)


@found_by("resource policies that apply to it", LOGS, "resource policy rogue")
@contextmanager
def log_policy(at: DeployedAccount) -> Iterator[None]:
    resource = f"arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/{FUNCTION}:*"
    statement = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "logs:GetLogEvents", "Resource": resource}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    at.client("logs").put_resource_policy(policyName="rogue", policyDocument=policy)
    yield
    at.client("logs").delete_resource_policy(policyName="rogue")


# --- Further changes ---------------------------------------------------------------------------------


def archive_of(text: str) -> bytes:
    """Return a function's archive with one module."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("index.py", text)
    return archive.getvalue()


@found_by("digest of the code, which the provider never reads", FUNCTION_ADDRESS, "source_code_hash")
@contextmanager
def function_code(at: DeployedAccount) -> Iterator[None]:
    functions, kept = at.client("lambda"), at.state["aws_s3_object.privacy"]
    functions.update_function_code(FunctionName=FUNCTION, ZipFile=archive_of("rogue = True"))
    yield
    functions.update_function_code(FunctionName=FUNCTION, S3Bucket=kept["bucket"], S3Key=kept["key"])


@found_by("contents of the functions' archives", "aws_s3_object.privacy", "source_hash")
@contextmanager
def archive(at: DeployedAccount) -> Iterator[None]:
    place = {"Bucket": at.state["aws_s3_object.privacy"]["bucket"], "Key": at.state["aws_s3_object.privacy"]["key"]}
    kept = at.client("s3").get_object(**place)["Body"].read()
    at.client("s3").put_object(**place, Body=archive_of("rogue = True"))
    yield
    at.client("s3").put_object(**place, Body=kept)


@found_by("published versions, if the release publishes none", FUNCTION_ADDRESS, "version *")
@contextmanager
def function_version(at: DeployedAccount) -> Iterator[None]:
    made = at.client("lambda").publish_version(FunctionName=FUNCTION)
    yield
    at.client("lambda").delete_function(FunctionName=FUNCTION, Qualifier=made["Version"])


@found_by("aliases", FUNCTION_ADDRESS, "alias rogue")
@contextmanager
def alias(at: DeployedAccount) -> Iterator[None]:
    given = {"FunctionName": FUNCTION, "Name": "rogue"}
    at.client("lambda").create_alias(**given, FunctionVersion="$LATEST")
    yield
    at.client("lambda").delete_alias(**given)


@found_by("schedules that invoke it", FUNCTION_ADDRESS, "schedule chat-presence-sweep-local")
@contextmanager
def schedule_with_a_declared_name_in_another_group(at: DeployedAccount) -> Iterator[None]:
    schedules, place = at.client("scheduler"), {"Name": "chat-presence-sweep-local", "GroupName": "rogue"}
    role = at.state["aws_iam_role.presence_sweep_schedule"]["arn"]
    target = {"Arn": at.state[FUNCTION_ADDRESS]["arn"], "RoleArn": role}
    schedules.create_schedule_group(Name="rogue")
    schedules.create_schedule(
        **place, ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
    )
    yield
    schedules.delete_schedule(**place)
    schedules.delete_schedule_group(Name="rogue")


@found_by("functions of others that read its stream", MESSAGES, "reader of the stream *")
@contextmanager
def reader_of_the_stream(at: DeployedAccount) -> Iterator[None]:
    functions = at.client("lambda")
    role = at.state["aws_iam_role.notifications"]["arn"]
    code = {"ZipFile": archive_of("def handler(event, context): return None")}
    functions.create_function(FunctionName="rogue", Role=role, Code=code, Runtime="python3.13", Handler="index.handler")
    stream = at.state[MESSAGES]["stream_arn"]
    made = functions.create_event_source_mapping(FunctionName="rogue", EventSourceArn=stream, StartingPosition="LATEST")
    yield
    functions.delete_event_source_mapping(UUID=made["UUID"])
    functions.delete_function(FunctionName="rogue")


@found_by("functions, and their code", API, "function putMessage (*)")
@contextmanager
def function_of_the_api_with_a_declared_name(at: DeployedAccount) -> Iterator[None]:
    made = at.client("appsync").create_function(
        apiId=at.api, name="putMessage", dataSourceName="none", runtime=RUNTIME, code=CODE
    )["functionConfiguration"]
    yield
    at.client("appsync").delete_function(apiId=at.api, functionId=made["functionId"])


@found_by("resolvers, and their code", API, "resolver Message.content")
@contextmanager
def resolver(at: DeployedAccount) -> Iterator[None]:
    place = {"apiId": at.api, "typeName": "Message", "fieldName": "content"}
    at.client("appsync").create_resolver(**place, kind="UNIT", dataSourceName="none", runtime=RUNTIME, code=CODE)
    yield
    at.client("appsync").delete_resolver(**place)


@found_by("resource policies of the table and of its stream", MESSAGES, "resource policy of the stream")
@contextmanager
def stream_policy(at: DeployedAccount) -> Iterator[None]:
    arn = at.state[MESSAGES]["stream_arn"]
    reading = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "dynamodb:GetRecords", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [reading]})
    at.client("dynamodb").put_resource_policy(ResourceArn=arn, Policy=policy)
    yield
    at.client("dynamodb").delete_resource_policy(ResourceArn=arn)


@found_by("replicas in other regions", MESSAGES, "replica in eu-west-1")
@contextmanager
def replica(at: DeployedAccount) -> Iterator[None]:
    region = {"RegionName": "eu-west-1"}
    at.client("dynamodb").update_table(TableName=TABLE, ReplicaUpdates=[{"Create": region}])
    yield
    at.client("dynamodb").update_table(TableName=TABLE, ReplicaUpdates=[{"Delete": region}])


@found_by("grants of the access control list", BUCKET, "grant READ to *")
@contextmanager
def bucket_grant(at: DeployedAccount) -> Iterator[None]:
    s3 = at.client("s3")
    kept = s3.get_bucket_ownership_controls(Bucket=at.bucket)["OwnershipControls"]
    s3.delete_bucket_ownership_controls(Bucket=at.bucket)
    s3.put_bucket_acl(Bucket=at.bucket, GrantRead=f'id="{"9" * 64}"')
    yield
    s3.put_bucket_acl(Bucket=at.bucket, ACL="private")
    s3.put_bucket_ownership_controls(Bucket=at.bucket, OwnershipControls=kept)


@found_by("versioning", BUCKET, "versioning")
@contextmanager
def versioning(at: DeployedAccount) -> Iterator[None]:
    s3 = at.client("s3")
    s3.put_bucket_versioning(Bucket=at.bucket, VersioningConfiguration={"Status": "Enabled"})
    yield
    s3.put_bucket_versioning(Bucket=at.bucket, VersioningConfiguration={"Status": "Suspended"})


@found_by("access logs", BUCKET, "access log")
@contextmanager
def access_log(at: DeployedAccount) -> Iterator[None]:
    target = {"TargetBucket": at.bucket, "TargetPrefix": "log/"}
    at.client("s3").put_bucket_logging(Bucket=at.bucket, BucketLoggingStatus={"LoggingEnabled": target})
    yield
    at.client("s3").put_bucket_logging(Bucket=at.bucket, BucketLoggingStatus={})


@found_by("event notifications", BUCKET, "event notification")
@contextmanager
def notification_to_eventbridge(at: DeployedAccount) -> Iterator[None]:
    s3 = at.client("s3")
    s3.put_bucket_notification_configuration(
        Bucket=at.bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    yield
    s3.put_bucket_notification_configuration(Bucket=at.bucket, NotificationConfiguration={})


@found_by("allowed origins (CORS)", "aws_s3_bucket.functions", "CORS rule")
@contextmanager
def allowed_origin(at: DeployedAccount) -> Iterator[None]:
    s3, name = at.client("s3"), at.state["aws_s3_bucket.functions"]["bucket"]
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})
    yield
    s3.delete_bucket_cors(Bucket=name)


@found_by("lifecycle rules", "aws_s3_bucket.functions", "lifecycle rule")
@contextmanager
def lifecycle_rule(at: DeployedAccount) -> Iterator[None]:
    s3, name = at.client("s3"), at.state["aws_s3_bucket.functions"]["bucket"]
    rule = {"ID": "rogue", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    yield
    s3.delete_bucket_lifecycle(Bucket=name)


@found_by("replication", BUCKET, "replication")
@contextmanager
def replication(at: DeployedAccount) -> Iterator[None]:
    s3 = at.client("s3")
    rule = {
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
    }
    rule |= {"Destination": {"Bucket": "arn:aws:s3:::rogue"}}
    # S3 replicates versioned buckets only.
    s3.put_bucket_versioning(Bucket=at.bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_replication(
        Bucket=at.bucket, ReplicationConfiguration={"Role": at.state[ROLE_ADDRESS]["arn"], "Rules": [rule]}
    )
    yield
    s3.delete_bucket_replication(Bucket=at.bucket)
    s3.put_bucket_versioning(Bucket=at.bucket, VersioningConfiguration={"Status": "Suspended"})


@found_by("resource policies that apply to it", LOGS, "resource policy wildcard")
@contextmanager
def log_policy_with_a_wildcard(at: DeployedAccount) -> Iterator[None]:
    resource = "arn:aws:logs:us-east-1:*:log-group:/aws/lambda/chat-privacy-*"
    statement = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "logs:GetLogEvents", "Resource": resource}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    at.client("logs").put_resource_policy(policyName="wildcard", policyDocument=policy)
    yield
    at.client("logs").delete_resource_policy(policyName="wildcard")


# --- Settings that the provider keeps if the release does not name them -------------------------------


@contextmanager
def pool_settings(at: DeployedAccount, **changes: object) -> Iterator[None]:
    """Change settings of the user pool; the call replaces all of them."""
    cognito = at.client("cognito-idp")
    described = cognito.describe_user_pool(UserPoolId=at.pool)["UserPool"]
    accepted = cognito.meta.service_model.operation_model("UpdateUserPool").input_shape.members
    kept = {name: value for name, value in described.items() if name in accepted and value}
    # Cognito refuses the older name of `TemporaryPasswordValidityDays` beside it.
    kept.get("AdminCreateUserConfig", {}).pop("UnusedAccountValidityDays", None)
    kept |= {"UserPoolId": at.pool}
    cognito.update_user_pool(**{**kept, **changes})
    yield
    cognito.update_user_pool(**kept)


@found_by("triggers of tokens, if the release has none", POOL, "lambda_config.pre_token_generation")
@contextmanager
def token_trigger(at: DeployedAccount) -> Iterator[None]:
    triggers = at.client("cognito-idp").describe_user_pool(UserPoolId=at.pool)["UserPool"]["LambdaConfig"]
    arn = at.state[FUNCTION_ADDRESS]["arn"]
    with pool_settings(at, LambdaConfig={**triggers, "PreTokenGeneration": arn}):
        yield


@found_by("first factors of sign-in, if the release names none", POOL, "first factor EMAIL_OTP")
@contextmanager
def first_factor(at: DeployedAccount) -> Iterator[None]:
    policies = at.client("cognito-idp").describe_user_pool(UserPoolId=at.pool)["UserPool"]["Policies"]
    factors = {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}
    with pool_settings(at, Policies={**policies, "SignInPolicy": factors}):
        yield


@contextmanager
def client_settings(at: DeployedAccount, **changes: list[str]) -> Iterator[None]:
    """Change settings of the web client; the call replaces all of them."""
    cognito, where = at.client("cognito-idp"), {"UserPoolId": at.pool, "ClientId": at.state[CLIENT]["id"]}
    described = cognito.describe_user_pool_client(**where)["UserPoolClient"]
    accepted = cognito.meta.service_model.operation_model("UpdateUserPoolClient").input_shape.members
    kept = {name: value for name, value in described.items() if name in accepted and value} | where
    cognito.update_user_pool_client(**{**kept, **changes})
    yield
    # The local Cognito keeps a setting that is left out.
    cognito.update_user_pool_client(**{**{name: [] for name in changes}, **kept})


@found_by("settings of OAuth that the release does not have", CLIENT, "allowed_oauth_flows")
@contextmanager
def implicit_flow(at: DeployedAccount) -> Iterator[None]:
    with client_settings(at, AllowedOAuthFlows=["implicit"]):
        yield


@found_by("settings of OAuth that the release does not have", CLIENT, "callback_urls")
@contextmanager
def callback_url(at: DeployedAccount) -> Iterator[None]:
    with client_settings(at, CallbackURLs=["https://rogue.example.com"]):
        yield


@found_by("settings of OAuth that the release does not have", CLIENT, "logout_urls")
@contextmanager
def logout_url(at: DeployedAccount) -> Iterator[None]:
    with client_settings(at, LogoutURLs=["https://rogue.example.com"]):
        yield


@found_by("redrive policy, if the release has none", "aws_sqs_queue.privacy", "redrive_policy")
@contextmanager
def redrive_policy(at: DeployedAccount) -> Iterator[None]:
    sqs = at.client("sqs")
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    policy = {"deadLetterTargetArn": at.state["aws_sqs_queue.notifications"]["arn"], "maxReceiveCount": 1}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(policy)})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": ""})


# --- The tests ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found_by_its_check(
    deployment: DeployedAccount, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CHANGES[name]
    monkeypatch.setattr(ops.account_drift, "CHECKS", [check for check in CHECKS if check.compares == change.check])

    with change.make(deployment):
        (difference,) = deployment.drift()

    assert difference.address == change.address
    assert fnmatchcase(difference.attribute, change.attribute)
    assert difference.remedy


def test_all_changes_are_found_and_no_others(deployment: DeployedAccount) -> None:
    with ExitStack() as undone:
        for change in CHANGES.values():
            undone.enter_context(change.make(deployment))
        found = deployment.drift()

    def is_made(difference: Difference, change: Change) -> bool:
        return difference.address == change.address and fnmatchcase(difference.attribute, change.attribute)

    assert [
        difference for difference in found if not any(is_made(difference, change) for change in CHANGES.values())
    ] == []
    assert [
        name for name, change in CHANGES.items() if not any(is_made(difference, change) for difference in found)
    ] == []
    assert deployment.drift() == []


def test_every_check_is_tested() -> None:
    # Tested in tests/unit/ops/test_account_drift.py: the local AWS refuses caches and stores no recovery period, all
    # buckets of the stack have a policy, and here all tables have a customer managed key.
    others = {
        "cache of responses",
        "bucket policy, if the release has none",
        "days of point-in-time recovery, if the release names none",
        "encryption key, if the release names none",
    }
    tested = {change.check for change in CHANGES.values()} | others

    assert {check.compares for check in CHECKS} == tested
    assert len(tested) == len(CHECKS)
