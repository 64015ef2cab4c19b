/** The current time as a signal, for typing indicators, presence and mutes. */
import { signal } from '@preact/signals';

const STEP_MILLISECONDS = 1_000;

export const now = signal(Date.now());

setInterval(() => {
  if (document.visibilityState === 'visible') {
    now.value = Date.now();
  }
}, STEP_MILLISECONDS);
