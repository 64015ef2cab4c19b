"""Each kind of drift, made by calls of the AWS API in a deployed account, is found; the deployment alone has none."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local.embedded.environment import DataDirectory
from ops.account_drift import CHECKS, account_differences
from terraform.stack import Stack
from tests.helpers.backend import ROOT
from tests.helpers.deployed import deployed_backend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from ops.account_drift.check import Difference
    from tests.helpers.backend import LocalBackend

    Change = Callable[["Deployment"], AbstractContextManager[None]]

FUNCTION, ROLE, TABLE, QUEUE = (
    "chat-privacy-local",
    "chat-privacy-local",
    "chat-messages-local",
    "chat-privacy-failures-local",
)
STRANGER = "arn:aws:iam::999999999999:root"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ACTIONS = {
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
}
"""The IAM actions of calls with another name, from the service authorization reference."""


class Deployment:
    """A deployed local AWS with the attributes of its resources."""

    def __init__(self, backend: LocalBackend) -> None:
        self.backend = backend
        directory = DataDirectory(backend.directory)
        self.stack = Stack(directory.stack, "local")
        record = json.loads(directory.deployment_record.read_text(encoding="utf-8"))
        self.state: dict[str, dict[str, Any]] = {address: entry["attributes"] for address, entry in record.items()}

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no common type
        return self.backend.client(service)

    def drift(self) -> list[Difference]:
        return account_differences(self.stack, self.state)

    @property
    def pool(self) -> str:
        return str(self.state["aws_cognito_user_pool.pool"]["id"])

    @property
    def api(self) -> str:
        return str(self.state["aws_appsync_graphql_api.chat"]["id"])

    @property
    def bucket(self) -> str:
        return str(self.state["aws_s3_bucket.attachments"]["bucket"])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    """Start a deployment with a customer managed key."""
    backend = deployed_backend(tmp_path_factory, "drift", {"CHAT_ENCRYPTION__CUSTOMER_MANAGED_KEY": "true"})
    backend.up()
    yield backend
    backend.down()


@pytest.fixture
def deployment(running: LocalBackend, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    for name, value in running.own_variables().items():
        monkeypatch.setenv(name, value)
    return Deployment(running)


# --- The changes, each of which is undone ---------------------------------------------------------


@contextmanager
def managed_policy(at: Deployment) -> Iterator[None]:
    given = {"RoleName": ROLE, "PolicyArn": ADMINISTRATOR}
    at.client("iam").attach_role_policy(**given)
    yield
    at.client("iam").detach_role_policy(**given)


@contextmanager
def inline_policy(at: Deployment) -> Iterator[None]:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [ANYTHING]})
    at.client("iam").put_role_policy(RoleName=ROLE, PolicyName="more", PolicyDocument=policy)
    yield
    at.client("iam").delete_role_policy(RoleName=ROLE, PolicyName="more")


@contextmanager
def invocation_by_everybody(at: Deployment) -> Iterator[None]:
    functions = at.client("lambda")
    functions.add_permission(
        FunctionName=FUNCTION, StatementId="everybody", Action="lambda:InvokeFunction", Principal="*"
    )
    yield
    functions.remove_permission(FunctionName=FUNCTION, StatementId="everybody")


@contextmanager
def function_url(at: Deployment) -> Iterator[None]:
    at.client("lambda").create_function_url_config(FunctionName=FUNCTION, AuthType="NONE")
    yield
    at.client("lambda").delete_function_url_config(FunctionName=FUNCTION)


@contextmanager
def invocation_destination(at: Deployment) -> Iterator[None]:
    destination = {"OnSuccess": {"Destination": at.state["aws_sqs_queue.privacy"]["arn"]}}
    at.client("lambda").put_function_event_invoke_config(FunctionName=FUNCTION, DestinationConfig=destination)
    yield
    at.client("lambda").delete_function_event_invoke_config(FunctionName=FUNCTION)


@contextmanager
def disabled_stream(at: Deployment) -> Iterator[None]:
    uuid = at.state["aws_lambda_event_source_mapping.notifications_messages"]["uuid"]
    at.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)
    yield
    at.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)


@contextmanager
def event_source(at: Deployment) -> Iterator[None]:
    source = at.state["aws_sqs_queue.privacy"]["arn"]
    made = at.client("lambda").create_event_source_mapping(FunctionName=FUNCTION, EventSourceArn=source)
    yield
    at.client("lambda").delete_event_source_mapping(UUID=made["UUID"])


@contextmanager
def rule(at: Deployment) -> Iterator[None]:
    events, arn = at.client("events"), at.state["aws_lambda_function.privacy"]["arn"]
    events.put_rule(Name="by-hand", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="by-hand", Targets=[{"Id": "1", "Arn": arn}])
    yield
    events.remove_targets(Rule="by-hand", Ids=["1"])
    events.delete_rule(Name="by-hand")


@contextmanager
def schedule(at: Deployment) -> Iterator[None]:
    role = at.state["aws_iam_role.presence_sweep_schedule"]["arn"]
    target = {"Arn": at.state["aws_lambda_function.privacy"]["arn"], "RoleArn": role}
    at.client("scheduler").create_schedule(
        Name="by-hand", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
    )
    yield
    at.client("scheduler").delete_schedule(Name="by-hand")


@contextmanager
def pool_client(at: Deployment) -> Iterator[None]:
    cognito = at.client("cognito-idp")
    made = cognito.create_user_pool_client(UserPoolId=at.pool, ClientName="rogue")["UserPoolClient"]
    yield
    cognito.delete_user_pool_client(UserPoolId=at.pool, ClientId=made["ClientId"])


@contextmanager
def group(at: Deployment) -> Iterator[None]:
    at.client("cognito-idp").create_group(UserPoolId=at.pool, GroupName="Rogues")
    yield
    at.client("cognito-idp").delete_group(UserPoolId=at.pool, GroupName="Rogues")


@contextmanager
def identity_provider(at: Deployment) -> Iterator[None]:
    details = {"client_id": "x", "client_secret": "y", "oidc_issuer": "https://evil.example.com"}
    details |= {"authorize_scopes": "openid", "attributes_request_method": "GET"}
    at.client("cognito-idp").create_identity_provider(
        UserPoolId=at.pool, ProviderName="Evil", ProviderType="OIDC", ProviderDetails=details
    )
    yield
    at.client("cognito-idp").delete_identity_provider(UserPoolId=at.pool, ProviderName="Evil")
    at.client("cognito-idp").delete_group(UserPoolId=at.pool, GroupName=f"{at.pool}_Evil")


@contextmanager
def resource_server(at: Deployment) -> Iterator[None]:
    at.client("cognito-idp").create_resource_server(UserPoolId=at.pool, Identifier="rogue", Name="rogue")
    yield
    at.client("cognito-idp").delete_resource_server(UserPoolId=at.pool, Identifier="rogue")


@contextmanager
def domain(at: Deployment) -> Iterator[None]:
    at.client("cognito-idp").create_user_pool_domain(UserPoolId=at.pool, Domain="rogue")
    yield
    at.client("cognito-idp").delete_user_pool_domain(UserPoolId=at.pool, Domain="rogue")


@contextmanager
def api_key(at: Deployment) -> Iterator[None]:
    key = at.client("appsync").create_api_key(apiId=at.api, description="by hand")["apiKey"]["id"]
    yield
    at.client("appsync").delete_api_key(apiId=at.api, id=key)


@contextmanager
def schema(at: Deployment) -> Iterator[None]:
    text = at.stack.argument("aws_appsync_graphql_api.chat", "schema").replace("$${", "${")
    head = "type Query @aws_cognito_user_pools {"
    assert head in text
    changed = text.replace(head, f"{head}\n  door: ID", 1)
    at.client("appsync").start_schema_creation(apiId=at.api, definition=changed.encode())
    yield
    at.client("appsync").start_schema_creation(apiId=at.api, definition=text.encode())


@contextmanager
def resolver_code(at: Deployment) -> Iterator[None]:
    appsync = at.client("appsync")
    where = {"apiId": at.api, "typeName": "Query", "fieldName": "me"}
    kept = appsync.get_resolver(**where)["resolver"]
    settings = {name: kept[name] for name in ("kind", "runtime", "pipelineConfig", "dataSourceName") if name in kept}
    appsync.update_resolver(**where, **settings, code=f"{kept['code']}\n// changed by hand\n")
    yield
    appsync.update_resolver(**where, **settings, code=kept["code"])


@contextmanager
def function_code(at: Deployment) -> Iterator[None]:
    appsync = at.client("appsync")
    function_id = at.state["aws_appsync_function.putMessage"]["function_id"]
    kept = appsync.get_function(apiId=at.api, functionId=function_id)["functionConfiguration"]
    settings = {name: kept[name] for name in ("name", "dataSourceName", "runtime") if name in kept}
    where = {"apiId": at.api, "functionId": function_id}
    appsync.update_function(**where, **settings, code=f"{kept['code']}\n// changed by hand\n")
    yield
    appsync.update_function(**where, **settings, code=kept["code"])


@contextmanager
def data_source(at: Deployment) -> Iterator[None]:
    at.client("appsync").create_data_source(apiId=at.api, name="rogue", type="NONE")
    yield
    at.client("appsync").delete_data_source(apiId=at.api, name="rogue")


@contextmanager
def data_source_role(at: Deployment) -> Iterator[None]:
    appsync = at.client("appsync")
    kept = appsync.get_data_source(apiId=at.api, name="messages")["dataSource"]
    given = {"apiId": at.api, "name": "messages", "type": kept["type"], "dynamodbConfig": kept["dynamodbConfig"]}
    appsync.update_data_source(**given, serviceRoleArn=at.state["aws_iam_role.rooms_data_source"]["arn"])
    yield
    appsync.update_data_source(**given, serviceRoleArn=kept["serviceRoleArn"])


@contextmanager
def undeclared_function(at: Deployment) -> Iterator[None]:
    made = at.client("appsync").create_function(
        apiId=at.api,
        name="rogue",
        dataSourceName="none",
        runtime={"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
        code="export function request() { return {}; }\nexport function response(ctx) { return ctx.result; }\n",
    )["functionConfiguration"]
    yield
    at.client("appsync").delete_function(apiId=at.api, functionId=made["functionId"])


@contextmanager
def bucket_policy(at: Deployment) -> Iterator[None]:
    s3 = at.client("s3")
    kept = s3.get_bucket_policy(Bucket=at.bucket)["Policy"]
    document = json.loads(kept)
    reading = {
        "Effect": "Allow",
        "Principal": {"AWS": STRANGER},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{at.bucket}/*",
    }
    document["Statement"].append(reading)
    s3.put_bucket_policy(Bucket=at.bucket, Policy=json.dumps(document))
    yield
    s3.put_bucket_policy(Bucket=at.bucket, Policy=kept)


@contextmanager
def public_access(at: Deployment) -> Iterator[None]:
    s3 = at.client("s3")
    kept = s3.get_public_access_block(Bucket=at.bucket)["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(
        Bucket=at.bucket, PublicAccessBlockConfiguration={**kept, "RestrictPublicBuckets": False}
    )
    yield
    s3.put_public_access_block(Bucket=at.bucket, PublicAccessBlockConfiguration=kept)


@contextmanager
def bucket_notification(at: Deployment) -> Iterator[None]:
    queue = {"QueueArn": at.state["aws_sqs_queue.privacy"]["arn"], "Events": ["s3:ObjectCreated:*"]}
    s3 = at.client("s3")
    s3.put_bucket_notification_configuration(
        Bucket=at.bucket,
        NotificationConfiguration={"QueueConfigurations": [queue]},
        SkipDestinationValidation=True,
    )
    yield
    s3.put_bucket_notification_configuration(Bucket=at.bucket, NotificationConfiguration={})


@contextmanager
def website(at: Deployment) -> Iterator[None]:
    configuration = {"IndexDocument": {"Suffix": "index.html"}}
    at.client("s3").put_bucket_website(Bucket=at.bucket, WebsiteConfiguration=configuration)
    yield
    at.client("s3").delete_bucket_website(Bucket=at.bucket)


@contextmanager
def table_policy(at: Deployment) -> Iterator[None]:
    arn = at.state["aws_dynamodb_table.messages"]["arn"]
    reading = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "dynamodb:Scan", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [reading]})
    at.client("dynamodb").put_resource_policy(ResourceArn=arn, Policy=policy)
    yield
    at.client("dynamodb").delete_resource_policy(ResourceArn=arn)


@contextmanager
def kinesis_copy(at: Deployment) -> Iterator[None]:
    given = {"TableName": TABLE, "StreamArn": "arn:aws:kinesis:us-east-1:000000000000:stream/rogue"}
    at.client("dynamodb").enable_kinesis_streaming_destination(**given)
    yield
    at.client("dynamodb").disable_kinesis_streaming_destination(**given)


@contextmanager
def queue_policy(at: Deployment) -> Iterator[None]:
    sqs = at.client("sqs")
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:ReceiveMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})


@contextmanager
def key_policy(at: Deployment) -> Iterator[None]:
    kms, key = at.client("kms"), at.state["aws_kms_key.data"]["key_id"]
    kept = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    document = json.loads(kept)
    decrypting = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "kms:Decrypt", "Resource": "*"}
    document["Statement"].append(decrypting)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(document))
    yield
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=kept)


@contextmanager
def key_grant(at: Deployment) -> Iterator[None]:
    kms, key = at.client("kms"), at.state["aws_kms_key.data"]["key_id"]
    made = kms.create_grant(KeyId=key, GranteePrincipal=STRANGER, Operations=["Decrypt"])
    yield
    kms.revoke_grant(KeyId=key, GrantId=made["GrantId"])


@contextmanager
def log_subscription(at: Deployment) -> Iterator[None]:
    given = {"logGroupName": f"/aws/lambda/{FUNCTION}", "filterName": "rogue"}
    at.client("logs").put_subscription_filter(
        **given, filterPattern="", destinationArn="arn:aws:lambda:us-east-1:999999999999:function:rogue"
    )
    yield
    at.client("logs").delete_subscription_filter(**given)


@contextmanager
def log_policy(at: Deployment) -> Iterator[None]:
    resource = f"arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/{FUNCTION}:*"
    statement = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "logs:GetLogEvents", "Resource": resource}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    at.client("logs").put_resource_policy(policyName="rogue", policyDocument=policy)
    yield
    at.client("logs").delete_resource_policy(policyName="rogue")


ROLE_ADDRESS, FUNCTION_ADDRESS = "aws_iam_role.privacy", "aws_lambda_function.privacy"
POOL, API, BUCKET = "aws_cognito_user_pool.pool", "aws_appsync_graphql_api.chat", "aws_s3_bucket.attachments"
LOGS = "aws_cloudwatch_log_group.privacy"
CHANGES: dict[str, tuple[Change, str, str]] = {
    "a managed policy": (managed_policy, ROLE_ADDRESS, f"managed policy {ADMINISTRATOR}"),
    "an inline policy": (inline_policy, ROLE_ADDRESS, "inline policy more"),
    "a permission for everybody": (invocation_by_everybody, FUNCTION_ADDRESS, "permission everybody"),
    "a function URL": (function_url, FUNCTION_ADDRESS, "URL *"),
    "a destination of invocations": (invocation_destination, FUNCTION_ADDRESS, "event_invoke_config"),
    "a disabled stream": (
        disabled_stream,
        "aws_lambda_event_source_mapping.notifications_messages",
        "enabled",
    ),
    "an event source": (event_source, FUNCTION_ADDRESS, "event source arn:aws:sqs:*"),
    "an EventBridge rule": (rule, FUNCTION_ADDRESS, "EventBridge rule by-hand"),
    "a schedule": (schedule, FUNCTION_ADDRESS, "schedule by-hand"),
    "a client of the user pool": (pool_client, POOL, "client rogue (*)"),
    "a group": (group, POOL, "group Rogues"),
    "an identity provider": (identity_provider, POOL, "identity provider Evil"),
    "a resource server": (resource_server, POOL, "resource server rogue"),
    "a domain": (domain, POOL, "domain rogue"),
    "an API key": (api_key, API, "API key *"),
    "a field of the schema": (schema, API, "schema.Query.door"),
    "the code of a resolver": (resolver_code, "aws_appsync_resolver.Query_me", "code"),
    "the code of a function of the API": (function_code, "aws_appsync_function.putMessage", "code"),
    "a data source": (data_source, API, "data source rogue"),
    "the role of a data source": (data_source_role, "aws_appsync_datasource.messages", "service_role_arn"),
    "a function of the API": (undeclared_function, API, "function rogue"),
    "a bucket policy": (bucket_policy, "aws_s3_bucket_policy.attachments", "policy"),
    "public access": (public_access, "aws_s3_bucket_public_access_block.attachments", "restrict_public_buckets"),
    "a notification of a bucket": (bucket_notification, BUCKET, "event notification"),
    "a website": (website, BUCKET, "static website"),
    "a policy of a table": (table_policy, "aws_dynamodb_table.messages", "resource policy"),
    "a Kinesis copy": (kinesis_copy, "aws_dynamodb_table.messages", "Kinesis stream *"),
    "a queue policy": (queue_policy, "aws_sqs_queue.privacy", "policy"),
    "a key policy": (key_policy, "aws_kms_key.data", "policy"),
    "a grant": (key_grant, "aws_kms_key.data", "grant to *"),
    "a log subscription": (log_subscription, LOGS, "subscription filter rogue"),
    "a log policy": (log_policy, LOGS, "resource policy rogue"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found_alone_and_gone_when_undone(deployment: Deployment, name: str) -> None:
    change, address, attribute = CHANGES[name]

    with change(deployment):
        found = deployment.drift()

    assert [(each.address, each.attribute) for each in found if not fnmatchcase(each.attribute, attribute)] == []
    (difference,) = found
    assert difference.address == address
    assert difference.remedy


def test_the_deployment_has_no_drift_and_every_call_is_permitted_to_the_role_for_plans(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: set[str] = set()

    def session(region_name: str) -> boto3.session.Session:
        made = boto3.session.Session(region_name=region_name)
        made.events.register(
            "before-call", lambda model, **_: called.add(f"{model.service_model.signing_name}:{model.name}")
        )
        return made

    monkeypatch.setattr(boto3, "Session", session)
    text = (ROOT / "modules" / "github-oidc" / "permissions.tf").read_text(encoding="utf-8")
    permitted = re.findall(r'"([a-z0-9-]+:[A-Za-z*]+)"', text.partition('"aws_iam_policy_document" "write"')[0])

    assert deployment.drift() == []
    assert len(called) > 20
    actions = {ACTIONS.get(call, call) for call in called}
    assert {
        action for action in actions if not any(fnmatchcase(action.lower(), one.lower()) for one in permitted)
    } == set()


def test_every_check_has_a_resource_in_the_deployment(deployment: Deployment) -> None:
    assert {each.kind for each in CHECKS} <= {address.partition(".")[0] for address in deployment.state}
