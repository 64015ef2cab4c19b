/**
 * Text in characters, which are Unicode code points, as the backend counts and truncates them
 * (`graphql/shared/characters.js`); both implementations are tested with `tests/characters.json`.
 */
const EXTENDING = /^[\p{M}\u200d\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]/u;
const JOINER = '\u200d';
const FLAG_LETTER = /^[\u{1f1e6}-\u{1f1ff}]/u;
const REJECTED = /[\p{Cc}\p{Cs}]/gu;

export function characterCount(text: string): number {
  return Array.from(text).length;
}

/** @returns the text, or its first `maxLength` characters; it is not cut within a grapheme if possible. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) {
    return text;
  }
  const characters = Array.from(text);
  return characters.length <= maxLength ? text : characters.slice(0, boundaryBefore(characters, maxLength)).join('');
}

/** @returns the text, or its last `maxLength` characters, such as the extension of a file name. */
export function cutToEnd(text: string, maxLength: number): string {
  const characters = Array.from(text);
  const minStart = characters.length - maxLength;
  if (minStart <= 0) {
    return text;
  }
  const start = characters.findIndex((_, index) => index >= minStart && !isContinued(characters, index));
  return characters.slice(start < 0 ? minStart : start).join('');
}

/** @returns a line of text without the characters that the backend rejects. */
export function withoutRejectedCharacters(text: string): string {
  return text.replaceAll(REJECTED, '');
}

function boundaryBefore(characters: readonly string[], maxLength: number): number {
  const start = characters.findLastIndex((_, index) => index <= maxLength && !isContinued(characters, index));
  return start > 0 ? start : maxLength;
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
