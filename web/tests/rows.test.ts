import { describe, expect, it } from 'vitest';
import { rowsOf } from '../src/components/rows';
import type { MessageRow } from '../src/components/rows';
import { Server } from './server';

function messageRows(...parameters: Parameters<typeof rowsOf>): MessageRow[] {
  return rowsOf(...parameters).filter((row) => row.kind === 'message');
}

describe('rows', () => {
  it('groups what one author says, until somebody else does or time passes', () => {
    const server = new Server();
    server.send(2);
    server.send(1, { authorId: 'bob' });
    server.send(1, { authorId: 'bob', createdAt: new Date(1_700_000_000_000 + 3_600_000).toISOString() });

    const firsts = messageRows(server.messages, [], undefined, 'me').map(({ isFirstOfGroup }) => isFirstOfGroup);

    expect(firsts).toEqual([true, false, true, true]);
  });

  it('draws one line above the first unread message of somebody else', () => {
    const server = new Server();
    server.send(2);
    server.send(1, { authorId: 'me' });
    server.send(2);

    const news = messageRows(server.messages, [], 2, 'me').map(({ isFirstUnread }) => isFirstUnread);

    expect(news).toEqual([false, false, false, true, false]);
  });

  it('shows what is on its way at the end, and not twice when it has arrived', () => {
    const server = new Server();
    const arrived = server.send(1).clientMessageId ?? '';
    const pending = [arrived, 'waiting'].map((clientMessageId) => ({
      draft: { clientMessageId, chatRoomId: 'room', content: 'x' },
      createdAt: '',
      trouble: undefined,
    }));

    expect(rowsOf(server.messages, pending, undefined, 'me').map(({ key }) => key)).toEqual(['room:1', 'waiting']);
  });
});
