/**
 * Differences of APPSYNC_JS from JavaScript: AWS AppSync developer guide, "Supported runtime features".
 *
 * `JSON.parse` of invalid JSON returns an empty string. `replace` and `replaceAll` accept Java's regular expressions as
 * text, and Java's replacements. The library itself uses the originals: it has its own `JSON`, and passes regular
 * expressions and functions, which resolver code cannot do.
 */
import { javaPattern, javaReplacement } from './java_pattern.mjs';

const { parse, stringify } = JSON;
const everything = globalThis;
const originalReplace = Function.prototype.call.bind(String.prototype.replace);
const originalReplaceAll = Function.prototype.call.bind(String.prototype.replaceAll);

const PLAIN = /^[^\\^$.|?*+()[\]{}]*$/;

function parseOrBlank(text, reviver) {
  try {
    return parse(text, reviver);
  } catch {
    return '';
  }
}

function replaced(text, pattern, replacement, original, flags) {
  if (typeof pattern !== 'string' || typeof replacement === 'function') return original(text, pattern, replacement);
  const changed = String(replacement);
  if (PLAIN.test(pattern) && PLAIN.test(changed)) return original(text, pattern, changed);
  const found = javaPattern(pattern);
  const count = new RegExp(`${found.source}|`, found.flags).exec('').length - 1;
  return originalReplace(text, new RegExp(found.source, `${found.flags}${flags}`), javaReplacement(changed, count));
}

const methods = {
  replace(pattern, replacement) {
    return replaced(this, pattern, replacement, originalReplace, '');
  },
  replaceAll(pattern, replacement) {
    return replaced(this, pattern, replacement, originalReplaceAll, 'g');
  },
};

/** Change the language for resolver code as AppSync does. */
export function adaptLanguage() {
  Object.defineProperty(everything, 'JSON', { value: { parse: parseOrBlank, stringify }, writable: true, configurable: true });
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(String.prototype, name, { value, writable: true, configurable: true });
  }
}
