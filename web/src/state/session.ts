/** The session: configuration, sign-in and sign-out. */
import { signal } from '@preact/signals';
import { errorMessage } from '../api/errors';
import { configureAuthentication, isSignedIn, signOut } from '../auth';
import { loadConfiguration, loadDemo } from '../configuration';
import type { Configuration, Demo } from '../configuration';
import { Chat } from './chat';
import { dialog } from './panels';

export type Session =
  | { readonly kind: 'starting' }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'signed out'; readonly demo: Demo | undefined }
  | { readonly kind: 'signed in'; readonly chat: Chat };

export const session = signal<Session>({ kind: 'starting' });

let configuration: Configuration | undefined;
let demo: Demo | undefined;

export async function startSession(): Promise<void> {
  session.value = { kind: 'starting' };
  try {
    configuration = await loadConfiguration();
    configureAuthentication(configuration);
    demo = await loadDemo(configuration);
    if (await isSignedIn()) {
      await openChat();
    } else {
      session.value = { kind: 'signed out', demo };
    }
  } catch (error) {
    session.value = { kind: 'broken', message: errorMessage(error) };
  }
}

/** After signing in. */
export async function openChat(): Promise<void> {
  if (configuration !== undefined) {
    session.value = { kind: 'signed in', chat: await Chat.start(configuration) };
  }
}

export async function endSession(): Promise<void> {
  dialog.value = undefined;
  if (session.value.kind === 'signed in') {
    await session.value.chat.close();
  }
  await signOut();
  session.value = { kind: 'signed out', demo };
}
