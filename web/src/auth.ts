/** Who is signed in: Amplify's Cognito client, and nothing else of Amplify. */
import { Amplify } from 'aws-amplify';
import {
  confirmSignUp,
  fetchAuthSession,
  getCurrentUser,
  resendSignUpCode,
  signIn,
  signOut,
  signUp,
} from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { ConsoleLogger, sessionStorage as storageOfThisTab } from 'aws-amplify/utils';
import { ApiError } from './api/errors';
import type { Configuration } from './configuration';

export type SignInStep = 'done' | 'confirm';

/** Prepares Amplify. On a local backend each tab is somebody of its own, so that one browser can hold a conversation. */
export function configureAuthentication(configuration: Configuration): void {
  ConsoleLogger.LOG_LEVEL = 'ERROR'; // it warns of every user pool that is not AWS's own
  const { userPoolId, userPoolClientId, userPoolEndpoint } = configuration;
  Amplify.configure({
    Auth: { Cognito: { userPoolId, userPoolClientId, ...(userPoolEndpoint === undefined ? {} : { userPoolEndpoint }) } },
  });
  if (configuration.demonstration !== undefined) {
    cognitoUserPoolsTokenProvider.setKeyValueStorage(storageOfThisTab);
  }
}

/** The access token, refreshed when it is about to end. */
export async function accessToken(): Promise<string> {
  const { tokens } = await fetchAuthSession();
  if (tokens === undefined) {
    throw new ApiError('UnauthorizedException', 'You are not signed in any more.');
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
export async function enter(email: string, password: string): Promise<SignInStep> {
  const { nextStep } = await signIn({ username: email, password, options: { authFlowType: 'USER_SRP_AUTH' } });
  if (nextStep.signInStep === 'DONE') {
    return 'done';
  }
  if (nextStep.signInStep === 'CONFIRM_SIGN_UP') {
    return 'confirm';
  }
  throw new Error(`This account asks for a further step (${nextStep.signInStep}), which this client does not have.`);
}

export async function register(name: string, email: string, password: string): Promise<void> {
  await signUp({ username: email, password, options: { userAttributes: { email, name } } });
}

export async function confirm(email: string, code: string): Promise<void> {
  await confirmSignUp({ username: email, confirmationCode: code });
}

export async function resendCode(email: string): Promise<void> {
  await resendSignUpCode({ username: email });
}

export async function leave(): Promise<void> {
  await signOut();
}
