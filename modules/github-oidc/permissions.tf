# Permissions that Terraform needs to manage a chat stack: read for plans, write for applies.

data "aws_iam_policy_document" "read" {
  # Settings only: no table items, no objects except states, no queue messages, no log lines. Most of these actions
  # support no resource other than *.
  statement {
    sid = "ReadSettings"
    actions = [
      "acm:DescribeCertificate",
      "acm:ListCertificates",
      "acm:ListTagsForCertificate",
      "appsync:Get*",
      "appsync:List*",
      "budgets:ListTagsForResource",
      "budgets:ViewBudget",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetDashboard",
      "cloudwatch:ListDashboards",
      "cloudwatch:ListTagsForResource",
      "cognito-idp:Describe*",
      "cognito-idp:GetGroup",
      "cognito-idp:GetLogDeliveryConfiguration",
      "cognito-idp:GetUserPoolMfaConfig",
      "cognito-idp:ListGroups",
      "cognito-idp:ListIdentityProviders",
      "cognito-idp:ListResourceServers",
      "cognito-idp:ListTagsForResource",
      "cognito-idp:ListUserPoolClients",
      "cognito-idp:ListUserPools",
      "dynamodb:Describe*",
      "dynamodb:GetResourcePolicy",
      "dynamodb:ListTagsOfResource",
      "events:DescribeRule",
      "events:ListRuleNamesByTarget",
      "events:ListTagsForResource",
      "events:ListTargetsByRule",
      "iam:GetOpenIDConnectProvider",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListAliases",
      "kms:ListGrants",
      "kms:ListKeyRotations",
      "kms:ListResourceTags",
      "lambda:Get*",
      "lambda:List*",
      "logs:DescribeLogGroups",
      "logs:DescribeMetricFilters",
      "logs:DescribeResourcePolicies",
      "logs:DescribeSubscriptionFilters",
      "logs:ListTagsForResource",
      "route53:GetChange",
      "route53:GetHostedZone",
      "route53:ListHostedZones",
      "route53:ListResourceRecordSets",
      "route53:ListTagsForResource",
      "s3:GetAccelerateConfiguration",
      "s3:GetBucket*",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListAllMyBuckets",
      "scheduler:Get*",
      "scheduler:ListSchedules",
      "scheduler:ListTagsForResource",
      "sns:GetTopicAttributes",
      "sns:ListSubscriptionsByTopic",
      "sns:ListTagsForResource",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ListQueueTags",
      "wafv2:Get*",
      "wafv2:List*",
    ]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "write" {
  for_each = var.environments

  # Services with the resource's name in the ARN: only this environment's resources.
  statement {
    sid = "WriteByName"
    actions = [
      "budgets:ModifyBudget",
      "budgets:TagResource",
      "budgets:UntagResource",
      "cloudwatch:*",
      "dynamodb:CreateTable",
      "dynamodb:DeleteTable",
      "dynamodb:TagResource",
      "dynamodb:UntagResource",
      "dynamodb:UpdateContinuousBackups",
      "dynamodb:UpdateTable",
      "dynamodb:UpdateTimeToLive",
      "events:*",
      "lambda:*",
      "logs:*",
      "s3:*",
      "scheduler:*",
      "sqs:*",
    ]
    resources = [for service, resource in {
      budgets      = "budgets::${local.account}:budget/${var.app_name}-*-${each.key}"
      alarms       = "cloudwatch:*:${local.account}:alarm:${var.app_name}-*-${each.key}*"
      dashboards   = "cloudwatch::${local.account}:dashboard/${var.app_name}-*-${each.key}*"
      tables       = "dynamodb:*:${local.account}:table/${var.app_name}-*-${each.key}"
      rules        = "events:*:${local.account}:rule/${var.app_name}-*-${each.key}"
      functions    = "lambda:*:${local.account}:function:${var.app_name}-*-${each.key}"
      function_log = "logs:*:${local.account}:log-group:/aws/lambda/${var.app_name}-*-${each.key}*"
      web_acl_log  = "logs:*:${local.account}:log-group:aws-waf-logs-${var.app_name}-*-${each.key}*"
      api_log      = "logs:*:${local.account}:log-group:/aws/appsync/apis/*"
      attachments  = "s3:::${local.buckets[each.key].attachments}"
      files        = "s3:::${local.buckets[each.key].attachments}/*"
      code         = "s3:::${local.buckets[each.key].functions}"
      archives     = "s3:::${local.buckets[each.key].functions}/*"
      schedules    = "scheduler:*:${local.account}:schedule/*/${var.app_name}-*-${each.key}"
      groups       = "scheduler:*:${local.account}:schedule-group/${var.app_name}-*-${each.key}"
      queues       = "sqs:*:${local.account}:${var.app_name}-*-${each.key}"
    } : "arn:${data.aws_partition.current.partition}:${resource}"]
  }

  # Services with a generated id in the ARN: all resources of the account. Use one account per environment.
  statement {
    sid     = "WriteById"
    actions = ["cognito-idp:*", "lambda:TagResource", "lambda:UntagResource", "wafv2:*"]
    resources = [for resource in [
      "appsync:*:${local.account}:apis/*", # a web ACL is associated with the API
      "cognito-idp:*:${local.account}:userpool/*",
      "lambda:*:${local.account}:event-source-mapping:*",
      "wafv2:*:${local.account}:*",
    ] : "arn:${data.aws_partition.current.partition}:${resource}"]
  }

  # The request that creates a key sets its tags: no key exists yet that could have the environment's tag. KMS has no
  # condition key for "during CreateKey", so the conditions exclude existing keys by what they have: a tag Environment,
  # or an alias. A key without both is not excluded (README.md, Limitations). A later kms:PutKeyPolicy has no tags in its
  # request.
  statement {
    sid       = "TagNewKeys"
    actions   = ["kms:PutKeyPolicy", "kms:TagResource"]
    resources = ["arn:${data.aws_partition.current.partition}:kms:*:${local.account}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Environment"
      values   = [each.key]
    }

    condition {
      test     = "Null"
      variable = "aws:ResourceTag/Environment"
      values   = ["true"]
    }

    condition {
      test     = "Null"
      variable = "kms:ResourceAliases"
      values   = ["true"]
    }
  }

  # The key has the environment's tag from its creation. Creating a table creates a grant on the key.
  statement {
    sid = "WriteKeys"
    actions = [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:CreateGrant",
      "kms:Decrypt",
      "kms:DeleteAlias",
      "kms:Encrypt",
      "kms:DisableKey",
      "kms:DisableKeyRotation",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GenerateDataKey",
      "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ]
    resources = ["arn:${data.aws_partition.current.partition}:kms:*:${local.account}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Environment"
      values   = [each.key]
    }
  }

  statement {
    sid       = "NameKeys"
    actions   = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]
    resources = ["arn:${data.aws_partition.current.partition}:kms:*:${local.account}:alias/${var.app_name}-*-${each.key}"]
  }

  statement {
    sid       = "WriteDomains"
    actions   = ["route53:ChangeResourceRecordSets"]
    resources = ["arn:${data.aws_partition.current.partition}:route53:::hostedzone/*"]

    # The record of the custom domain is an alias of type A.
    condition {
      test     = "ForAllValues:StringEquals"
      variable = "route53:ChangeResourceRecordSetsRecordTypes"
      values   = ["A"]
    }
  }

  # The first use of these features in an account creates the role of the service: traces of an API, a budget, email
  # by SES, logs of a web ACL.
  statement {
    sid       = "CreateRolesOfServices"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = [for host in local.services : "arn:${data.aws_partition.current.partition}:iam::${local.account}:role/aws-service-role/${host}/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = local.services
    }
  }

  statement {
    sid = "WriteWithoutResource"
    actions = [
      "appsync:*", # most actions of AppSync support no resource
      "cognito-idp:CreateUserPool",
      "kms:CreateKey",
      "lambda:CreateEventSourceMapping",
      "lambda:DeleteEventSourceMapping",
      "lambda:UpdateEventSourceMapping",
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DeleteResourcePolicy",
      "logs:PutResourcePolicy",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "UseLayersOfAws"
    actions   = ["lambda:GetLayerVersion"]
    resources = ["arn:${data.aws_partition.current.partition}:lambda:*:*:layer:*"]
  }

  statement {
    sid = "WriteRoles"
    actions = [
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ]
    resources = [local.roles[each.key]]
  }

  statement {
    sid       = "GiveRolesToServices"
    actions   = ["iam:PassRole"]
    resources = [local.roles[each.key]]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["appsync.amazonaws.com", "events.amazonaws.com", "lambda.amazonaws.com", "scheduler.amazonaws.com"]
    }
  }

  # A deployment must not be able to extend its own permissions or those of later ones.
  statement {
    sid    = "NotTheWayIn"
    effect = "Deny"
    actions = [
      "iam:AddClientIDToOpenIDConnectProvider",
      "iam:AttachRolePolicy",
      "iam:CreateRole",
      "iam:DeleteOpenIDConnectProvider",
      "iam:DeleteRole",
      "iam:DeleteRolePermissionsBoundary",
      "iam:DeleteRolePolicy",
      "iam:DetachRolePolicy",
      "iam:PassRole",
      "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateOpenIDConnectProviderThumbprint",
      "iam:UpdateRole",
    ]
    resources = concat([local.provider_arn, aws_iam_role.plan.arn, aws_iam_role.pull_request.arn], [for role in aws_iam_role.apply : role.arn])
  }

  # Whatever the bucket of states and plans is called, and whatever tags its key has, an apply role cannot configure,
  # empty or replace them. It reads and writes its own state, and deletes its own locks (`apply_state` in main.tf).
  statement {
    sid         = "NotTheStateBucket"
    effect      = "Deny"
    not_actions = ["s3:GetBucketLocation", "s3:ListBucket"]
    resources   = [var.state.bucket_arn]
  }

  statement {
    sid         = "NotTheStates"
    effect      = "Deny"
    not_actions = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources   = ["${var.state.bucket_arn}/*"]
  }

  statement {
    sid     = "NoStateIsDeleted"
    effect  = "Deny"
    actions = ["s3:DeleteObject"]
    resources = [for place in [
      "bootstrap/*",
      "plans/*",
      "${var.state.workspace_key_prefix}/*.tfstate",
      "${var.state.workspace_key_prefix}/*/artifacts/*",
      "${var.state.workspace_key_prefix}/*/deployments/*",
    ] : "${var.state.bucket_arn}/${place}"]
  }

  statement {
    sid       = "NoPlanIsReplaced"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["${var.state.bucket_arn}/bootstrap/*", "${var.state.bucket_arn}/plans/*"]
  }

  dynamic "statement" {
    for_each = var.state.kms_key_arn == null ? [] : [var.state.kms_key_arn]

    content {
      sid         = "NotTheStateKey"
      effect      = "Deny"
      not_actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
      resources   = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = var.record_key_arn == null ? [] : [var.record_key_arn]

    content {
      sid         = "NotTheRecordKey"
      effect      = "Deny"
      not_actions = ["kms:DescribeKey", "kms:GenerateMac", "kms:VerifyMac"]
      resources   = [statement.value]
    }
  }
}

locals {
  account  = data.aws_caller_identity.current.account_id
  services = ["appsync.amazonaws.com", "budgets.amazonaws.com", "email.cognito-idp.amazonaws.com", "wafv2.amazonaws.com"]
  # The names of the stack's buckets contain the account, because they are unique across all accounts.
  buckets = {
    for name in var.environments : name => {
      attachments = "${var.app_name}-attachments-${local.account}-${name}"
      functions   = "${var.app_name}-functions-${local.account}-${name}"
    }
  }
  roles = {
    for name in var.environments :
    name => "arn:${data.aws_partition.current.partition}:iam::${local.account}:role/${var.app_name}-*-${name}"
  }
}
