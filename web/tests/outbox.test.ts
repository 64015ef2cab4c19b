import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, NoResponseError } from '../src/api/errors';
import { Outbox, browserStorage } from '../src/sync/outbox';
import type { Draft, OutboxOptions, PendingMessage, PendingStorage } from '../src/sync/outbox';
import type { Message } from '../src/sync/room-view';
import { Server } from './server';

class Memory implements PendingStorage {
  stored: readonly PendingMessage[] = [];

  load(): PendingMessage[] {
    return [...this.stored];
  }

  save(pending: readonly PendingMessage[]): void {
    this.stored = pending;
  }
}

interface OutboxFixture {
  readonly outbox: Outbox;
  readonly sent: Message[];
  readonly pending: () => readonly PendingMessage[];
  readonly rejections: () => number;
}

function createOutbox(send: OutboxOptions['send'], storage: PendingStorage = new Memory()): OutboxFixture {
  const sent: Message[] = [];
  let pending: readonly PendingMessage[] = [];
  let rejections = 0;
  const outbox = new Outbox({
    send,
    sent: (message) => sent.push(message),
    changed: (now) => {
      pending = now;
    },
    rejected: () => {
      rejections += 1;
    },
    storage,
    delays: [0, 0],
  });
  return { outbox, sent, pending: () => pending, rejections: () => rejections };
}

function draft(clientMessageId: string): Draft {
  return { clientMessageId, chatRoomId: 'room', content: clientMessageId };
}

const RESPONSE = new Server().send(1);

describe('outbox', () => {
  it('displays a message at once and removes it when it is sent', async () => {
    const { outbox, sent, pending } = createOutbox(() => Promise.resolve(RESPONSE));

    outbox.add(draft('one'));

    expect(pending()).toHaveLength(1);
    await vi.waitFor(() => expect(sent).toEqual([RESPONSE]));
    expect(pending()).toEqual([]);
  });

  it('retries with the same id if there is no response', async () => {
    const attempts: string[] = [];
    const { outbox, sent } = createOutbox(({ clientMessageId }) => {
      attempts.push(clientMessageId);
      return attempts.length < 3 ? Promise.reject(new NoResponseError()) : Promise.resolve(RESPONSE);
    });

    outbox.add(draft('one'));

    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(attempts).toEqual(['one', 'one', 'one']);
  });

  it('does not retry a rejected message, reports the reason, and sends the next message', async () => {
    const rejection = new ApiError('Muted', 'You are muted.');
    const { outbox, sent, pending, rejections } = createOutbox(({ clientMessageId }) =>
      clientMessageId === 'bad' ? Promise.reject(rejection) : Promise.resolve(RESPONSE),
    );

    outbox.add(draft('bad'));
    outbox.add(draft('good'));

    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(pending().map(({ draft: { clientMessageId }, error }) => [clientMessageId, error])).toEqual([
      ['bad', 'You are muted.'],
    ]);
    expect(rejections()).toBe(1);
  });

  it('fails at once if slow mode requires a longer wait than all retries', async () => {
    const nextSendAt = new Date(Date.now() + 3_600_000).toISOString();
    let attempts = 0;
    const { outbox, pending } = createOutbox(() => {
      attempts += 1;
      return Promise.reject(new ApiError('RateLimited', 'The room is in slow mode.', { nextSendAt }));
    });

    outbox.add(draft('early'));

    await vi.waitFor(() => expect(pending()[0]?.error).toMatch(/send again in \d+ s/));
    expect(attempts).toBe(1);
  });

  it('stops after some attempts and continues on retry', async () => {
    let isReachable = false;
    const { outbox, sent, pending, rejections } = createOutbox(() => (isReachable ? Promise.resolve(RESPONSE) : Promise.reject(new NoResponseError())));
    outbox.add(draft('one'));
    await vi.waitFor(() => expect(pending()[0]?.error).toContain('does not respond'));

    isReachable = true;
    outbox.retry();

    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(pending()).toEqual([]);
    expect(rejections()).toBe(0);
  });

  it('sends pending messages after a reload of the page', async () => {
    const storage = new Memory();
    const before = createOutbox(() => Promise.reject(new NoResponseError()), storage);
    before.outbox.add(draft('one'));
    await vi.waitFor(() => expect(before.pending()[0]?.error).toBeDefined());

    const after = createOutbox(() => Promise.resolve(RESPONSE), storage);

    await vi.waitFor(() => expect(after.sent).toHaveLength(1));
    expect(storage.stored).toEqual([]);
  });

  it('removes a discarded message', async () => {
    const { outbox, sent, pending } = createOutbox(() => Promise.reject(new ApiError('Muted', 'You are muted.')));
    outbox.add(draft('one'));
    await vi.waitFor(() => expect(pending()[0]?.error).toBeDefined());

    outbox.discard('one');

    expect(pending()).toEqual([]);
    expect(sent).toEqual([]);
  });
});

describe('browserStorage', () => {
  const HOUR = 3_600_000;
  const stored = new Map<string, string>();

  beforeEach(() => {
    stored.clear();
    vi.useFakeTimers({ now: Date.parse('2030-01-02T00:00:00.000Z') });
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, text: string) => void stored.set(key, text),
      removeItem: (key: string) => void stored.delete(key),
    });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function createdAgo(id: string, milliseconds: number): PendingMessage {
    return { draft: draft(id), createdAt: new Date(Date.now() - milliseconds).toISOString(), error: undefined };
  }

  it('loads messages of the last 23 hours: the backend recognizes repeated messages for 24', () => {
    const storage = browserStorage('pending');
    expect(storage.load()).toEqual([]);
    const [now, almost] = [createdAgo('now', 0), createdAgo('almost', 23 * HOUR - 1)];
    storage.save([createdAgo('old', 23 * HOUR), almost, now]);
    expect(browserStorage('pending').load()).toEqual([almost, now]);
    expect(browserStorage('other').load()).toEqual([]);
  });

  it('removes the key if no message is pending', () => {
    const storage = browserStorage('pending');
    storage.save([createdAgo('now', 0)]);
    storage.save([]);
    expect(stored.size).toBe(0);
  });
});
