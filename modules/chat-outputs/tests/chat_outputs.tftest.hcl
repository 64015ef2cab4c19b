# The outputs of a chat, tested with an overridden state.

override_data {
  target = data.terraform_remote_state.chat
  values = {
    outputs = {
      GraphQLAPIId      = "abc"
      GraphQLAPIURL     = "https://abc.example.com/graphql"
      Region            = "eu-west-1"
      UserPoolId        = "eu-west-1_abc"
      UserPoolClientId  = "client"
      MessagesTableName = "chat-messages-dev"
      RoomsTableName    = "chat-rooms-dev"
    }
  }
}

variables {
  bucket      = "acme-state"
  region      = "eu-west-1"
  environment = "dev"
}

run "outputs_are_passed_on" {
  assert {
    condition     = output.graphql_api_id == "abc" && output.graphql_api_url == "https://abc.example.com/graphql"
    error_message = "the API's outputs must be the state's"
  }

  assert {
    condition     = output.user_pool_id == "eu-west-1_abc" && output.user_pool_client_id == "client" && output.region == "eu-west-1"
    error_message = "the user pool's outputs must be the state's"
  }

  assert {
    condition     = output.table_names == tomap({ messages = "chat-messages-dev", rooms = "chat-rooms-dev" })
    error_message = "table names must have the table as key"
  }

  assert {
    condition     = output.graphql_api_key == null
    error_message = "the API key must be null without one"
  }

  assert {
    condition     = data.terraform_remote_state.chat.workspace == "dev"
    error_message = "the workspace must be the environment"
  }
}

run "the_state_of_another_account_is_read_with_a_role" {
  variables {
    role_arn = "arn:aws:iam::111122223333:role/read-state"
  }

  assert {
    condition     = data.terraform_remote_state.chat.config.assume_role.role_arn == "arn:aws:iam::111122223333:role/read-state"
    error_message = "the role must be assumed"
  }
}

run "a_missing_chat_is_reported" {
  command = plan

  override_data {
    target = data.terraform_remote_state.chat
    values = { outputs = {} }
  }

  expect_failures = [data.terraform_remote_state.chat]
}

run "an_invalid_environment_is_rejected" {
  command = plan

  variables {
    environment = "Production"
  }

  expect_failures = [var.environment]
}

run "an_invalid_region_is_rejected" {
  command = plan

  variables {
    region = "Ireland"
  }

  expect_failures = [var.region]
}
