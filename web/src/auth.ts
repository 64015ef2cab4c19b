/** Authentication with Amplify's Cognito client. */
import { Amplify } from 'aws-amplify';
import {
  confirmSignIn,
  confirmSignUp,
  fetchAuthSession,
  getCurrentUser,
  resendSignUpCode,
  signIn as amplifySignIn,
  signOut as amplifySignOut,
  signUp as amplifySignUp,
} from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { ConsoleLogger, sessionStorage as tabStorage } from 'aws-amplify/utils';
import { ApiError } from './api/errors';
import type { Configuration } from './configuration';

/** What a sign-in requires next. `missing` are the names of attributes that the user pool requires and the user lacks. */
export type SignInStep =
  | { readonly kind: 'done' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'new password'; readonly missing: readonly string[] };

/** Configures Amplify. With the local AWS, each tab has its own session, so that one browser can show several users. */
export function configureAuthentication(configuration: Configuration): void {
  ConsoleLogger.LOG_LEVEL = 'ERROR'; // otherwise it warns of every user pool outside of AWS
  const { userPoolId, userPoolClientId, userPoolEndpoint } = configuration;
  Amplify.configure({
    Auth: { Cognito: { userPoolId, userPoolClientId, ...(userPoolEndpoint === undefined ? {} : { userPoolEndpoint }) } },
  });
  if (configuration.demoUrl !== undefined) {
    cognitoUserPoolsTokenProvider.setKeyValueStorage(tabStorage);
  }
}

/** Returns the access token, refreshed if it is about to expire. */
export async function accessToken(): Promise<string> {
  const { tokens } = await fetchAuthSession();
  if (tokens === undefined) {
    throw new ApiError('UnauthorizedException', 'Your session has expired.');
  }
  return tokens.accessToken.toString();
}

export async function isSignedIn(): Promise<boolean> {
  try {
    await getCurrentUser();
    return true;
  } catch {
    return false;
  }
}

/** Signs in by SRP: the password never leaves the browser. */
export async function signIn(email: string, password: string): Promise<SignInStep> {
  const { nextStep } = await amplifySignIn({ username: email, password, options: { authFlowType: 'USER_SRP_AUTH' } });
  switch (nextStep.signInStep) {
    case 'DONE':
      return { kind: 'done' };
    case 'CONFIRM_SIGN_UP':
      return { kind: 'confirm' };
    case 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED':
      return { kind: 'new password', missing: nextStep.missingAttributes ?? [] };
    default:
      throw new Error(`This account requires a sign-in step (${nextStep.signInStep}) that this app does not support.`);
  }
}

/**
 * Replaces the temporary password of an account that an administrator created, and signs in with the new one. The
 * second sign-in is necessary because AWS does not document whether Cognito invokes the trigger that creates the profile
 * after this step. It invokes the trigger at every sign-in with a password.
 */
export async function replaceTemporaryPassword(
  email: string,
  password: string,
  userAttributes: Readonly<Record<string, string>>,
): Promise<SignInStep> {
  const { isSignedIn } = await confirmSignIn({ challengeResponse: password, options: { userAttributes } });
  if (isSignedIn) {
    await amplifySignOut();
  }
  return signIn(email, password);
}

export async function signUp(name: string, email: string, password: string): Promise<void> {
  await amplifySignUp({ username: email, password, options: { userAttributes: { email, name } } });
}

export async function confirmEmail(email: string, code: string): Promise<void> {
  await confirmSignUp({ username: email, confirmationCode: code });
}

export async function resendCode(email: string): Promise<void> {
  await resendSignUpCode({ username: email });
}

export async function signOut(): Promise<void> {
  await amplifySignOut();
}
