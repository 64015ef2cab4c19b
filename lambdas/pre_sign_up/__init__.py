"""Cognito's PreSignUp trigger: only addresses of the allowed e-mail domains can sign up."""
