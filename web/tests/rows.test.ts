import { describe, expect, it } from 'vitest';
import { rowsOf } from '../src/components/rows';
import type { MessageRow } from '../src/components/rows';
import { Server } from './server';

function messageRows(...parameters: Parameters<typeof rowsOf>): MessageRow[] {
  return rowsOf(...parameters).filter((row) => row.kind === 'message');
}

describe('rows', () => {
  it('groups consecutive messages of an author within five minutes', () => {
    const server = new Server();
    server.send(2);
    server.send(1, { authorId: 'bob' });
    server.send(1, { authorId: 'bob', createdAt: new Date(1_700_000_000_000 + 3_600_000).toISOString() });

    const firsts = messageRows(server.messages, [], undefined, 'me').map(({ isFirstOfGroup }) => isFirstOfGroup);

    expect(firsts).toEqual([true, false, true, true]);
  });

  it('marks the first unread message of another user', () => {
    const server = new Server();
    server.send(2);
    server.send(1, { authorId: 'me' });
    server.send(2);

    const marks = messageRows(server.messages, [], 2, 'me').map(({ isFirstUnread }) => isFirstUnread);

    expect(marks).toEqual([false, false, false, true, false]);
  });

  it('appends pending messages, without those that have arrived', () => {
    const server = new Server();
    const arrived = server.send(1).clientMessageId ?? '';
    const pending = [arrived, 'waiting'].map((clientMessageId) => ({
      draft: { clientMessageId, chatRoomId: 'room', content: 'x' },
      createdAt: '',
      error: undefined,
    }));

    expect(rowsOf(server.messages, pending, undefined, 'me').map(({ key }) => key)).toEqual(['room:1', 'waiting']);
  });
});
