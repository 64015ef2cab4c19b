/** `runtime`: AWS AppSync developer guide, "Runtime utilities". */
import { EarlyReturn } from './signals.mjs';

export const runtime = {
  /** End the handler with a result; what is skipped with it is decided by where it was called (`runner.mjs`). */
  earlyReturn(value, options) {
    throw new EarlyReturn(value, options?.skipTo ?? null);
  },
};
