/** The time, as a signal: what ends by itself (typing, presence, "2 min ago") is judged by it. */
import { signal } from '@preact/signals';

const STEP_MILLISECONDS = 1_000;

export const now = signal(Date.now());

setInterval(() => {
  if (document.visibilityState === 'visible') {
    now.value = Date.now();
  }
}, STEP_MILLISECONDS);
