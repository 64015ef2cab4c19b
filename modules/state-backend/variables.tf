variable "bucket" {
  description = "Name of the bucket that holds Terraform's state: 3-63 of a-z, 0-9 and '-'."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3-63 of a-z, 0-9 and '-', and begin and end with a letter or digit."
  }
}

variable "key_alias" {
  description = "Alias of the KMS key, without 'alias/'. The bucket's name when not given."
  type        = string
  default     = null

  validation {
    condition     = var.key_alias == null || can(regex("^[A-Za-z0-9/_-]{1,250}$", var.key_alias))
    error_message = "key_alias must be 1-250 of letters, digits, '/', '_' and '-'."
  }

  validation {
    condition     = var.key_alias == null || !startswith(coalesce(var.key_alias, "-"), "aws/")
    error_message = "key_alias must not begin with 'aws/', which is for keys of AWS's own."
  }
}

variable "noncurrent_version_days" {
  description = "Days after which an old version of a state is deleted; the ten newest old versions stay longer."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.noncurrent_version_days >= 30 && floor(var.noncurrent_version_days) == var.noncurrent_version_days
    error_message = "noncurrent_version_days must be a whole number, at least 30: an old version is how a state is repaired."
  }
}

variable "require_key" {
  description = "Whether the bucket refuses an upload that asks for any encryption but KMS. Terraform's S3 backend asks for S3's own when it is not given kms_key_id, so turn this on once every backend names the key."
  type        = bool
  default     = false
  nullable    = false
}

variable "access_log_bucket" {
  description = "Bucket that receives S3's access logs, which must allow it; none when not given."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags on the bucket and on the key, beside the provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
