/** Sign-in, sign-up, confirmation of the email address, and replacement of a temporary password. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { errorMessage } from '../api/errors';
import { confirmEmail, replaceTemporaryPassword, resendCode, signIn, signUp } from '../auth';
import type { SignInStep } from '../auth';
import type { Demo } from '../configuration';
import { openChat } from '../state/session';
import { Avatar, ErrorMessage } from './basics';
import { Logo } from './icons';
import { NewPassword } from './new-password';

type Step = 'sign in' | 'sign up' | 'confirm' | 'new password';

const TITLES: Record<Step, string> = {
  'sign in': 'Sign in',
  'sign up': 'Create account',
  confirm: 'Confirm your email',
  'new password': 'Choose a password',
};

interface SignInProps {
  readonly demo: Demo | undefined;
}

export function SignIn({ demo }: SignInProps): JSX.Element {
  const [step, setStep] = useState<Step>('sign in');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [attributes, setAttributes] = useState<Readonly<Record<string, string>>>({});
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string>();

  const run = async (action: () => Promise<void>): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      await action();
    } catch (error) {
      setError(errorMessage(error));
    } finally {
      setIsBusy(false);
    }
  };
  const proceed = async (next: SignInStep): Promise<void> => {
    if (next.kind === 'done') {
      await openChat();
      return;
    }
    if (next.kind === 'new password') {
      setNewPassword('');
      setAttributes(Object.fromEntries(next.missing.map((attribute) => [attribute, ''])));
    }
    setStep(next.kind);
  };
  const authenticate = async (username: string, secret: string): Promise<void> => proceed(await signIn(username, secret));
  const submit = (event: Event): void => {
    event.preventDefault();
    void run(async () => {
      if (step === 'sign up') {
        await signUp(name, email, password);
        setStep('confirm');
      } else if (step === 'new password') {
        await proceed(await replaceTemporaryPassword(email, newPassword, attributes));
      } else {
        if (step === 'confirm') {
          await confirmEmail(email, code.trim());
        }
        await authenticate(email, password);
      }
    });
  };
  return (
    <main class="sign-in">
      <header>
        <Logo />
        <h1>Parley</h1>
        <p>Real-time chat with rooms and threads.</p>
      </header>
      <form class="card" onSubmit={submit}>
        <h2>{TITLES[step]}</h2>
        {error !== undefined && <ErrorMessage>{error}</ErrorMessage>}
        {step === 'sign up' && (
          <label class="field">
            Your name
            <input required maxLength={50} autoComplete="name" value={name} onInput={(event) => setName(event.currentTarget.value)} />
          </label>
        )}
        {step === 'new password' && (
          <NewPassword
            email={email}
            password={newPassword}
            onPassword={setNewPassword}
            attributes={attributes}
            onAttribute={(name, value) => setAttributes({ ...attributes, [name]: value })}
          />
        )}
        {step === 'confirm' && (
          <>
            <p>We sent a code to {email}.</p>
            {demo !== undefined && (
              <p class="hint">The local AWS sends no email. The code is {demo.confirmationCode}.</p>
            )}
            <label class="field">
              Code
              <input
                required
                inputMode="numeric"
                autoComplete="one-time-code"
                value={code}
                onInput={(event) => setCode(event.currentTarget.value)}
              />
            </label>
          </>
        )}
        {(step === 'sign in' || step === 'sign up') && (
          <>
            <label class="field">
              Email address
              <input
                required
                type="email"
                autoComplete="username"
                value={email}
                onInput={(event) => setEmail(event.currentTarget.value.trim())}
              />
            </label>
            <label class="field">
              Password
              <input
                required
                type="password"
                autoComplete={step === 'sign up' ? 'new-password' : 'current-password'}
                value={password}
                onInput={(event) => setPassword(event.currentTarget.value)}
              />
            </label>
          </>
        )}
        <button type="submit" class="button primary wide" disabled={isBusy}>
          {isBusy ? 'Please wait …' : TITLES[step]}
        </button>
        <p class="card-links">
          {step === 'confirm' && (
            <button type="button" class="link" onClick={() => void run(() => resendCode(email))}>
              Resend code
            </button>
          )}
          {step === 'sign in' ? (
            <button type="button" class="link" onClick={() => setStep('sign up')}>
              Create an account
            </button>
          ) : (
            <button type="button" class="link" onClick={() => setStep('sign in')}>
              Back to sign-in
            </button>
          )}
        </p>
      </form>
      {demo !== undefined && step === 'sign in' && (
        <section class="card demo-users" aria-label="Demo users">
          <h2>Or sign in as a demo user</h2>
          {demo.users.map((user) => (
            <button
              key={user.username}
              type="button"
              class="button wide"
              disabled={isBusy}
              onClick={() => void run(() => authenticate(user.username, user.password))}
            >
              <Avatar id={user.username} name={user.name} /> {user.name}
            </button>
          ))}
          <p class="hint">For development only. Each tab has its own session: open a second tab for the other user.</p>
        </section>
      )}
    </main>
  );
}
