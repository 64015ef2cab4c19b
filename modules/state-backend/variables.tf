variable "bucket" {
  description = "Name of the bucket for Terraform's state: 3-63 of a-z, 0-9 and '-'."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3-63 of a-z, 0-9 and '-', and begin and end with a letter or digit."
  }
}

variable "key_alias" {
  description = "Alias of the KMS key, without 'alias/'. Default: the bucket's name."
  type        = string
  default     = null

  validation {
    condition     = var.key_alias == null || can(regex("^[A-Za-z0-9/_-]{1,250}$", var.key_alias))
    error_message = "key_alias must be 1-250 of letters, digits, '/', '_' and '-'."
  }

  validation {
    condition     = var.key_alias == null || !startswith(coalesce(var.key_alias, "-"), "aws/")
    error_message = "key_alias must not begin with 'aws/', which is reserved for AWS managed keys."
  }
}

variable "create_record_key" {
  description = "Whether the module creates an HMAC key that authenticates records of plans and deployments."
  type        = bool
  default     = false
  nullable    = false
}

variable "record_verifier_account_ids" {
  description = "Ids of other accounts whose principals may verify records with the record key, if their own policies allow it."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.record_verifier_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "record_verifier_account_ids must be account ids of 12 digits."
  }
}

variable "noncurrent_version_days" {
  description = "Days after which old versions of a state are deleted. The ten newest old versions are kept longer."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.noncurrent_version_days >= 30 && floor(var.noncurrent_version_days) == var.noncurrent_version_days
    error_message = "noncurrent_version_days must be a whole number, at least 30, because old versions are needed to repair a state."
  }
}

variable "require_key" {
  description = "Whether the bucket rejects uploads that request encryption other than KMS. Without kms_key_id, Terraform's S3 backend requests S3's own encryption, so enable this when every backend sets kms_key_id."
  type        = bool
  default     = false
  nullable    = false
}

variable "access_log_bucket" {
  description = "Bucket for S3's access logs. Its policy must allow them. Default: none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the bucket and the key, besides the provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
