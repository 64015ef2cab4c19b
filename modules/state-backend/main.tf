data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

# --- The key -------------------------------------------------------------------------------------

data "aws_iam_policy_document" "key" {
  # The account's IAM policies control access to the key. Without this statement, the key could become unmanageable.
  statement {
    sid       = "AccountAdministersTheKey"
    actions   = ["kms:*"]
    resources = ["*"] # in a key's policy: this key

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}

resource "aws_kms_key" "this" {
  description             = "Terraform state in ${var.bucket}"
  deletion_window_in_days = 30
  enable_key_rotation     = true
  policy                  = data.aws_iam_policy_document.key.json
  tags                    = var.tags

  lifecycle {
    prevent_destroy = true # without the key, all states in the bucket are unreadable
  }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${coalesce(var.key_alias, var.bucket)}"
  target_key_id = aws_kms_key.this.key_id
}

# --- The record key ------------------------------------------------------------------------------

data "aws_iam_policy_document" "record_key" {
  source_policy_documents = [data.aws_iam_policy_document.key.json]

  # A principal that promotes to the next environment, in another account, verifies the record of the deployment here.
  dynamic "statement" {
    for_each = length(var.record_verifier_account_ids) == 0 ? [] : ["verify"]

    content {
      sid       = "OtherAccountsVerifyRecords"
      actions   = ["kms:VerifyMac"]
      resources = ["*"] # in a key's policy: this key

      principals {
        type        = "AWS"
        identifiers = [for id in sort(var.record_verifier_account_ids) : "arn:${data.aws_partition.current.partition}:iam::${id}:root"]
      }
    }
  }
}

resource "aws_kms_key" "records" {
  count = var.create_record_key ? 1 : 0

  description              = "Records of plans and deployments with their state in ${var.bucket}"
  customer_master_key_spec = "HMAC_256"
  key_usage                = "GENERATE_VERIFY_MAC"
  deletion_window_in_days  = 30
  policy                   = data.aws_iam_policy_document.record_key.json
  tags                     = var.tags
}

resource "aws_kms_alias" "records" {
  count = var.create_record_key ? 1 : 0

  name          = "alias/${coalesce(var.key_alias, var.bucket)}-records"
  target_key_id = one(aws_kms_key.records).key_id
}

# --- The bucket ----------------------------------------------------------------------------------

resource "aws_s3_bucket" "this" {
  bucket        = var.bucket
  force_destroy = false
  tags          = var.tags

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days           = var.noncurrent_version_days
      newer_noncurrent_versions = 10
    }

    # Each released lock file leaves a delete marker, one per run.
    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  # Plans between review and apply: they contain values of the state and soon become stale.
  rule {
    id     = "plans"
    status = "Enabled"

    filter {
      prefix = "plans/"
    }

    expiration {
      days = 7
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_logging" "this" {
  count = var.access_log_bucket == null ? 0 : 1

  bucket        = aws_s3_bucket.this.id
  target_bucket = var.access_log_bucket
  target_prefix = "${var.bucket}/"
}

data "aws_iam_policy_document" "bucket" {
  statement {
    sid       = "OnlyOverTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  dynamic "statement" {
    for_each = var.require_key ? ["require_key"] : []

    content {
      sid       = "OnlyEncryptedWithKms"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = ["${aws_s3_bucket.this.arn}/*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }

      condition {
        test     = "StringNotEquals"
        variable = "s3:x-amz-server-side-encryption"
        values   = ["aws:kms"]
      }

      # Uploads that request no encryption are accepted: the bucket encrypts them with the key by default.
      condition {
        test     = "Null"
        variable = "s3:x-amz-server-side-encryption"
        values   = ["false"]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.bucket.json

  # S3 rejects concurrent changes of a bucket's access settings.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
