/** The user's rooms with unread counts. */
import { computed, signal } from '@preact/signals';
import { pageSizeMaximum, previewLength } from '../../../contract/limits.json';
import type { ApiClient } from '../api/client';
import { MyChatRooms, MyInvitations, OnMessageCreated } from '../api/operations';
import { allPages } from '../api/pages';
import type { Realtime, Subscription } from '../api/realtime';
import { cut } from '../characters';
import type { Incomplete, Message } from '../sync/room-view';
import type { Invitation, Membership, MyRoom, Room } from './types';

/** AppSync allows 100 subscriptions per connection; the open room uses 9 and notifications 1. */
const MAX_SUBSCRIPTIONS = 60;

export class RoomList {
  readonly rooms = signal<readonly MyRoom[] | undefined>(undefined);
  readonly invitations = signal<readonly Invitation[]>([]);
  readonly unreadRooms = computed(() => (this.rooms.value ?? []).filter(({ unreadCount }) => unreadCount > 0).length);

  readonly #api: ApiClient;
  readonly #realtime: Realtime;
  readonly #subscriptions = new Map<string, Subscription>();
  #openRoomId: string | undefined;
  #currentRead: Promise<void> = Promise.resolve();
  #queuedRead: Promise<void> | undefined;

  constructor(api: ApiClient, realtime: Realtime) {
    this.#api = api;
    this.#realtime = realtime;
    realtime.connected.add(() => {
      this.#subscriptions.clear();
      void this.refresh().catch(() => undefined);
    });
  }

  find(roomId: string): MyRoom | undefined {
    return this.rooms.value?.find(({ chatRoom }) => chatRoom.id === roomId);
  }

  /** Reads the list again. A read that has started before this call is not sufficient; one that is queued is. */
  refresh(): Promise<void> {
    this.#queuedRead ??= this.#currentRead
      .catch(() => undefined)
      .then(() => {
        this.#queuedRead = undefined;
        this.#currentRead = this.#read();
        return this.#currentRead;
      });
    return this.#queuedRead;
  }

  /** The open room has its own subscriptions and updates this list. */
  setOpen(roomId: string | undefined): void {
    this.#openRoomId = roomId;
    this.#updateSubscriptions();
  }

  updateRoom(room: Room): void {
    this.#change(room.id, (row) => ({ ...row, chatRoom: room }));
  }

  updateMembership(membership: Membership): void {
    this.#change(membership.chatRoomId, (row) => ({
      ...row,
      membership,
      unreadCount: Math.max(0, row.chatRoom.lastSeq - membership.readSeq),
    }));
  }

  updatePreference(preference: MyRoom['notificationPreference']): void {
    this.#change(preference.chatRoomId, (row) => ({ ...row, notificationPreference: preference }));
  }

  /** Shows a message as the last one of its room, unless it is older. */
  updateLastMessage(message: Message): void {
    this.#change(message.chatRoomId, (row) =>
      message.seq < (row.lastMessage?.seq ?? 0)
        ? row
        : {
            ...row,
            chatRoom: { ...row.chatRoom, lastSeq: message.seq, lastMessageAt: message.createdAt },
            lastMessage: preview(message),
            unreadCount: Math.max(0, message.seq - row.membership.readSeq),
          },
    );
  }

  remove(roomId: string): void {
    this.rooms.value = this.rooms.value?.filter(({ chatRoom }) => chatRoom.id !== roomId);
    this.#updateSubscriptions();
  }

  async #read(): Promise<void> {
    const [rooms, invitations] = await Promise.all([
      allPages((nextToken) => this.#api.request(MyChatRooms, { limit: pageSizeMaximum, nextToken })),
      allPages((nextToken) => this.#api.request(MyInvitations, { limit: pageSizeMaximum, nextToken })),
    ]);
    this.rooms.value = sortedByActivity(rooms);
    this.invitations.value = invitations;
    this.#updateSubscriptions();
  }

  #change(roomId: string, change: (row: MyRoom) => MyRoom): void {
    const rooms = this.rooms.value;
    if (rooms !== undefined) {
      this.rooms.value = sortedByActivity(rooms.map((row) => (row.chatRoom.id === roomId ? change(row) : row)));
    }
  }

  /** Subscribes to rooms that are not open, the most recently active first. */
  #updateSubscriptions(): void {
    if (this.#realtime.state !== 'online') {
      return;
    }
    const wanted = new Set(
      (this.rooms.value ?? [])
        .map(({ chatRoom }) => chatRoom.id)
        .filter((id) => id !== this.#openRoomId)
        .slice(0, MAX_SUBSCRIPTIONS),
    );
    for (const [roomId, subscription] of this.#subscriptions) {
      if (!wanted.has(roomId)) {
        subscription.close();
        this.#subscriptions.delete(roomId);
      }
    }
    [...wanted].filter((roomId) => !this.#subscriptions.has(roomId)).forEach((roomId) => this.#subscribe(roomId));
  }

  #subscribe(chatRoomId: string): void {
    const subscription = this.#realtime.subscribe(OnMessageCreated, { chatRoomId }, {
      next: (data) => this.#onMessageCreated(data?.onMessageCreated),
      ended: () => {
        this.#subscriptions.delete(chatRoomId);
        void this.refresh().catch(() => undefined);
      },
    });
    subscription.started.catch(() => undefined);
    this.#subscriptions.set(chatRoomId, subscription);
  }

  #onMessageCreated(message: Incomplete<Message> | null | undefined): void {
    if (isPreviewable(message)) {
      if (message.seq > (this.find(message.chatRoomId)?.lastMessage?.seq ?? 0)) {
        this.updateLastMessage(message); // a message received twice may have been edited in between
      }
    } else {
      void this.refresh().catch(() => undefined);
    }
  }
}

function isPreviewable(message: Incomplete<Message> | null | undefined): message is Message {
  return typeof message?.seq === 'number' && typeof message.chatRoomId === 'string' && typeof message.createdAt === 'string' && typeof message.type === 'string';
}

function preview({ seq, type, content, authorId, authorName, createdAt }: Message): MyRoom['lastMessage'] {
  return { seq, type, content: content === null ? null : cut(content, previewLength), authorId, authorName, createdAt };
}

function sortedByActivity(rooms: readonly MyRoom[]): MyRoom[] {
  const time = ({ lastMessage, chatRoom }: MyRoom): string => lastMessage?.createdAt ?? chatRoom.createdAt;
  return [...rooms].sort((a, b) => (time(a) < time(b) ? 1 : -1));
}
