# Who may come in, and as what; no AWS is needed.

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

run "names_are_accepted_where_there_are_no_ids" {
  assert {
    condition     = output.subjects["plan"] == ["repo:acme/chat:pull_request", "repo:acme/chat:ref:refs/heads/main"]
    error_message = "the plan role is for pull requests and for the default branch"
  }

  assert {
    condition     = output.subjects["apply-prod"] == ["repo:acme/chat:environment:prod"]
    error_message = "an apply role is for its GitHub environment only"
  }
}

run "ids_replace_names" {
  variables {
    repository_ids = { owner = 42, repository = 4711 }
  }

  assert {
    condition     = output.subjects["apply-dev"] == ["repo:acme@42/chat@4711:environment:dev"]
    error_message = "with ids, a name alone must not be enough"
  }
}

run "both_forms_while_a_repository_moves_over" {
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
    error_message = "aud and sub must be compared by StringEquals, without wildcards"
  }
}

run "roles_are_one_for_plans_and_one_an_environment" {
  assert {
    condition     = aws_iam_role.plan.name == "chat-plan"
    error_message = "the plan role's name"
  }

  assert {
    condition     = { for name, role in aws_iam_role.apply : name => role.name } == { dev = "chat-apply-dev", prod = "chat-apply-prod" }
    error_message = "one apply role an environment"
  }

  assert {
    condition     = alltrue([for role in concat([aws_iam_role.plan], values(aws_iam_role.apply)) : role.max_session_duration == 3600 && role.permissions_boundary == null])
    error_message = "an hour, and no boundary unless asked for"
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
    error_message = "the plan role must write nothing but plans"
  }

  assert {
    condition     = !anytrue(flatten([for statement in data.aws_iam_policy_document.read.statement : [for action in statement.actions : contains(["dynamodb:GetItem", "dynamodb:Get*", "s3:GetObject", "s3:Get*", "secretsmanager:GetSecretValue"], action)]]))
    error_message = "the plan role must not read what people wrote"
  }
}

run "the_plan_role_reads_what_its_environments_have_deployed" {
  assert {
    condition = toset(flatten([
      for statement in data.aws_iam_policy_document.plan.statement : statement.resources if contains(statement.actions, "s3:GetObject")
      ])) == toset([
      "arn:aws:s3:::acme-state/environments/dev/*", "arn:aws:s3:::acme-state/environments/prod/*",
      "arn:aws:s3:::chat-functions-111122223333-dev/*", "arn:aws:s3:::chat-functions-111122223333-prod/*",
    ])
    error_message = "states, deployments/ and artifacts/ of its own environments and their functions' code, and neither plans nor anybody else's states"
  }

  assert {
    condition = toset(flatten([
      for statement in data.aws_iam_policy_document.plan.statement : statement.resources if contains(statement.actions, "s3:ListBucket")
    ])) == toset(["arn:aws:s3:::acme-state", "arn:aws:s3:::chat-*-dev*", "arn:aws:s3:::chat-*-prod*"])
    error_message = "it finds the state bucket and the environments' own buckets"
  }
}

run "an_apply_role_keeps_what_it_has_deployed" {
  assert {
    condition = alltrue([
      for name, document in data.aws_iam_policy_document.apply_state : anytrue([
        for statement in document.statement :
        statement.resources == toset(["arn:aws:s3:::acme-state/environments/${name}/*"]) && statement.actions == toset(["s3:GetObject", "s3:PutObject"])
      ])
    ])
    error_message = "records in deployments/ and stacks in artifacts/ lie beside the state"
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
    error_message = "an apply role must not reach another environment's state"
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

run "an_apply_role_cannot_change_the_roles_it_comes_in_by" {
  assert {
    condition = alltrue([
      for document in data.aws_iam_policy_document.write : anytrue([
        for statement in document.statement :
        statement.effect == "Deny" && contains(statement.actions, "iam:PutRolePolicy") && contains(statement.actions, "iam:UpdateAssumeRolePolicy") && contains(statement.resources, aws_iam_role.plan.arn)
      ])
    ])
    error_message = "the way in must be closed to those who came in"
  }
}

run "an_existing_provider_is_used" {
  variables {
    existing_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.this) == 0 && output.provider_arn == var.existing_provider_arn
    error_message = "no second provider may be made"
  }
}

run "a_boundary_bounds_every_role" {
  variables {
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
  }

  assert {
    condition     = alltrue([for role in concat([aws_iam_role.plan], values(aws_iam_role.apply)) : role.permissions_boundary == var.permissions_boundary_arn])
    error_message = "every role must have the boundary"
  }
}

run "further_policies_are_attached_to_every_apply_role" {
  variables {
    apply_policy_arns = ["arn:aws:iam::111122223333:policy/more"]
  }

  assert {
    condition     = length(aws_iam_role_policy_attachment.apply) == 2
    error_message = "one attachment an environment"
  }
}

run "a_wildcard_repository_is_refused" {
  command = plan

  variables {
    repository = "acme/*"
  }

  expect_failures = [var.repository]
}

run "no_form_of_subject_at_all_is_refused" {
  command = plan

  variables {
    accept_names = false
  }

  expect_failures = [var.accept_names]
}

run "an_odd_environment_is_refused" {
  command = plan

  variables {
    environments = ["dev", "*"]
  }

  expect_failures = [var.environments]
}

run "another_issuer_is_refused" {
  command = plan

  variables {
    existing_provider_arn = "arn:aws:iam::111122223333:oidc-provider/example.com"
  }

  expect_failures = [var.existing_provider_arn]
}
