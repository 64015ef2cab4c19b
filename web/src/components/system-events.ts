/** What the backend tells of a room in messages of its own: whom they are about has not written them. */
import type { Message } from '../sync/room-view';

/** Whether the backend tells by the message what happened in the room. */
export function isSystem({ type }: { readonly type: string }): boolean {
  return type === 'SYSTEM';
}

/** Whether the user wrote the message: `authorId` of a system message is whom it is about. */
export function isWrittenBy(message: Pick<Message, 'type' | 'authorId'>, userId: string): boolean {
  return message.authorId === userId && !isSystem(message);
}

/** The message that the user would edit next: the last one of the user's own that is there. */
export function lastEditable(messages: readonly Message[], userId: string): Message | undefined {
  return messages.findLast((message) => isWrittenBy(message, userId) && message.deletedAt === null);
}

/** What a system message says: in the words of this client, and in the backend's for kinds that it does not know. */
export function systemText({ systemEvent, content, deletedAt }: Pick<Message, 'systemEvent' | 'content' | 'deletedAt'>): string {
  if (deletedAt !== null) {
    return 'This message was removed by a moderator.';
  }
  switch (systemEvent?.kind) {
    case 'MEMBER_JOINED':
      return `${systemEvent.userName} joined the room.`;
    case 'MEMBER_LEFT':
      return `${systemEvent.userName} left the room.`;
    case 'MEMBER_REMOVED':
      return `${systemEvent.actorName ?? 'A moderator'} removed ${systemEvent.userName} from the room.`;
    case 'ROOM_RENAMED':
      return `${systemEvent.userName} renamed the room to “${systemEvent.name ?? ''}”. It was “${systemEvent.previousName ?? ''}”.`;
    default:
      return content ?? '';
  }
}

/** A message as one line of text, with its author's name where it has one. */
export function inOneLine(message: Message): string {
  return isSystem(message) ? systemText(message) : `${message.authorName ?? ''}: ${message.content ?? 'a deleted message'}`;
}
