variable "environment" {
  description = "Environment of the chat, which is also its Terraform workspace, for example dev"
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.environment))
    error_message = "environment must be 2-12 of a-z and 0-9, beginning with a letter."
  }
}

variable "bucket" {
  description = "S3 bucket of the chat's state: `[state] bucket` in environments/<environment>.toml."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be a bucket name: 3-63 of a-z, 0-9, '-' and '.'."
  }
}

variable "region" {
  description = "Region of the bucket."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region, for example us-east-1."
  }
}

variable "key" {
  description = "Key of the state below the workspace's folder: `[state] key`."
  type        = string
  default     = "chat/terraform.tfstate"
  nullable    = false

  validation {
    condition     = can(regex("^[^/].*[^/]$", var.key))
    error_message = "key must not begin or end with '/'."
  }
}

variable "workspace_key_prefix" {
  description = "Folder with one folder per workspace: `[state] workspace_key_prefix`."
  type        = string
  default     = "environments"
  nullable    = false

  validation {
    condition     = can(regex("^[^/].*[^/]$", var.workspace_key_prefix))
    error_message = "workspace_key_prefix must not begin or end with '/'."
  }
}

variable "role_arn" {
  description = "Role to assume for reading the state, if another account owns it. The role requires s3:ListBucket, s3:GetObject and kms:Decrypt."
  type        = string
  default     = null

  validation {
    condition     = var.role_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", var.role_arn))
    error_message = "role_arn must be the ARN of a role."
  }
}

variable "backend_options" {
  description = "Additional settings of Terraform's S3 backend, for example { use_path_style = true } for an S3-compatible service."
  type        = any
  default     = {}
  nullable    = false
}
