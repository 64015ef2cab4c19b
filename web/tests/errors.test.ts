/** Error messages for users: no message of the API is shown with the name of an argument or operation, or an ISO 8601 time. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ApiError, NoResponseError, errorMessage } from '../src/api/errors';

const REFERENCE = new URL('../../docs/api/', import.meta.url);
const ROW = /^\| `(?<type>\w+)` \| (?<message>.+) \|$/gm;
const IS_FOR_DEVELOPERS = /[a-z][A-Z]|input\.|\d{4}-\d{2}-\d{2}T|the call|unchanged|&lt;/;

/** Every error of the API reference. */
function documentedErrors(): ApiError[] {
  const pages = readdirSync(REFERENCE).filter((name) => name.endsWith('.md'));
  return pages.flatMap((name) =>
    [...readFileSync(new URL(name, REFERENCE), 'utf8').matchAll(ROW)].map(
      ({ groups }) => new ApiError(groups?.['type'] ?? '', withValues(groups?.['message'] ?? '')),
    ),
  );
}

/** Replaces placeholders of the reference by values as the API returns them. */
function withValues(message: string): string {
  return message.replace(/&lt;(nextSendAt|until)>/g, '2026-11-28T21:39:36.184Z').replace(/&lt;[^>]+>/g, '7');
}

describe('errors of the API', () => {
  const errors = documentedErrors();

  it('are found in the API reference', () => {
    expect(errors.length).toBeGreaterThan(100);
  });

  it('are shown to users without terms for developers', () => {
    const shown = errors.map((error) => errorMessage(error)).filter((text) => IS_FOR_DEVELOPERS.test(text) || text.length < 10);

    expect(shown).toEqual([]);
  });

  it('keep the sentences that are written for users', () => {
    const error = new ApiError('Conflict', 'The message was changed meanwhile. Repeat the call unchanged.');

    expect(errorMessage(error)).toBe('The message was changed meanwhile. Try again.');
  });

  it('get a default message if all sentences are for developers', () => {
    expect(errorMessage(new ApiError('ValidationError', 'input.contentType is not allowed.'))).toBe('This is not allowed here.');
  });

  it('show the remaining time of slow mode', () => {
    const nextSendAt = new Date(Date.now() + 29_500).toISOString();

    expect(errorMessage(new ApiError('RateLimited', `Send at ${nextSendAt}.`, { nextSendAt }))).toContain('again in 30 seconds');
  });
});

describe('a missing response', () => {
  it('has a message', () => {
    expect(errorMessage(new NoResponseError())).toContain('The server does not respond.');
  });
});
