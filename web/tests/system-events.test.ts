import { describe, expect, it } from 'vitest';
import { plainText, isWrittenBy, lastEditable, systemText } from '../src/components/system-events';
import type { Message } from '../src/sync/room-view';
import { Server } from './server';

type SystemEvent = NonNullable<Message['systemEvent']>;

function systemMessage(event: Partial<SystemEvent>, change: Partial<Message> = {}): Message {
  const systemEvent: SystemEvent = {
    kind: 'MEMBER_JOINED',
    userId: 'alice',
    userName: 'Alice',
    actorId: null,
    actorName: null,
    name: null,
    previousName: null,
    ...event,
  };
  return new Server().send(1, { type: 'SYSTEM', content: 'In English.', systemEvent, ...change });
}

describe('system messages', () => {
  it.each<[Partial<SystemEvent>, string]>([
    [{ kind: 'MEMBER_JOINED' }, 'Alice joined the room.'],
    [{ kind: 'MEMBER_LEFT' }, 'Alice left the room.'],
    [{ kind: 'MEMBER_REMOVED', actorId: 'bob', actorName: 'Bob' }, 'Bob removed Alice from the room.'],
    [{ kind: 'MEMBER_REMOVED' }, 'A moderator removed Alice from the room.'],
    [{ kind: 'ROOM_RENAMED', previousName: 'Tea', name: 'Coffee' }, 'Alice renamed the room to “Coffee”. It was “Tea”.'],
  ])('are rendered from their event: %o', (event, text) => {
    expect(systemText(systemMessage(event))).toBe(text);
    expect(plainText(systemMessage(event))).toBe(text);
  });

  it('show the backend’s text if the kind is unknown or the event is missing', () => {
    expect(systemText(systemMessage({ kind: 'ROOM_PAINTED' as SystemEvent['kind'] }))).toBe('In English.');
    expect(systemText(systemMessage({}, { systemEvent: null }))).toBe('In English.');
  });

  it('show that they were deleted', () => {
    const deleted = systemMessage({}, { content: null, systemEvent: null, deletedAt: '2026-01-01T00:00:00Z' });

    expect(systemText(deleted)).toBe('This message was removed by a moderator.');
  });

  it('do not belong to a user and are not editable', () => {
    const server = new Server();
    const own = server.send(1, { authorId: 'alice' });
    const joined = server.send(1, { authorId: 'alice', type: 'SYSTEM' });

    expect(isWrittenBy(own, 'alice')).toBe(true);
    expect(isWrittenBy(joined, 'alice')).toBe(false);
    expect(lastEditable(server.messages, 'alice')).toEqual(own);
    expect(lastEditable([joined], 'alice')).toBeUndefined();
  });
});
