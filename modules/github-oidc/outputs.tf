output "provider_arn" {
  description = "ARN of the OIDC provider: `existing_provider_arn` for other repositories of the account."
  value       = local.provider_arn
}

output "plan_role_arn" {
  description = "ARN of the plan role: the repository variable AWS_PLAN_ROLE_<ENVIRONMENT> of the workflows."
  value       = aws_iam_role.plan.arn
}

output "pull_request_role_arn" {
  description = "ARN of the role for plans of pull requests: the repository variable AWS_PULL_REQUEST_ROLE_<ENVIRONMENT> of the workflows."
  value       = aws_iam_role.pull_request.arn
}

output "apply_role_arns" {
  description = "ARNs of the apply roles by environment: the variable AWS_APPLY_ROLE of each GitHub environment."
  value       = { for name, role in aws_iam_role.apply : name => role.arn }
}

output "subjects" {
  description = "The exact `sub` claims that each role accepts, by role: plan, pull-request, and apply-<environment>."
  value       = local.subjects
}
