# Trust and permissions of the roles, tested with a mock of AWS.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/made" }
  }
}

variables {
  repository   = "acme/chat"
  app_name     = "chat"
  environments = ["dev", "prod"]
  state        = { bucket_arn = "arn:aws:s3:::acme-state", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
}

run "names_are_accepted_without_ids" {
  assert {
    condition     = output.subjects["plan"] == ["repo:acme/chat:ref:refs/heads/main"]
    error_message = "the plan role must accept the default branch only"
  }

  assert {
    condition     = output.subjects["pull-request"] == ["repo:acme/chat:pull_request"]
    error_message = "the role for pull requests must accept them only"
  }

  assert {
    condition     = output.subjects["apply-prod"] == ["repo:acme/chat:environment:prod"]
    error_message = "an apply role must accept its GitHub environment only"
  }
}

run "ids_replace_names" {
  variables {
    repository_ids = { owner = 42, repository = 4711 }
  }

  assert {
    condition     = output.subjects["apply-dev"] == ["repo:acme@42/chat@4711:environment:dev"]
    error_message = "with ids, names alone must not be accepted"
  }
}

run "both_forms_are_accepted_during_a_migration" {
  variables {
    repository_ids = { owner = 42, repository = 4711 }
    accept_names   = true
  }

  assert {
    condition     = output.subjects["apply-dev"] == ["repo:acme@42/chat@4711:environment:dev", "repo:acme/chat:environment:dev"]
    error_message = "both forms must be accepted"
  }
}

run "trust_compares_whole_strings" {
  assert {
    condition = alltrue(flatten([
      for name, document in data.aws_iam_policy_document.trust : [
        for statement in document.statement : concat(
          [statement.actions == toset(["sts:AssumeRoleWithWebIdentity"]), length(statement.condition) == 2],
          [for condition in statement.condition : condition.test == "StringEquals"],
          [for condition in statement.condition : condition.variable == "token.actions.githubusercontent.com:aud" ? condition.values == tolist(["sts.amazonaws.com"]) : condition.values == tolist(output.subjects[name])],
          [for condition in statement.condition : !anytrue([for value in condition.values : strcontains(value, "*")])],
        )
      ]
    ]))
    error_message = "aud and sub must be compared with StringEquals, without wildcards"
  }
}

run "there_is_one_plan_role_and_one_apply_role_per_environment" {
  assert {
    condition     = aws_iam_role.plan.name == "chat-plan" && aws_iam_role.pull_request.name == "chat-pull-request"
    error_message = "the roles for plans must have the default names"
  }

  assert {
    condition     = { for name, role in aws_iam_role.apply : name => role.name } == { dev = "chat-apply-dev", prod = "chat-apply-prod" }
    error_message = "there must be one apply role per environment"
  }

  assert {
    condition     = alltrue([for role in concat([aws_iam_role.plan], values(aws_iam_role.apply)) : role.permissions_boundary == null])
    error_message = "roles must have no permissions boundary by default"
  }

  assert {
    condition     = aws_iam_role.plan.max_session_duration == 3600 && alltrue([for role in aws_iam_role.apply : role.max_session_duration == 21600])
    error_message = "sessions must last one hour for plans and six hours for applies"
  }
}

run "the_plan_role_reads_settings_and_writes_plans_only" {
  assert {
    condition = alltrue(flatten([
      for document in [data.aws_iam_policy_document.plan, data.aws_iam_policy_document.read] : [
        for statement in document.statement : [
          for action in statement.actions : can(regex(":(Get|List|Describe|View|Decrypt|GenerateDataKey)", action)) || (
            action == "s3:PutObject" && statement.resources == toset(["arn:aws:s3:::acme-state/plans/dev/*", "arn:aws:s3:::acme-state/plans/prod/*"])
          )
        ]
      ]
    ]))
    error_message = "the plan role must write only plans"
  }

  assert {
    condition     = !anytrue(flatten([for statement in data.aws_iam_policy_document.read.statement : [for action in statement.actions : contains(["dynamodb:GetItem", "dynamodb:Get*", "s3:GetObject", "s3:Get*", "secretsmanager:GetSecretValue"], action)]]))
    error_message = "the plan role must not read users' data"
  }
}

run "the_plan_role_reads_deployments_of_its_environments" {
  assert {
    condition = toset(flatten([
      for statement in data.aws_iam_policy_document.plan.statement : statement.resources if contains(statement.actions, "s3:GetObject")
      ])) == toset([
      "arn:aws:s3:::acme-state/environments/dev/*", "arn:aws:s3:::acme-state/environments/prod/*",
      "arn:aws:s3:::chat-functions-111122223333-dev/*", "arn:aws:s3:::chat-functions-111122223333-prod/*",
    ])
    error_message = "the plan role must read states, deployments/, artifacts/ and functions' code of its environments only, and no plans"
  }

  assert {
    condition = toset(flatten([
      for statement in data.aws_iam_policy_document.plan.statement : statement.resources if contains(statement.actions, "s3:ListBucket")
      ])) == toset([
      "arn:aws:s3:::acme-state", "arn:aws:s3:::chat-attachments-111122223333-dev", "arn:aws:s3:::chat-functions-111122223333-dev",
      "arn:aws:s3:::chat-attachments-111122223333-prod", "arn:aws:s3:::chat-functions-111122223333-prod",
    ])
    error_message = "the plan role must list only the state bucket and the environments' buckets"
  }
}

run "only_the_default_branch_and_applies_authenticate_records" {
  variables {
    record_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/2"
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.plan_with_records.statement : [statement.actions, statement.resources]
    ] == [[toset(["kms:GenerateMac", "kms:VerifyMac"]), toset([var.record_key_arn])]]
    error_message = "the plan role must sign and verify records with the key"
  }

  assert {
    condition = !anytrue(flatten([
      for statement in concat(data.aws_iam_policy_document.plan.statement, data.aws_iam_policy_document.read.statement) : [for action in statement.actions : endswith(action, "Mac")]
    ]))
    error_message = "the role for pull requests must not use the record key"
  }

  assert {
    condition = alltrue([
      for document in data.aws_iam_policy_document.apply_state : [
        for statement in document.statement : statement.resources if contains(statement.actions, "kms:GenerateMac")
      ] == [toset([var.record_key_arn])]
    ])
    error_message = "an apply role must authenticate its deployments with its own key only"
  }

  assert {
    condition = alltrue([
      for document in data.aws_iam_policy_document.write : anytrue([
        for statement in document.statement :
        statement.effect == "Deny" && try(contains(statement.not_actions, "kms:GenerateMac"), false) && statement.resources == toset([var.record_key_arn])
      ])
    ])
    error_message = "an apply role must not change the record key"
  }
}

run "without_a_key_no_record_is_authenticated" {
  assert {
    condition = length(data.aws_iam_policy_document.plan_with_records.statement) == 0 && !anytrue(flatten([
      for document in data.aws_iam_policy_document.apply_state : [for statement in document.statement : [for action in statement.actions : endswith(action, "Mac")]]
    ]))
    error_message = "there is no key to use"
  }
}

run "an_apply_role_stores_its_deployments" {
  assert {
    condition = alltrue([
      for name, document in data.aws_iam_policy_document.apply_state : anytrue([
        for statement in document.statement :
        statement.resources == toset(["arn:aws:s3:::acme-state/environments/${name}/*"]) && statement.actions == toset(["s3:GetObject", "s3:PutObject"])
      ])
    ])
    error_message = "an apply role must write deployments/ and artifacts/ next to the state"
  }
}

run "an_apply_role_writes_its_own_state_only" {
  assert {
    condition = alltrue(flatten([
      for name, document in data.aws_iam_policy_document.apply_state : [
        for statement in document.statement : [
          for resource in statement.resources :
          resource == "arn:aws:s3:::acme-state" ? statement.actions == toset(["s3:ListBucket"]) : startswith(resource, "arn:aws:s3:::acme-state/environments/${name}/") || startswith(resource, "arn:aws:kms:") || (
            resource == "arn:aws:s3:::acme-state/plans/${name}/*" && statement.actions == toset(["s3:GetObject"])
          )
        ]
      ]
    ]))
    error_message = "an apply role must not access another environment's state"
  }

  assert {
    condition = alltrue([
      for document in data.aws_iam_policy_document.apply_state : one([
        for statement in document.statement : statement.resources if contains(statement.actions, "s3:DeleteObject")
        ]) != null && alltrue([
        for statement in document.statement : alltrue([for resource in statement.resources : endswith(resource, ".tflock")]) if contains(statement.actions, "s3:DeleteObject")
      ])
    ])
    error_message = "only lock files may be deleted"
  }
}

run "an_apply_role_cannot_change_the_roles_of_github" {
  assert {
    condition = alltrue([
      for document in data.aws_iam_policy_document.write : anytrue([
        for statement in document.statement :
        statement.effect == "Deny" && try(contains(statement.actions, "iam:PutRolePolicy") && contains(statement.actions, "iam:UpdateAssumeRolePolicy"), false) && contains(statement.resources, aws_iam_role.plan.arn)
      ])
    ])
    error_message = "an apply role must not change the plan role or the apply roles"
  }
}

run "an_apply_role_cannot_change_the_state_bucket_or_its_key" {
  assert {
    condition = alltrue(flatten([
      for document in data.aws_iam_policy_document.write : [
        for resource in [var.state.bucket_arn, "${var.state.bucket_arn}/*", var.state.kms_key_arn] : anytrue([
          for statement in document.statement :
          statement.effect == "Deny" && try(length(statement.not_actions), 0) > 0 && statement.resources == toset([resource])
        ])
      ]
    ]))
    error_message = "everything except reading and writing states must be denied, with the ARNs of bucket and key"
  }

  assert {
    condition = alltrue(flatten([
      for document in data.aws_iam_policy_document.write : [
        for statement in document.statement : [
          for resource in statement.resources : !startswith(resource, "arn:aws:s3:::chat-*")
        ] if try(statement.effect, "Allow") != "Deny"
      ]
    ]))
    error_message = "a pattern of bucket names could match the state bucket"
  }
}

run "an_apply_role_tags_only_new_keys" {
  assert {
    condition = alltrue([
      for document in data.aws_iam_policy_document.write : anytrue([
        for statement in document.statement :
        try(contains(statement.actions, "kms:TagResource"), false) && toset([for condition in statement.condition : "${condition.test} ${condition.variable}"]) == toset(["StringEquals aws:RequestTag/Environment", "Null aws:ResourceTag/Environment", "Null kms:ResourceAliases"])
      ])
    ])
    error_message = "the tags of a new key must name the environment, and existing keys with a tag or an alias must be excluded"
  }
}

run "without_a_key_no_key_is_denied" {
  variables {
    state = { bucket_arn = "arn:aws:s3:::acme-state" }
  }

  assert {
    condition     = alltrue([for document in data.aws_iam_policy_document.write : !contains([for statement in document.statement : statement.sid], "NotTheStateKey")])
    error_message = "S3's own encryption has no key"
  }
}

run "an_existing_provider_is_used" {
  variables {
    existing_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.this) == 0 && output.provider_arn == var.existing_provider_arn
    error_message = "no second provider may be created"
  }
}

run "every_role_has_the_permissions_boundary" {
  variables {
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
  }

  assert {
    condition     = alltrue([for role in concat([aws_iam_role.plan], values(aws_iam_role.apply)) : role.permissions_boundary == var.permissions_boundary_arn])
    error_message = "every role must have the boundary"
  }
}

run "additional_policies_are_attached_to_every_apply_role" {
  variables {
    apply_policy_arns = ["arn:aws:iam::111122223333:policy/more"]
  }

  assert {
    condition     = length(aws_iam_role_policy_attachment.apply) == 2
    error_message = "there must be one attachment per environment"
  }
}

run "a_wildcard_repository_is_rejected" {
  command = plan

  variables {
    repository = "acme/*"
  }

  expect_failures = [var.repository]
}

run "no_accepted_form_is_rejected" {
  command = plan

  variables {
    accept_names = false
  }

  expect_failures = [var.accept_names]
}

run "an_invalid_environment_is_rejected" {
  command = plan

  variables {
    environments = ["dev", "*"]
  }

  expect_failures = [var.environments]
}

run "another_issuer_is_rejected" {
  command = plan

  variables {
    existing_provider_arn = "arn:aws:iam::111122223333:oidc-provider/example.com"
  }

  expect_failures = [var.existing_provider_arn]
}
