# The planned resources, tested with a mock of AWS. Plans only: the test could not destroy resources with prevent_destroy.

mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::acme-state", region = "eu-west-1" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555" }
  }
}

variables {
  bucket = "acme-state"
}

run "the_bucket_is_private_versioned_and_encrypted" {
  command = plan

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "old states must be kept"
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "all four public access blocks must be on"
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "access control lists must be off"
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule :
      rule.bucket_key_enabled && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" &&
      rule.apply_server_side_encryption_by_default[0].kms_master_key_id == output.kms_key_arn
    ])
    error_message = "objects must be encrypted with the module's key, with a bucket key"
  }

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30
    error_message = "the key must rotate and have a deletion window of 30 days"
  }

  assert {
    condition     = !aws_s3_bucket.this.force_destroy
    error_message = "a bucket with states in it must not be deletable"
  }
}

run "there_is_no_key_of_records_by_default" {
  command = plan

  assert {
    condition     = length(aws_kms_key.records) == 0 && output.record_key_arn == null
    error_message = "the record key must be optional"
  }
}

run "the_key_of_records_makes_hmacs_only" {
  command = plan

  variables {
    create_record_key           = true
    record_verifier_account_ids = ["222222222222"]
  }

  assert {
    condition     = aws_kms_key.records[0].customer_master_key_spec == "HMAC_256" && aws_kms_key.records[0].key_usage == "GENERATE_VERIFY_MAC"
    error_message = "the key must be an HMAC key"
  }

  assert {
    condition     = aws_kms_alias.records[0].name == "alias/acme-state-records"
    error_message = "the alias must name the bucket"
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.record_key.statement : [statement.actions, one(statement.principals).identifiers]
    ] == [[toset(["kms:VerifyMac"]), toset(["arn:aws:iam::222222222222:root"])]]
    error_message = "other accounts must only verify"
  }
}

run "an_invalid_account_is_rejected" {
  command = plan

  variables {
    record_verifier_account_ids = ["*"]
  }

  expect_failures = [var.record_verifier_account_ids]
}

run "plain_http_is_rejected" {
  command = plan

  assert {
    condition = anytrue([
      for statement in data.aws_iam_policy_document.bucket.statement :
      statement.effect == "Deny" && contains(statement.actions, "s3:*") && anytrue([
        for condition in statement.condition : condition.variable == "aws:SecureTransport" && contains(condition.values, "false")
      ])
    ])
    error_message = "the bucket's policy must deny requests without TLS"
  }

  assert {
    condition     = length(data.aws_iam_policy_document.bucket.statement) == 1
    error_message = "other encryption must be rejected only with require_key"
  }
}

run "other_encryption_is_rejected_with_require_key" {
  command = plan

  variables {
    require_key = true
  }

  assert {
    condition = anytrue([
      for statement in data.aws_iam_policy_document.bucket.statement :
      statement.effect == "Deny" && contains(statement.actions, "s3:PutObject") && anytrue([
        for condition in statement.condition :
        condition.variable == "s3:x-amz-server-side-encryption" && contains(condition.values, "aws:kms")
      ])
    ])
    error_message = "the bucket's policy must deny uploads that request other encryption"
  }
}

run "old_versions_expire_but_the_newest_stay" {
  command = plan

  variables {
    noncurrent_version_days = 45
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.this.rule :
      rule.status == "Enabled" &&
      rule.noncurrent_version_expiration[0].noncurrent_days == 45 &&
      tonumber(rule.noncurrent_version_expiration[0].newer_noncurrent_versions) == 10 &&
      rule.abort_incomplete_multipart_upload[0].days_after_initiation == 7
      if rule.id == "old-versions"
    ])
    error_message = "old versions must expire after 45 days except the ten newest, abandoned uploads after 7"
  }
}

run "plans_expire_after_a_week" {
  command = plan

  assert {
    condition = one([
      for rule in aws_s3_bucket_lifecycle_configuration.this.rule :
      rule.status == "Enabled" && rule.filter[0].prefix == "plans/" && rule.expiration[0].days == 7
      if rule.id == "plans"
    ])
    error_message = "plans must expire after 7 days"
  }
}

run "the_key_is_named_after_the_bucket" {
  command = plan

  assert {
    condition     = aws_kms_alias.this.name == "alias/acme-state"
    error_message = "the alias must be the bucket's name"
  }
}

run "the_key_can_be_named" {
  command = plan

  variables {
    key_alias = "terraform/state"
  }

  assert {
    condition     = aws_kms_alias.this.name == "alias/terraform/state"
    error_message = "the alias must be the one given"
  }
}

run "access_is_logged_with_access_log_bucket" {
  command = plan

  variables {
    access_log_bucket = "acme-logs"
  }

  assert {
    condition     = one(aws_s3_bucket_logging.this).target_bucket == "acme-logs" && one(aws_s3_bucket_logging.this).target_prefix == "acme-state/"
    error_message = "access must be logged below a folder with the bucket's name"
  }
}

run "an_invalid_bucket_name_is_rejected" {
  command = plan

  variables {
    bucket = "Acme_State"
  }

  expect_failures = [var.bucket]
}

run "an_alias_of_aws_is_rejected" {
  command = plan

  variables {
    key_alias = "aws/s3"
  }

  expect_failures = [var.key_alias]
}

run "a_short_retention_is_rejected" {
  command = plan

  variables {
    noncurrent_version_days = 1
  }

  expect_failures = [var.noncurrent_version_days]
}
