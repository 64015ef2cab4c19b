/** Notices to the user that disappear after some seconds or when dismissed. */
import { signal } from '@preact/signals';
import { inWords } from '../api/errors';

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly isTrouble: boolean;
}

export const notices = signal<readonly Notice[]>([]);

const SHOWN_MILLISECONDS = 6_000;
const TROUBLE_MILLISECONDS = 12_000;
let lastId = 0;

export function tell(text: string, isTrouble = false): void {
  lastId += 1;
  const notice = { id: lastId, text, isTrouble };
  notices.value = [...notices.value.filter((other) => other.text !== text), notice];
  setTimeout(() => dismiss(notice.id), isTrouble ? TROUBLE_MILLISECONDS : SHOWN_MILLISECONDS);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** Runs an action of the user, and shows a notice if it fails. Returns whether it succeeded. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    tell(inWords(error), true);
    return false;
  }
}
