"""Cognito's PostConfirmation trigger: a user who has confirmed a sign-up gets a group and a profile."""
