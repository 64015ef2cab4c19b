"""Cognito's PostConfirmation and PostAuthentication triggers: a user without group and profile gets them."""
