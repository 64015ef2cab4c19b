/** The panels and dialogs that are open. */
import { signal } from '@preact/signals';
import type { Message } from '../sync/room-view';

export type Panel =
  | { readonly kind: 'thread'; readonly rootId: string }
  | { readonly kind: 'members' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'moderation' }
  | { readonly kind: 'notifications' };

export type Dialog =
  | { readonly kind: 'create room' }
  | { readonly kind: 'browse rooms' }
  | { readonly kind: 'direct room' }
  | { readonly kind: 'invite' }
  | { readonly kind: 'profile' }
  | { readonly kind: 'account data' }
  | {
      readonly kind: 'reason';
      readonly title: string;
      readonly explanation: string;
      readonly action: string;
      readonly isRequired: boolean;
      readonly onSubmit: (reason: string) => Promise<unknown>;
    };

export const panel = signal<Panel | undefined>(undefined);
export const dialog = signal<Dialog | undefined>(undefined);
/** The message that the composer replies to or edits. */
export const composing = signal<{ readonly kind: 'reply' | 'edit'; readonly message: Message } | undefined>(undefined);
/** The message to scroll to, from a notification or a quoted reply. */
export const focusedMessageId = signal<string | undefined>(undefined);

export function togglePanel(toggled: Panel): void {
  panel.value = panel.value?.kind === toggled.kind ? undefined : toggled;
}

export function closePanels(): void {
  panel.value = undefined;
  dialog.value = undefined;
  composing.value = undefined;
}
