/** Error messages for users: none of the API's messages reaches them with an argument, an operation or a time in ISO 8601. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ApiError, NoResponseError, inWords } from '../src/api/errors';

const REFERENCE = new URL('../../docs/api/', import.meta.url);
const ROW = /^\| `(?<type>\w+)` \| (?<message>.+) \|$/gm;
const IS_FOR_DEVELOPERS = /[a-z][A-Z]|input\.|\d{4}-\d{2}-\d{2}T|the call|unchanged|&lt;/;

/** Every error of the API reference. */
function documentedErrors(): ApiError[] {
  const pages = readdirSync(REFERENCE).filter((name) => name.endsWith('.md'));
  return pages.flatMap((name) =>
    [...readFileSync(new URL(name, REFERENCE), 'utf8').matchAll(ROW)].map(
      ({ groups }) => new ApiError(groups?.['type'] ?? '', filled(groups?.['message'] ?? '')),
    ),
  );
}

/** Replaces placeholders of the reference by values as the API returns them. */
function filled(message: string): string {
  return message.replace(/&lt;(nextSendAt|until)>/g, '2026-11-28T21:39:36.184Z').replace(/&lt;[^>]+>/g, '7');
}

describe('an error of the API', () => {
  const errors = documentedErrors();

  it('is found in the reference', () => {
    expect(errors.length).toBeGreaterThan(100);
  });

  it('is shown to users without words for developers', () => {
    const shown = errors.map((error) => inWords(error)).filter((text) => IS_FOR_DEVELOPERS.test(text) || text.length < 10);

    expect(shown).toEqual([]);
  });

  it('is shown with the sentences that are written for users', () => {
    const error = new ApiError('Conflict', 'The message was changed meanwhile. Repeat the call unchanged.');

    expect(inWords(error)).toBe('The message was changed meanwhile. Try again.');
  });

  it('is replaced if all of its sentences are for developers', () => {
    expect(inWords(new ApiError('ValidationError', 'input.contentType is not allowed.'))).toBe('This is not allowed here.');
  });

  it('names the remaining time of slow mode', () => {
    const nextSendAt = new Date(Date.now() + 29_500).toISOString();

    expect(inWords(new ApiError('RateLimited', `Send at ${nextSendAt}.`, { nextSendAt }))).toContain('again in 30 seconds');
  });
});

describe('a missing response', () => {
  it('is explained', () => {
    expect(inWords(new NoResponseError())).toContain('The server does not respond.');
  });
});
