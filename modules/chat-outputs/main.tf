data "terraform_remote_state" "chat" {
  backend   = "s3"
  workspace = var.environment

  config = merge(
    {
      bucket               = var.bucket
      region               = var.region
      key                  = var.key
      workspace_key_prefix = var.workspace_key_prefix
    },
    var.role_arn == null ? {} : { assume_role = { role_arn = var.role_arn } },
    var.backend_options,
  )

  lifecycle {
    postcondition {
      condition     = can(self.outputs.GraphQLAPIId)
      error_message = "The bucket ${var.bucket} has no state of a chat at ${var.workspace_key_prefix}/${var.environment}/${var.key}. Apply the chat first, or correct bucket, environment or key."
    }
  }
}

locals {
  outputs = data.terraform_remote_state.chat.outputs
}
