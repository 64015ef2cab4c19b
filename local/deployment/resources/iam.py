"""Roles and their policies."""

from __future__ import annotations

from local.deployment.requests import request
from local.deployment.resources.resource import Arguments, Attributes, Kind, Target


def _role(target: Target, arguments: Arguments) -> Attributes:
    iam = target.clients["iam"]
    name = arguments["name"]
    try:
        role = iam.get_role(RoleName=name)["Role"]
    except iam.exceptions.NoSuchEntityException:
        wanted = request(
            iam,
            "CreateRole",
            arguments,
            renames={"name": "RoleName", "assume_role_policy": "AssumeRolePolicyDocument"},
            without=["tags"],
        )
        role = iam.create_role(**wanted, Tags=target.tag_list(arguments))["Role"]
    else:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=arguments["assume_role_policy"])
        iam.update_role(
            RoleName=name,
            Description=arguments.get("description", ""),
            MaxSessionDuration=arguments.get("max_session_duration", 3600),
        )
        iam.tag_role(RoleName=name, Tags=target.tag_list(arguments))
    return {**arguments, "id": name, "arn": role["Arn"], "unique_id": role["RoleId"]}


def _remove_role(target: Target, attributes: Attributes) -> None:
    target.clients["iam"].delete_role(RoleName=attributes["name"])


def _role_policy(target: Target, arguments: Arguments) -> Attributes:
    target.clients["iam"].put_role_policy(
        RoleName=arguments["role"], PolicyName=arguments["name"], PolicyDocument=arguments["policy"]
    )
    return {**arguments, "id": f"{arguments['role']}:{arguments['name']}"}


def _remove_role_policy(target: Target, attributes: Attributes) -> None:
    target.clients["iam"].delete_role_policy(RoleName=attributes["role"], PolicyName=attributes["name"])


def _attachment(target: Target, arguments: Arguments) -> Attributes:
    target.clients["iam"].attach_role_policy(RoleName=arguments["role"], PolicyArn=arguments["policy_arn"])
    return {**arguments, "id": f"{arguments['role']}/{arguments['policy_arn']}"}


def _remove_attachment(target: Target, attributes: Attributes) -> None:
    target.clients["iam"].detach_role_policy(RoleName=attributes["role"], PolicyArn=attributes["policy_arn"])


KINDS = {
    "aws_iam_role": Kind(_role, _remove_role),
    "aws_iam_role_policy": Kind(_role_policy, _remove_role_policy, tagged=False),
    "aws_iam_role_policy_attachment": Kind(_attachment, _remove_attachment, tagged=False),
}
