/** Truncation of texts with the cases of `tests/characters.json`, which the backend is tested with too. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withoutRejectedCharacters, characterCount, cut, cutToEnd } from '../src/characters';

interface Case {
  readonly is: string;
  readonly text: string;
  readonly longest: number;
  readonly cut: string;
}

const FILE = new URL('../../tests/characters.json', import.meta.url);
const table = JSON.parse(readFileSync(FILE, 'utf8')) as Record<'cut' | 'cutToEnd', readonly Case[]>;

test.each(table.cut)('cuts the end: $is', ({ text, longest, cut: expected }) => {
  expect(cut(text, longest)).toBe(expected);
});

test.each(table.cutToEnd)('cuts the start: $is', ({ text, longest, cut: expected }) => {
  expect(cutToEnd(text, longest)).toBe(expected);
});

test('counts an emoji as one character', () => {
  expect(characterCount('Grüße 👋')).toBe(7);
});

test('removes characters that the backend rejects from a file name', () => {
  expect(withoutRejectedCharacters('a\u0000b\n\ud83cc👍.png')).toBe('abc👍.png');
});
