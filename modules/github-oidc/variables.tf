variable "repository" {
  description = "GitHub repository whose workflows may assume the roles, as owner/name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository must be owner/name, without wildcards."
  }
}

variable "repository_ids" {
  description = "Numeric ids of the owner and the repository, for the immutable form of `sub` that repositories created since July 2026 use: gh api repos/OWNER/NAME --jq '{owner: .owner.id, repository: .id}'."
  type = object({
    owner      = number
    repository = number
  })
  default = null

  validation {
    condition = var.repository_ids == null || alltrue([
      for id in values(coalesce(var.repository_ids, { owner = 1, repository = 1 })) : id > 0 && floor(id) == id
    ])
    error_message = "repository_ids must be whole numbers."
  }
}

variable "accept_names" {
  description = "Whether the older form of `sub`, with names only, is accepted as well. By default, it is accepted only without repository_ids, because others can take a name after a rename."
  type        = bool
  default     = null

  validation {
    condition     = var.accept_names != false || var.repository_ids != null
    error_message = "Without repository_ids, names are the only form: set repository_ids, or omit accept_names."
  }
}

variable "default_branch" {
  description = "Branch whose workflows may plan: deployments, and drift detection."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]+$", var.default_branch))
    error_message = "default_branch must be the name of one branch, without wildcards."
  }
}

variable "existing_provider_arn" {
  description = "ARN of the account's OIDC provider for GitHub, if it exists. An account can have only one. By default, the module creates it."
  type        = string
  default     = null

  validation {
    condition     = var.existing_provider_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$", var.existing_provider_arn))
    error_message = "existing_provider_arn must be the ARN of the provider token.actions.githubusercontent.com."
  }
}

variable "app_name" {
  description = "Prefix of the names of all resources that the apply roles may change: <app_name>-<component>-<environment>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.app_name)) && length(var.app_name) <= 20
    error_message = "app_name must be 2-20 of a-z, 0-9 and single '-', beginning with a letter."
  }
}

variable "environments" {
  description = "GitHub environments, which are also Terraform workspaces. Each has its own apply role."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.environments) > 0 && alltrue([for name in var.environments : can(regex("^[a-z][a-z0-9]{1,11}$", name))])
    error_message = "environments must contain at least one name, each 2-12 of a-z and 0-9, beginning with a letter."
  }
}

variable "plan_role_name" {
  description = "Name of the plan role. Default: <app_name>-plan."
  type        = string
  default     = null

  validation {
    condition     = var.plan_role_name == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.plan_role_name))
    error_message = "plan_role_name must be a role name."
  }
}

variable "pull_request_role_name" {
  description = "Name of the role for plans of pull requests. Default: <app_name>-pull-request."
  type        = string
  default     = null

  validation {
    condition     = var.pull_request_role_name == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.pull_request_role_name))
    error_message = "pull_request_role_name must be a role name."
  }
}

variable "record_key_arn" {
  description = "ARN of the HMAC key that authenticates records of plans and deployments: record_key_arn of the module state-backend. Default: none."
  type        = string
  default     = null
}

variable "state" {
  description = "Location of the states: the bucket's ARN, the ARN of its KMS key (null for S3's own encryption), and the folder with one folder per workspace."
  type = object({
    bucket_arn           = string
    kms_key_arn          = optional(string)
    workspace_key_prefix = optional(string, "environments")
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:s3:::[a-z0-9.-]+$", var.state.bucket_arn))
    error_message = "state.bucket_arn must be the ARN of a bucket."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the permissions boundary of the roles. Default: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of a policy."
  }
}

variable "apply_policy_arns" {
  description = "Additional policies of the apply roles, for resources that you add to the stack."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "tags" {
  description = "Tags of the provider and the roles, besides the AWS provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
