/** Tests of the steps of a sign-in, with Amplify's answers. */
import { beforeEach, expect, test, vi } from 'vitest';
import { replaceTemporaryPassword, signIn } from '../src/auth';
import { attributeLabel } from '../src/components/new-password';

const amplify = vi.hoisted(() => ({ signIn: vi.fn(), confirmSignIn: vi.fn(), signOut: vi.fn() }));
vi.mock('aws-amplify/auth', () => amplify);

const EMAIL = 'grace@example.com';
const DONE = { isSignedIn: true, nextStep: { signInStep: 'DONE' } };

beforeEach(() => vi.resetAllMocks());

test.each([
  [{ signInStep: 'DONE' }, { kind: 'done' }],
  [{ signInStep: 'CONFIRM_SIGN_UP' }, { kind: 'confirm' }],
  [{ signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED' }, { kind: 'new password', missing: [] }],
  [
    { signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED', missingAttributes: ['name'] },
    { kind: 'new password', missing: ['name'] },
  ],
])('a sign-in continues with the step that Cognito requires', async (nextStep, expected) => {
  amplify.signIn.mockResolvedValue({ isSignedIn: false, nextStep });
  expect(await signIn(EMAIL, 'temporary')).toEqual(expected);
});

test('a step that the client does not support is named', async () => {
  amplify.signIn.mockResolvedValue({ isSignedIn: false, nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_SMS_CODE' } });
  await expect(signIn(EMAIL, 'temporary')).rejects.toThrow('CONFIRM_SIGN_IN_WITH_SMS_CODE');
});

test('a temporary password is replaced, and the new password is used for a sign-in of its own', async () => {
  amplify.confirmSignIn.mockResolvedValue(DONE);
  amplify.signIn.mockResolvedValue(DONE);
  expect(await replaceTemporaryPassword(EMAIL, 'mine', { name: 'Grace' })).toEqual({ kind: 'done' });
  expect(amplify.confirmSignIn).toHaveBeenCalledWith({ challengeResponse: 'mine', options: { userAttributes: { name: 'Grace' } } });
  expect(amplify.signIn).toHaveBeenCalledWith({ username: EMAIL, password: 'mine', options: { authFlowType: 'USER_SRP_AUTH' } });
  const [signedOut] = amplify.signOut.mock.invocationCallOrder;
  const [signedIn] = amplify.signIn.mock.invocationCallOrder;
  expect(signedOut).toBeLessThan(signedIn ?? 0);
});

test('a refused new password keeps the step', async () => {
  amplify.confirmSignIn.mockRejectedValue(new Error('Password did not conform with policy'));
  await expect(replaceTemporaryPassword(EMAIL, 'short', {})).rejects.toThrow('did not conform');
  expect(amplify.signIn).not.toHaveBeenCalled();
});

test.each([
  ['name', 'Your name'],
  ['phone_number', 'Phone number'],
  ['custom:employee_id', 'Employee id'],
])('the attribute %s is labelled %s', (name, label) => {
  expect(attributeLabel(name)).toBe(label);
});
