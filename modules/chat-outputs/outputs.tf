output "graphql_api_id" {
  description = "Id of the AppSync API."
  value       = local.outputs.GraphQLAPIId
}

output "graphql_api_url" {
  description = "GraphQL endpoint."
  value       = local.outputs.GraphQLAPIURL
}

output "graphql_api_key" {
  description = "API key; null if the environment has none."
  value       = try(local.outputs.GraphQLAPIKey, null)
  sensitive   = true
}

output "region" {
  description = "Region of the chat."
  value       = local.outputs.Region
}

output "user_pool_id" {
  description = "Id of the Cognito user pool."
  value       = local.outputs.UserPoolId
}

output "user_pool_client_id" {
  description = "Id of the user pool's public web client."
  value       = local.outputs.UserPoolClientId
}

output "table_names" {
  description = "Names of the DynamoDB tables by table: { messages = \"chat-messages-dev\", ... }."
  value = tomap({
    for name, value in local.outputs : lower(trimsuffix(name, "TableName")) => value if endswith(name, "TableName")
  })
}
