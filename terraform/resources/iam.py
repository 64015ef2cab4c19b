"""IAM roles and policies."""

from __future__ import annotations

from terraform.requests import request
from terraform.resources.resource import Arguments, Attributes, Kind, Target


def _find_role(target: Target, arguments: Arguments) -> Attributes | None:
    iam = target.clients["iam"]
    try:
        role = iam.get_role(RoleName=arguments["name"])["Role"]
    except iam.exceptions.NoSuchEntityException:
        return None
    return {**arguments, "id": arguments["name"], "arn": role["Arn"], "unique_id": role["RoleId"]}


def _role(target: Target, arguments: Arguments) -> Attributes:
    iam = target.clients["iam"]
    name = arguments["name"]
    renames = {"name": "RoleName", "assume_role_policy": "AssumeRolePolicyDocument"}
    wanted = request(iam, "CreateRole", arguments, renames=renames, without=["tags"])
    found = _find_role(target, arguments)
    if found is None:
        role = iam.create_role(**wanted, Tags=target.tag_list(arguments))["Role"]
        return {**arguments, "id": name, "arn": role["Arn"], "unique_id": role["RoleId"]}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=arguments["assume_role_policy"])
    iam.update_role(
        RoleName=name,
        Description=arguments.get("description", ""),
        MaxSessionDuration=arguments.get("max_session_duration", 3600),
    )
    iam.tag_role(RoleName=name, Tags=target.tag_list(arguments))
    return found


def _remove_role(target: Target, attributes: Attributes) -> None:
    target.clients["iam"].delete_role(RoleName=attributes["name"])


def _find_role_policy(target: Target, arguments: Arguments) -> Attributes | None:
    iam = target.clients["iam"]
    try:
        iam.get_role_policy(RoleName=arguments["role"], PolicyName=arguments["name"])
    except iam.exceptions.NoSuchEntityException:
        return None
    return {**arguments, "id": f"{arguments['role']}:{arguments['name']}"}


def _role_policy(target: Target, arguments: Arguments) -> Attributes:
    target.clients["iam"].put_role_policy(
        RoleName=arguments["role"], PolicyName=arguments["name"], PolicyDocument=arguments["policy"]
    )
    return {**arguments, "id": f"{arguments['role']}:{arguments['name']}"}


def _remove_role_policy(target: Target, attributes: Attributes) -> None:
    target.clients["iam"].delete_role_policy(RoleName=attributes["role"], PolicyName=attributes["name"])


def _find_attachment(target: Target, arguments: Arguments) -> Attributes | None:
    iam = target.clients["iam"]
    try:
        attached = iam.list_attached_role_policies(RoleName=arguments["role"])["AttachedPolicies"]
    except iam.exceptions.NoSuchEntityException:
        return None
    if arguments["policy_arn"] not in {policy["PolicyArn"] for policy in attached}:
        return None
    return {**arguments, "id": f"{arguments['role']}/{arguments['policy_arn']}"}


def _attachment(target: Target, arguments: Arguments) -> Attributes:
    target.clients["iam"].attach_role_policy(RoleName=arguments["role"], PolicyArn=arguments["policy_arn"])
    return {**arguments, "id": f"{arguments['role']}/{arguments['policy_arn']}"}


def _remove_attachment(target: Target, attributes: Attributes) -> None:
    target.clients["iam"].detach_role_policy(RoleName=attributes["role"], PolicyArn=attributes["policy_arn"])


KINDS = {
    "aws_iam_role": Kind(_find_role, _role, _remove_role),
    "aws_iam_role_policy": Kind(_find_role_policy, _role_policy, _remove_role_policy, tagged=False),
    "aws_iam_role_policy_attachment": Kind(_find_attachment, _attachment, _remove_attachment, tagged=False),
}
