/** Mentions: the one at the cursor while typing, and all in a finished text. */
import type { Person } from '../state/people';

export const ROOM_MENTION: Person = { userId: 'room', displayName: 'room' };

export interface MentionQuery {
  /** The position of the `@`. */
  readonly start: number;
  readonly word: string;
}

/** Returns the mention at the cursor, if any: an `@` at the start of a word, and the text after it. */
export function mentionAt(text: string, cursor: number): MentionQuery | undefined {
  const found = /(^|\s)@([\p{L}\p{N}_.-]*(?: [\p{L}\p{N}_.-]*)?)$/u.exec(text.slice(0, cursor));
  const word = found?.[2];
  return word === undefined ? undefined : { start: cursor - word.length - 1, word };
}

/** Returns users with a name part that starts with the word; users whose name starts with it come first. */
export function matchingPeople(people: readonly Person[], word: string, max: number): Person[] {
  const prefix = word.toLocaleLowerCase();
  return people
    .map((person) => ({ person, index: ` ${person.displayName.toLocaleLowerCase()}`.indexOf(` ${prefix}`) }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => a.index - b.index || a.person.displayName.localeCompare(b.person.displayName))
    .slice(0, max)
    .map(({ person }) => person);
}

/** Returns the ids of users mentioned in a text; if one name is a prefix of another, the longer one wins. */
export function mentionedUserIds(text: string, people: readonly Person[]): string[] {
  let rest = text;
  const mentioned = new Set<string>();
  for (const { userId, displayName } of [...people].sort((a, b) => b.displayName.length - a.displayName.length)) {
    const name = new RegExp(`(^|\\s)@${escaped(displayName)}(?![\\p{L}\\p{N}])`, 'gu');
    if (name.test(rest)) {
      mentioned.add(userId);
      rest = rest.replace(name, ' ');
    }
  }
  return [...mentioned];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
