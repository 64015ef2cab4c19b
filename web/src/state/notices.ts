/** Notices to the user that disappear after some seconds or when dismissed. */
import { signal } from '@preact/signals';
import { errorMessage } from '../api/errors';

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly isError: boolean;
}

export const notices = signal<readonly Notice[]>([]);

const INFO_MILLISECONDS = 6_000;
const ERROR_MILLISECONDS = 12_000;
let lastId = 0;

export function showNotice(text: string, isError = false): void {
  lastId += 1;
  const notice = { id: lastId, text, isError };
  notices.value = [...notices.value.filter((other) => other.text !== text), notice];
  setTimeout(() => dismiss(notice.id), isError ? ERROR_MILLISECONDS : INFO_MILLISECONDS);
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
    showNotice(errorMessage(error), true);
    return false;
  }
}
