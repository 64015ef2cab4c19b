/** The session: configuration, sign-in and sign-out. */
import { signal } from '@preact/signals';
import { inWords } from '../api/errors';
import { configureAuthentication, isSignedIn, leave } from '../auth';
import { loadConfiguration, loadDemonstration } from '../configuration';
import type { Configuration, Demonstration } from '../configuration';
import { Chat } from './chat';
import { dialog } from './panels';

export type Session =
  | { readonly kind: 'starting' }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'signed out'; readonly demonstration: Demonstration | undefined }
  | { readonly kind: 'signed in'; readonly chat: Chat };

export const session = signal<Session>({ kind: 'starting' });

let configuration: Configuration | undefined;
let demonstration: Demonstration | undefined;

export async function startSession(): Promise<void> {
  session.value = { kind: 'starting' };
  try {
    configuration = await loadConfiguration();
    configureAuthentication(configuration);
    demonstration = await loadDemonstration(configuration);
    if (await isSignedIn()) {
      await enterChat();
    } else {
      session.value = { kind: 'signed out', demonstration };
    }
  } catch (error) {
    session.value = { kind: 'broken', message: inWords(error) };
  }
}

/** After signing in. */
export async function enterChat(): Promise<void> {
  if (configuration !== undefined) {
    session.value = { kind: 'signed in', chat: await Chat.start(configuration) };
  }
}

export async function signOutOfChat(): Promise<void> {
  dialog.value = undefined;
  if (session.value.kind === 'signed in') {
    await session.value.chat.close();
  }
  await leave();
  session.value = { kind: 'signed out', demonstration };
}
