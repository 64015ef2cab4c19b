/** `runtime`: AWS AppSync developer guide, "Runtime utilities". */
import { EarlyReturn } from './signals.mjs';

export const runtime = {
  /** End the handler with a result. `runner.mjs` determines which steps are skipped. */
  earlyReturn(value, options) {
    throw new EarlyReturn(value, options?.skipTo ?? null);
  },
};
