import { describe, expect, it } from 'vitest';
import { matchingPeople, mentionAt, mentionedUserIds } from '../src/components/mentions';

const PEOPLE = [
  { userId: '1', displayName: 'Bob' },
  { userId: '2', displayName: 'Bobby Tables' },
  { userId: '3', displayName: 'Åsa (QA)' },
];

describe('mentionAt', () => {
  it.each([
    ['Hi @Bo', 6, { start: 3, word: 'Bo' }],
    ['@', 1, { start: 0, word: '' }],
    ['@Bobby Ta', 9, { start: 0, word: 'Bobby Ta' }],
    ['mail@example', 12, undefined],
    ['@Bob and then', 13, undefined],
    ['@Bob', 2, { start: 0, word: 'B' }],
  ])('finds the mention at the cursor in %j', (text, cursor, expected) => {
    expect(mentionAt(text, cursor)).toEqual(expected);
  });
});

describe('matchingPeople', () => {
  it('lists matching first names first, and matches every part of a name', () => {
    expect(matchingPeople(PEOPLE, 'bo', 5).map(({ userId }) => userId)).toEqual(['1', '2']);
    expect(matchingPeople(PEOPLE, 'tab', 5).map(({ userId }) => userId)).toEqual(['2']);
    expect(matchingPeople(PEOPLE, 'å', 5).map(({ userId }) => userId)).toEqual(['3']);
    expect(matchingPeople(PEOPLE, 'x', 5)).toEqual([]);
  });
});

describe('mentionedUserIds', () => {
  it.each([
    ['@Bob, hello', ['1']],
    ['@Bobby Tables', ['2']],
    ['@Bobby Tables and @Bob', ['2', '1']],
    ['ask @Åsa (QA)!', ['3']],
    ['bob@Bob.example @Bobo', []],
  ])('finds mentions in %j', (text, expected) => {
    expect(mentionedUserIds(text, PEOPLE)).toEqual(expected);
  });
});
