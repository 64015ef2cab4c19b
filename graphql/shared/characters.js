/**
 * Text functions that count characters, which are Unicode code points: an emoji such as 👍 is one character, but two of
 * the units that `length` and `slice` count. `lambdas/common/characters.py` and `web/src/characters.ts` have the same
 * rules; `tests/characters.json` tests all three.
 *
 * Patterns have the same meaning in Java (AppSync) and in JavaScript: `(?![\\s\\S])` is the end of the text, because
 * `$` in Java also matches before a last line break; `\\p{Cs}` is an unpaired surrogate.
 */
import { util } from '@aws-appsync/utils';

/** Control characters that multi-line text may contain: tab, line feed, carriage return. */
const layout = '\\t\\n\\r';
const notInTexts = '\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\p{Cs}';

const joiner = '\u200d';
/** Characters that extend the previous one, in addition to marks: skin tones, and the tags of flags. */
const extensions = [
  { first: '\u{1f3fb}', last: '\u{1f3ff}' },
  { first: '\u{e0020}', last: '\u{e007f}' },
];

/**
 * @param {string} pattern without anchors
 * @param {string} text
 * @returns {boolean} whether the pattern matches the whole text
 */
export function isWhole(pattern, text) {
  return util.matches(`^(?:${pattern})(?![\\s\\S])`, text);
}

/**
 * @param {string} text
 * @returns {boolean} whether it has no control characters, including tabs and line breaks, and no unpaired surrogates
 */
export function isLine(text) {
  return isWhole(`[^${notInTexts}${layout}]*`, text);
}

/**
 * @param {string} text
 * @returns {boolean} like isLine, but tabs and line breaks are allowed
 */
export function isText(text) {
  return isWhole(`[^${notInTexts}]*`, text);
}

/**
 * @param {string} text
 * @param {number} longest maximum length in characters
 * @returns {boolean}
 */
export function isWithin(text, longest) {
  // A text has at most as many characters as units.
  return text.length <= longest || isWhole(`[\\s\\S]{0,${longest}}`, text);
}

/**
 * Shortens a text between two characters and, if possible, not within a grapheme: letters with their marks, emoji of
 * several parts, flags. Never fails, whatever the text.
 *
 * @param {string} text
 * @param {number} longest maximum length in characters
 * @returns {string} the text, truncated if it is longer
 */
export function cut(text, longest) {
  if (text.length <= longest) {
    return text;
  }
  const characters = charactersOf(text.slice(0, 2 * (longest + 1)));
  if (characters.length <= longest) {
    return text;
  }
  const start = characters.findLastIndex((_, index) => index <= longest && !isContinued(characters, index));
  // If the first grapheme exceeds the limit, the cut is within it.
  return characters.slice(0, start > 0 ? start : longest).join('');
}

/**
 * @param {string} text
 * @returns {string[]}
 */
function charactersOf(text) {
  /** @type {string[]} */
  const characters = [];
  for (const unit of text.split('')) {
    const last = characters.length - 1;
    const before = characters[last] ?? '';
    if (unit >= '\udc00' && unit <= '\udfff' && before.length === 1 && before >= '\ud800' && before <= '\udbff') {
      characters[last] = `${before}${unit}`;
    } else {
      characters.push(unit);
    }
  }
  return characters;
}

/**
 * @param {string[]} characters
 * @param {number} index
 * @returns {boolean} whether the character belongs to the one before it
 */
function isContinued(characters, index) {
  const character = characters[index] ?? '';
  if (index === 0) {
    return false;
  }
  const isExtending =
    character === joiner ||
    extensions.some(({ first, last }) => character >= first && character <= last) ||
    util.matches('^\\p{M}', character);
  return isExtending || characters[index - 1] === joiner || endsFlag(characters, index);
}

/**
 * @param {string[]} characters
 * @param {number} index
 * @returns {boolean} whether the character is the second of the two regional indicators of a flag
 */
function endsFlag(characters, index) {
  if (!isFlagLetter(characters[index] ?? '')) {
    return false;
  }
  const before = characters.slice(0, index);
  const letters = index - 1 - before.findLastIndex((character) => !isFlagLetter(character));
  return letters % 2 === 1;
}

/**
 * @param {string} character
 * @returns {boolean}
 */
function isFlagLetter(character) {
  return character >= '\ud83c\udde6' && character <= '\ud83c\uddff';
}
