data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  issuer       = "token.actions.githubusercontent.com"
  provider_arn = var.existing_provider_arn == null ? one(aws_iam_openid_connect_provider.this).arn : var.existing_provider_arn

  # Both forms of GitHub's `sub`: repo:owner/name:... and, with ids, repo:owner@1/name@2:...
  owner      = split("/", var.repository)[0]
  name       = split("/", var.repository)[1]
  by_names   = var.repository_ids == null || var.accept_names == true ? ["repo:${var.repository}"] : []
  by_ids     = var.repository_ids == null ? [] : ["repo:${local.owner}@${var.repository_ids.owner}/${local.name}@${var.repository_ids.repository}"]
  repository = concat(local.by_ids, local.by_names)

  subjects = merge(
    {
      plan         = [for repository in local.repository : "${repository}:ref:refs/heads/${var.default_branch}"]
      pull-request = [for repository in local.repository : "${repository}:pull_request"]
    },
    { for name in var.environments : "apply-${name}" => [for repository in local.repository : "${repository}:environment:${name}"] },
  )
}

resource "aws_iam_openid_connect_provider" "this" {
  count = var.existing_provider_arn == null ? 1 : 0

  # AWS verifies this issuer with its own list of certificate authorities, so no thumbprint is needed.
  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
  tags           = var.tags
}

# --- Trust ---------------------------------------------------------------------------------------

data "aws_iam_policy_document" "trust" {
  for_each = local.subjects

  statement {
    sid     = "GitHubActions"
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = each.value
    }
  }
}

# --- Plan: reads settings and states, writes only plans ------------------------------------------

# It signs the records of its plans, so that they can be applied.
resource "aws_iam_role" "plan" {
  name                 = coalesce(var.plan_role_name, "${var.app_name}-plan")
  description          = "Terraform plan for deployments and drift of ${var.repository}"
  assume_role_policy   = data.aws_iam_policy_document.trust["plan"].json
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

# A pull request runs code that nobody has reviewed: its plans are shown and never applied.
resource "aws_iam_role" "pull_request" {
  name                 = coalesce(var.pull_request_role_name, "${var.app_name}-pull-request")
  description          = "Terraform plan for pull requests of ${var.repository}"
  assume_role_policy   = data.aws_iam_policy_document.trust["pull-request"].json
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "plan" {
  source_policy_documents = [data.aws_iam_policy_document.read.json]

  # No condition on the prefix: with one, S3 responds with 403 instead of 404 if a state does not exist yet.
  statement {
    sid       = "FindStates"
    actions   = ["s3:ListBucket"]
    resources = [var.state.bucket_arn]
  }

  # The state, its lock, and next to them deployments/ and artifacts/, for drift detection.
  statement {
    sid       = "ReadStates"
    actions   = ["s3:GetObject"]
    resources = [for name in var.environments : "${var.state.bucket_arn}/${var.state.workspace_key_prefix}/${name}/*"]
  }

  # Terraform calls HeadBucket to check that a bucket exists, which requires this action. It gives no access to objects.
  statement {
    sid       = "FindBuckets"
    actions   = ["s3:ListBucket"]
    resources = flatten([for name in var.environments : [for bucket in values(local.buckets[name]) : "arn:${data.aws_partition.current.partition}:s3:::${bucket}"]])
  }

  # The functions' code, which is in the repository anyway. Users' files are in another bucket.
  statement {
    sid       = "ReadFunctions"
    actions   = ["s3:GetObject", "s3:GetObjectTagging"]
    resources = [for name in var.environments : "arn:${data.aws_partition.current.partition}:s3:::${local.buckets[name].functions}/*"]
  }

  # A plan contains values of the state. The plan role need not read plans.
  statement {
    sid       = "KeepPlans"
    actions   = ["s3:PutObject"]
    resources = [for name in var.environments : "${var.state.bucket_arn}/plans/${name}/*"]
  }

  dynamic "statement" {
    for_each = var.state.kms_key_arn == null ? [] : [var.state.kms_key_arn]

    content {
      sid       = "DecryptStatesAndEncryptPlans"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role_policy" "pull_request" {
  name   = "plan"
  role   = aws_iam_role.pull_request.id
  policy = data.aws_iam_policy_document.plan.json
}

data "aws_iam_policy_document" "plan_with_records" {
  source_policy_documents = [data.aws_iam_policy_document.plan.json]

  # The ARN may be known after apply only, so that no resource can depend on whether it is set.
  dynamic "statement" {
    for_each = var.record_key_arn == null ? [] : [var.record_key_arn]

    content {
      sid       = "AuthenticateRecords"
      actions   = ["kms:GenerateMac", "kms:VerifyMac"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role_policy" "plan" {
  name   = "plan"
  role   = aws_iam_role.plan.id
  policy = data.aws_iam_policy_document.plan_with_records.json
}

# --- Apply: one role per environment, limited to resources with the environment's name -----------

resource "aws_iam_role" "apply" {
  for_each = var.environments

  name                 = "${var.app_name}-apply-${each.key}"
  description          = "Terraform apply in ${each.key} for ${var.repository}"
  assume_role_policy   = data.aws_iam_policy_document.trust["apply-${each.key}"].json
  max_session_duration = 21600 # an index of a large table is built for hours; a job of GitHub ends after six
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "apply_state" {
  for_each = var.environments

  statement {
    sid       = "FindStates"
    actions   = ["s3:ListBucket"]
    resources = [var.state.bucket_arn]
  }

  # The state, its lock, and next to them the records in deployments/ and the stacks in artifacts/, for rollbacks.
  statement {
    sid       = "WriteState"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.state.bucket_arn}/${var.state.workspace_key_prefix}/${each.key}/*"]
  }

  statement {
    sid       = "FetchPlans"
    actions   = ["s3:GetObject"]
    resources = ["${var.state.bucket_arn}/plans/${each.key}/*"]
  }

  statement {
    sid       = "GiveTheLockBack"
    actions   = ["s3:DeleteObject"]
    resources = ["${var.state.bucket_arn}/${var.state.workspace_key_prefix}/${each.key}/*.tflock"]
  }

  dynamic "statement" {
    for_each = var.state.kms_key_arn == null ? [] : [var.state.kms_key_arn]

    content {
      sid       = "EncryptState"
      actions   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = var.record_key_arn == null ? [] : [var.record_key_arn]

    content {
      sid       = "AuthenticateRecords"
      actions   = ["kms:GenerateMac"]
      resources = [statement.value]
    }
  }

  # With this environment's key, and with that of the environment whose release it takes, which may be in another
  # account: the policy of that key decides.
  dynamic "statement" {
    for_each = var.record_key_arn == null ? [] : ["verify"]

    content {
      sid       = "VerifyRecords"
      actions   = ["kms:VerifyMac"]
      resources = ["arn:${data.aws_partition.current.partition}:kms:*:*:key/*"]
    }
  }
}

resource "aws_iam_role_policy" "apply_state" {
  for_each = var.environments

  name   = "state"
  role   = aws_iam_role.apply[each.key].id
  policy = data.aws_iam_policy_document.apply_state[each.key].json
}

resource "aws_iam_role_policy" "apply_read" {
  for_each = var.environments

  name   = "read"
  role   = aws_iam_role.apply[each.key].id
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_role_policy" "apply_write" {
  for_each = var.environments

  name   = "write"
  role   = aws_iam_role.apply[each.key].id
  policy = data.aws_iam_policy_document.write[each.key].json
}

resource "aws_iam_role_policy_attachment" "apply" {
  for_each = {
    for pair in setproduct(var.environments, var.apply_policy_arns) : "${pair[0]} ${pair[1]}" => { environment = pair[0], policy_arn = pair[1] }
  }

  role       = aws_iam_role.apply[each.value.environment].name
  policy_arn = each.value.policy_arn
}
