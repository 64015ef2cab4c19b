import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, NoResponseError } from '../src/api/errors';
import { Outbox, browserStorage } from '../src/sync/outbox';
import type { Draft, OutboxOptions, PendingMessage, PendingStorage } from '../src/sync/outbox';
import type { Message } from '../src/sync/room-view';
import { Server } from './server';

class Memory implements PendingStorage {
  kept: readonly PendingMessage[] = [];

  load(): PendingMessage[] {
    return [...this.kept];
  }

  save(pending: readonly PendingMessage[]): void {
    this.kept = pending;
  }
}

interface Trial {
  readonly outbox: Outbox;
  readonly sent: Message[];
  readonly pending: () => readonly PendingMessage[];
  readonly refusals: () => number;
}

function trial(send: OutboxOptions['send'], storage: PendingStorage = new Memory()): Trial {
  const sent: Message[] = [];
  let pending: readonly PendingMessage[] = [];
  let refusals = 0;
  const outbox = new Outbox({
    send,
    sent: (message) => sent.push(message),
    changed: (now) => {
      pending = now;
    },
    refused: () => {
      refusals += 1;
    },
    storage,
    delays: [0, 0],
  });
  return { outbox, sent, pending: () => pending, refusals: () => refusals };
}

function draft(clientMessageId: string): Draft {
  return { clientMessageId, chatRoomId: 'room', content: clientMessageId };
}

const ANSWER = new Server().send(1);

describe('an outbox', () => {
  it('shows a message at once and lets go of it when it is sent', async () => {
    const { outbox, sent, pending } = trial(() => Promise.resolve(ANSWER));

    outbox.add(draft('one'));

    expect(pending()).toHaveLength(1);
    await vi.waitFor(() => expect(sent).toEqual([ANSWER]));
    expect(pending()).toEqual([]);
  });

  it('repeats with the same id after no answer', async () => {
    const attempts: string[] = [];
    const { outbox, sent } = trial(({ clientMessageId }) => {
      attempts.push(clientMessageId);
      return attempts.length < 3 ? Promise.reject(new NoResponseError()) : Promise.resolve(ANSWER);
    });

    outbox.add(draft('one'));

    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(attempts).toEqual(['one', 'one', 'one']);
  });

  it('does not repeat what is refused, says why, and sends the next one', async () => {
    const refusal = new ApiError('Muted', 'You are muted.');
    const { outbox, sent, pending, refusals } = trial(({ clientMessageId }) =>
      clientMessageId === 'bad' ? Promise.reject(refusal) : Promise.resolve(ANSWER),
    );

    outbox.add(draft('bad'));
    outbox.add(draft('good'));

    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(pending().map(({ draft: { clientMessageId }, trouble }) => [clientMessageId, trouble])).toEqual([
      ['bad', 'You are muted.'],
    ]);
    expect(refusals()).toBe(1);
  });

  it('tells at once when slow mode asks for longer than it would try', async () => {
    const nextSendAt = new Date(Date.now() + 3_600_000).toISOString();
    let attempts = 0;
    const { outbox, pending } = trial(() => {
      attempts += 1;
      return Promise.reject(new ApiError('RateLimited', 'The room is in slow mode.', { nextSendAt }));
    });

    outbox.add(draft('early'));

    await vi.waitFor(() => expect(pending()[0]?.trouble).toMatch(/send again in \d+ s/));
    expect(attempts).toBe(1);
  });

  it('gives up after some attempts and goes on when it is asked to', async () => {
    let isReachable = false;
    const { outbox, sent, pending, refusals } = trial(() => (isReachable ? Promise.resolve(ANSWER) : Promise.reject(new NoResponseError())));
    outbox.add(draft('one'));
    await vi.waitFor(() => expect(pending()[0]?.trouble).toContain('does not respond'));

    isReachable = true;
    outbox.retry();

    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(pending()).toEqual([]);
    expect(refusals()).toBe(0);
  });

  it('sends after a reload of the page what was pending before', async () => {
    const storage = new Memory();
    const before = trial(() => Promise.reject(new NoResponseError()), storage);
    before.outbox.add(draft('one'));
    await vi.waitFor(() => expect(before.pending()[0]?.trouble).toBeDefined());

    const after = trial(() => Promise.resolve(ANSWER), storage);

    await vi.waitFor(() => expect(after.sent).toHaveLength(1));
    expect(storage.kept).toEqual([]);
  });

  it('forgets what the user discards', async () => {
    const { outbox, sent, pending } = trial(() => Promise.reject(new ApiError('Muted', 'You are muted.')));
    outbox.add(draft('one'));
    await vi.waitFor(() => expect(pending()[0]?.trouble).toBeDefined());

    outbox.discard('one');

    expect(pending()).toEqual([]);
    expect(sent).toEqual([]);
  });
});

describe('what the browser keeps of it', () => {
  const HOUR = 3_600_000;
  const kept = new Map<string, string>();

  beforeEach(() => {
    kept.clear();
    vi.useFakeTimers({ now: Date.parse('2030-01-02T00:00:00.000Z') });
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
      removeItem: (key: string) => void kept.delete(key),
    });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function pendingSince(id: string, milliseconds: number): PendingMessage {
    return { draft: draft(id), createdAt: new Date(Date.now() - milliseconds).toISOString(), trouble: undefined };
  }

  it('are the messages of the last 23 hours: a repeated one is known for 24', () => {
    const storage = browserStorage('pending');
    expect(storage.load()).toEqual([]);
    const [now, almost] = [pendingSince('now', 0), pendingSince('almost', 23 * HOUR - 1)];
    storage.save([pendingSince('old', 23 * HOUR), almost, now]);
    expect(browserStorage('pending').load()).toEqual([almost, now]);
    expect(browserStorage('other').load()).toEqual([]);
  });

  it('is nothing once nothing is pending', () => {
    const storage = browserStorage('pending');
    storage.save([pendingSince('now', 0)]);
    storage.save([]);
    expect(kept.size).toBe(0);
  });
});
