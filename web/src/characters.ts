/**
 * Text in characters, which are Unicode code points, as the backend counts and truncates them
 * (`graphql/shared/characters.js`); both implementations are tested with `tests/characters.json`.
 */
const EXTENDING = /^[\p{M}\u200d\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]/u;
const JOINER = '\u200d';
const FLAG_LETTER = /^[\u{1f1e6}-\u{1f1ff}]/u;
const REFUSED = /[\p{Cc}\p{Cs}]/gu;

export function countOf(text: string): number {
  return Array.from(text).length;
}

/** @returns the text, or its first `longest` characters; it is not cut within a grapheme if possible. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) {
    return text;
  }
  const characters = Array.from(text);
  return characters.length <= longest ? text : characters.slice(0, boundaryBefore(characters, longest)).join('');
}

/** @returns the text, or its last `longest` characters, such as the extension of a file name. */
export function cutToEnd(text: string, longest: number): string {
  const characters = Array.from(text);
  const least = characters.length - longest;
  if (least <= 0) {
    return text;
  }
  const start = characters.findIndex((_, index) => index >= least && !isContinued(characters, index));
  return characters.slice(start < 0 ? least : start).join('');
}

/** @returns a line of text without the characters that the backend rejects. */
export function cleaned(text: string): string {
  return text.replaceAll(REFUSED, '');
}

function boundaryBefore(characters: readonly string[], longest: number): number {
  const start = characters.findLastIndex((_, index) => index <= longest && !isContinued(characters, index));
  return start > 0 ? start : longest;
}

function isContinued(characters: readonly string[], index: number): boolean {
  const character = characters[index] ?? '';
  return index > 0 && (characters[index - 1] === JOINER || EXTENDING.test(character) || endsFlag(characters, index));
}

/** Two regional indicators form a flag. */
function endsFlag(characters: readonly string[], index: number): boolean {
  if (!FLAG_LETTER.test(characters[index] ?? '')) {
    return false;
  }
  const other = characters.slice(0, index).findLastIndex((character) => !FLAG_LETTER.test(character));
  return (index - 1 - other) % 2 === 1;
}
