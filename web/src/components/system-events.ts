/** System messages. `authorId` is the user they are about, who did not write them. */
import type { Message } from '../sync/room-view';

/** Returns whether the backend wrote the message. */
export function isSystem({ type }: { readonly type: string }): boolean {
  return type === 'SYSTEM';
}

/** Returns whether the user wrote the message. */
export function isWrittenBy(message: Pick<Message, 'type' | 'authorId'>, userId: string): boolean {
  return message.authorId === userId && !isSystem(message);
}

/** Returns the user's last message that is not deleted. */
export function lastEditable(messages: readonly Message[], userId: string): Message | undefined {
  return messages.findLast((message) => isWrittenBy(message, userId) && message.deletedAt === null);
}

/** Returns the text of a system message: this client's for known kinds, the backend's for others. */
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

/** Returns a message as one line, with its author's name if it has one. */
export function plainText(message: Message): string {
  return isSystem(message) ? systemText(message) : `${message.authorName ?? ''}: ${message.content ?? 'a deleted message'}`;
}
