variable "repository" {
  description = "The GitHub repository whose workflows may come in, as owner/name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository must be owner/name, without wildcards."
  }
}

variable "repository_ids" {
  description = "GitHub's numbers of the owner and of the repository, for the immutable form of `sub` that repositories made since July 2026 have: gh api repos/OWNER/NAME --jq '{owner: .owner.id, repository: .id}'."
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
  description = "Whether the older form of `sub`, of names only, is accepted too. By default only where repository_ids are not given: a name can be taken by somebody else after a rename."
  type        = bool
  default     = null

  validation {
    condition     = var.accept_names != false || var.repository_ids != null
    error_message = "Without repository_ids names are the only form there is: give repository_ids, or leave accept_names out."
  }
}

variable "default_branch" {
  description = "Branch whose scheduled workflows may plan too, which is how drift is found."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]+$", var.default_branch))
    error_message = "default_branch must be the name of one branch, without wildcards."
  }
}

variable "existing_provider_arn" {
  description = "ARN of the account's OIDC provider for GitHub, of which an account has one at most. Made when not given."
  type        = string
  default     = null

  validation {
    condition     = var.existing_provider_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$", var.existing_provider_arn))
    error_message = "existing_provider_arn must be the ARN of the provider token.actions.githubusercontent.com."
  }
}

variable "app_name" {
  description = "First part of the names of everything the apply roles may touch: <app_name>-<component>-<environment>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.app_name)) && length(var.app_name) <= 20
    error_message = "app_name must be 2-20 of a-z, 0-9 and single '-', beginning with a letter."
  }
}

variable "environments" {
  description = "GitHub environments, which are also Terraform workspaces; each gets an apply role of its own."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.environments) > 0 && alltrue([for name in var.environments : can(regex("^[a-z][a-z0-9]{1,11}$", name))])
    error_message = "environments must name one at least, each 2-12 of a-z and 0-9, beginning with a letter."
  }
}

variable "plan_role_name" {
  description = "Name of the role for plans. <app_name>-plan when not given."
  type        = string
  default     = null

  validation {
    condition     = var.plan_role_name == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.plan_role_name))
    error_message = "plan_role_name must be a role's name."
  }
}

variable "state" {
  description = "Where the states are: the bucket's ARN, the ARN of its KMS key (null for S3's own encryption), and the folder of the workspaces' folders."
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
  description = "Policy that bounds what the roles can ever do; none when not given."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of a policy."
  }
}

variable "apply_policy_arns" {
  description = "Further policies of the apply roles, for what you add to the stack."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "tags" {
  description = "Tags on provider and roles, beside the AWS provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
