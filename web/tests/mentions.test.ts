import { describe, expect, it } from 'vitest';
import { matching, mentionAt, mentionedIn } from '../src/components/mentions';

const PEOPLE = [
  { userId: '1', displayName: 'Bob' },
  { userId: '2', displayName: 'Bobby Tables' },
  { userId: '3', displayName: 'Åsa (QA)' },
];

describe('the mention at the cursor', () => {
  it.each([
    ['Hi @Bo', 6, { start: 3, word: 'Bo' }],
    ['@', 1, { start: 0, word: '' }],
    ['@Bobby Ta', 9, { start: 0, word: 'Bobby Ta' }],
    ['mail@example', 12, undefined],
    ['@Bob and then', 13, undefined],
    ['@Bob', 2, { start: 0, word: 'B' }],
  ])('of %j', (text, cursor, expected) => {
    expect(mentionAt(text, cursor)).toEqual(expected);
  });
});

describe('who is suggested', () => {
  it('begins with whose name begins so, and finds the parts of a name', () => {
    expect(matching(PEOPLE, 'bo', 5).map(({ userId }) => userId)).toEqual(['1', '2']);
    expect(matching(PEOPLE, 'tab', 5).map(({ userId }) => userId)).toEqual(['2']);
    expect(matching(PEOPLE, 'å', 5).map(({ userId }) => userId)).toEqual(['3']);
    expect(matching(PEOPLE, 'x', 5)).toEqual([]);
  });
});

describe('who is mentioned', () => {
  it.each([
    ['@Bob, hello', ['1']],
    ['@Bobby Tables', ['2']],
    ['@Bobby Tables and @Bob', ['2', '1']],
    ['ask @Åsa (QA)!', ['3']],
    ['bob@Bob.example @Bobo', []],
  ])('in %j', (text, expected) => {
    expect(mentionedIn(text, PEOPLE)).toEqual(expected);
  });
});
