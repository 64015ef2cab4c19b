/** Short messages to the user that go away by themselves, or when they are closed. */
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

/** Does something the user asked for; tells in words when it does not work. Returns whether it did. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    tell(inWords(error), true);
    return false;
  }
}
