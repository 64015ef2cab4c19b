/** Texts are cut as `tests/characters.json` of the repository has it, which the backend is compared with too. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cleaned, countOf, cut, cutToEnd } from '../src/characters';

interface Case {
  readonly is: string;
  readonly text: string;
  readonly longest: number;
  readonly cut: string;
}

const FILE = new URL('../../tests/characters.json', import.meta.url);
const table = JSON.parse(readFileSync(FILE, 'utf8')) as Record<'cut' | 'cutToEnd', readonly Case[]>;

test.each(table.cut)('cut: $is', ({ text, longest, cut: expected }) => {
  expect(cut(text, longest)).toBe(expected);
});

test.each(table.cutToEnd)('cut to its end: $is', ({ text, longest, cut: expected }) => {
  expect(cutToEnd(text, longest)).toBe(expected);
});

test('an emoji counts one', () => {
  expect(countOf('Grüße 👋')).toBe(7);
});

test('a name of a file loses what the backend refuses', () => {
  expect(cleaned('a\u0000b\n\ud83cc👍.png')).toBe('abc👍.png');
});
