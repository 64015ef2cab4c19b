/** The open room: its messages, members and presence, and the user's actions. */
import { computed, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { pageSizeMaximum, presenceMembersMaximum } from '../../../contract/limits.json';
import { adminGroup, moderatorGroup } from '../../../contract/names.json';
import type { ApiClient } from '../api/client';
import {
  CreateMessage,
  CreateReaction,
  DeleteMessage,
  DeleteReaction,
  GetChatRoom,
  GetMessage,
  MarkRoomRead,
  MessagesByRoom,
  OnMembershipChanged,
  OnTypingStarted,
  OnTypingStopped,
  OnUserPresenceChanged,
  PresenceByRoom,
  UpdateMessage,
} from '../api/operations';
import type { Realtime } from '../api/realtime';
import { Outbox, browserStorage } from '../sync/outbox';
import type { Draft, PendingMessage } from '../sync/outbox';
import { RoomSession } from '../sync/room-session';
import type { FurtherSubscriptions } from '../sync/room-session';
import { RoomView } from '../sync/room-view';
import type { Incomplete, Message } from '../sync/room-view';
import { errorMessage } from '../api/errors';
import { roomMembers } from './people';
import { Reactors } from './reactors';
import type { RoomList } from './room-list';
import type { Me, Membership, Presence, Room } from './types';
import { TypingIndicators } from './typing';

export interface OpenRoomOptions {
  readonly api: ApiClient;
  readonly realtime: Realtime;
  readonly rooms: RoomList;
  readonly me: Me;
  readonly room: Room;
  /** Called when the user has lost access to the room. */
  readonly accessLost: (room: Room) => void;
}

const MAX_PAGES_BACK = 20;
const MARK_READ_MILLISECONDS = 1_500;

export class OpenRoom {
  readonly room: Signal<Room>;
  readonly messages = signal<readonly Message[]>([]);
  readonly isLoading = signal(true);
  readonly hasOlder = signal(false);
  readonly isLoadingOlder = signal(false);
  readonly error = signal<string | undefined>(undefined);
  /** The number of messages recovered after the last disconnection. */
  readonly recoveredCount = signal<number | undefined>(undefined);
  readonly pending = signal<readonly PendingMessage[]>([]);
  readonly members = signal<ReadonlyMap<string, Membership>>(new Map());
  readonly presence = signal<ReadonlyMap<string, Presence>>(new Map());
  /** The user's read position when the room was opened. */
  readonly initialReadSeq: number;
  readonly typing: TypingIndicators;
  readonly reactors: Reactors;

  readonly membership = computed(() => this.members.value.get(this.#options.me.id));
  /** Whether the user can moderate the room, by role or by group. */
  readonly isModerator = computed(() => {
    const role = this.membership.value?.role;
    return role === 'OWNER' || role === 'MODERATOR' || this.isGlobalModerator;
  });
  readonly isOwner = computed(() => this.membership.value?.role === 'OWNER' || this.#options.me.groups.includes(adminGroup));
  readonly isGlobalModerator: boolean;

  readonly #options: OpenRoomOptions;
  readonly #view: RoomView;
  readonly #session: RoomSession;
  readonly #outbox: Outbox;
  #readSeq: number;
  #lastShown = { seq: 0, revision: 0 };
  #markReadTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: OpenRoomOptions) {
    const { api, realtime, me, room, rooms } = options;
    this.#options = options;
    this.room = signal(room);
    this.isGlobalModerator = me.groups.some((group) => group === adminGroup || group === moderatorGroup);
    this.initialReadSeq = rooms.find(room.id)?.membership.readSeq ?? room.lastSeq;
    this.#readSeq = this.initialReadSeq;
    this.typing = new TypingIndicators(api, room.id, me.id);
    this.reactors = new Reactors(api, me.id);
    this.#view = new RoomView({
      messagesAfter: (afterSeq) => this.#messagesAfter(afterSeq),
      message: (id) => api.request(GetMessage, { id }),
      lastSeq: async () => (await this.#readRoom()).lastSeq,
    });
    this.#view.changed.add(() => this.#update());
    this.#session = new RoomSession(
      realtime,
      room.id,
      this.#view,
      {
        recovered: (count) => this.#onRecovered(count),
        accessLost: () => options.accessLost(this.room.value),
        failed: (error) => (this.error.value = error === undefined ? undefined : errorMessage(error)),
      },
      this.#subscribeToPeople,
    );
    this.#outbox = new Outbox({
      send: (draft) => api.request(CreateMessage, { input: draft }),
      sent: (message) => this.#session.apply(message, true),
      changed: (pending) => (this.pending.value = pending),
      rejected: () => this.#refreshRoom(),
      storage: browserStorage(`outbox ${me.id} ${room.id}`),
    });
  }

  get id(): string {
    return this.room.value.id;
  }

  close(): void {
    if (this.#markReadTimer !== undefined) {
      clearTimeout(this.#markReadTimer);
      void this.#sendReadPosition();
    }
    this.#session.close();
  }

  refresh(): void {
    this.#session.refresh();
  }

  /** Called with each heartbeat. Reloads a frozen room, because no event reports that it is unfrozen. */
  applyHeadSeq(headSeq: number): void {
    this.#session.applyHeadSeq(headSeq);
    if (this.room.value.frozen) {
      this.#refreshRoom();
    }
  }

  send(draft: Draft): void {
    this.typing.messageSent();
    this.#outbox.add(draft);
  }

  retry(clientMessageId?: string): void {
    this.#outbox.retry(clientMessageId);
  }

  discard(clientMessageId: string): void {
    this.#outbox.discard(clientMessageId);
  }

  async edit(message: Message, content: string, mentions: string[]): Promise<void> {
    const input = { id: message.id, content, mentions, expectedVersion: message.version };
    this.#session.apply(await this.#options.api.request(UpdateMessage, { input }), false);
  }

  async remove(message: Message, reason?: string): Promise<void> {
    this.#session.apply(await this.#options.api.request(DeleteMessage, { id: message.id, reason: reason ?? null }), false);
  }

  /** Adds a reaction, or removes the user's own. */
  async toggleReaction(message: Message, emoji: string): Promise<void> {
    await this.reactors.load(message);
    const isMine = this.reactors.isMine(message.id, emoji);
    const input = { messageId: message.id, emoji };
    const reaction = isMine
      ? await this.#options.api.request(DeleteReaction, { input })
      : await this.#options.api.request(CreateReaction, { input });
    this.reactors.apply(reaction, !isMine);
    this.#session.applyReaction(reaction);
  }

  /** Loads the page before the displayed messages. */
  async loadOlder(): Promise<void> {
    if (this.isLoadingOlder.value || !this.hasOlder.value) {
      return;
    }
    this.isLoadingOlder.value = true;
    try {
      const beforeSeq = this.#view.floor + 1;
      const page = await this.#options.api.request(MessagesByRoom, { chatRoomId: this.id, beforeSeq, limit: pageSizeMaximum });
      const oldest = page.items.at(-1)?.seq;
      await this.#view.prepend(page.items, page.nextToken === null || oldest === undefined ? 0 : oldest - 1);
    } finally {
      this.isLoadingOlder.value = false;
    }
  }

  /** Loads older pages until a message that the user wants to see is loaded. */
  async loadBackTo(messageId: string): Promise<void> {
    if (this.isLoading.value || this.#view.has(messageId) || this.#isPending(messageId)) {
      return;
    }
    const { seq } = await this.#options.api.request(GetMessage, { id: messageId });
    for (let pages = 0; pages < MAX_PAGES_BACK && this.#view.floor >= seq; pages += 1) {
      await this.loadOlder();
    }
  }

  /** Marks the room as read up to this message. */
  markRead(seq: number): void {
    if (seq > this.#readSeq && this.membership.value !== undefined) {
      this.#readSeq = seq;
      this.#markReadTimer ??= setTimeout(() => void this.#sendReadPosition(), MARK_READ_MILLISECONDS);
    }
  }

  updateMember(membership: Membership): void {
    const members = new Map(this.members.value);
    const known = members.get(membership.userId);
    if (membership.state === 'ACTIVE') {
      members.set(membership.userId, { ...membership, readSeq: Math.max(membership.readSeq, known?.readSeq ?? 0) });
    } else {
      members.delete(membership.userId);
    }
    this.members.value = members;
    if (membership.userId === this.#options.me.id && membership.state === 'ACTIVE') {
      this.#options.rooms.updateMembership(membership);
    }
  }

  setRoom(room: Room): void {
    this.room.value = room;
    this.#options.rooms.updateRoom(room);
  }

  /** Reads members and presence: on opening, after a reconnect, and when a panel requests it. */
  async loadMembers(): Promise<void> {
    const members = await roomMembers(this.#options.api, this.id);
    this.members.value = new Map(members.map((member) => [member.userId, member]));
    if (members.length <= presenceMembersMaximum) {
      const presences = await this.#options.api.request(PresenceByRoom, { chatRoomId: this.id });
      this.presence.value = new Map(presences.map((presence) => [presence.userId, presence]));
    }
  }

  #subscribeToPeople: FurtherSubscriptions = (subscribe) => {
    const variables = { chatRoomId: this.room.value.id };
    void this.loadMembers().catch(() => undefined);
    return [
      subscribe(OnMembershipChanged, variables, (data) => this.#membershipChanged(data?.onMembershipChanged)),
      subscribe(OnTypingStarted, variables, (data) => this.typing.started(data?.onTypingStarted)),
      subscribe(OnTypingStopped, variables, (data) => this.typing.stopped(data?.onTypingStopped?.userId)),
      subscribe(OnUserPresenceChanged, variables, (data) => this.#presenceChanged(data?.onUserPresenceChanged)),
    ];
  };

  async #messagesAfter(afterSeq: number): Promise<{ items: Message[]; settledSeq: number; nextToken: string | null }> {
    const page = await this.#options.api.request(MessagesByRoom, { chatRoomId: this.id, afterSeq, limit: pageSizeMaximum });
    return { ...page, settledSeq: page.settledSeq ?? afterSeq };
  }

  async #readRoom(): Promise<Room> {
    const room = await this.#options.api.request(GetChatRoom, { id: this.id });
    this.setRoom(room);
    return room;
  }

  #update(): void {
    this.messages.value = this.#view.shown();
    this.hasOlder.value = this.#view.floor > 0;
    this.isLoading.value = false;
    const arrived = new Set(this.messages.value.slice(-50).map(({ clientMessageId }) => clientMessageId));
    this.pending.value
      .filter(({ draft }) => arrived.has(draft.clientMessageId))
      .forEach(({ draft }) => this.#outbox.discard(draft.clientMessageId));
    const last = this.messages.value.at(-1);
    if (last !== undefined && (last.seq > this.#lastShown.seq || last.revision > this.#lastShown.revision)) {
      this.#onLastMessageChanged(last, last.seq > this.#lastShown.seq);
    }
  }

  /** Updates the list of rooms after the last message was added, edited or deleted. */
  #onLastMessageChanged(last: Message, isNew: boolean): void {
    this.#lastShown = last;
    this.#options.rooms.updateLastMessage(last);
    if (isNew) {
      this.typing.stopped(last.authorId);
      if (this.room.value.frozen) {
        this.#refreshRoom(); // a new message means that it may be unfrozen
      }
    }
  }

  #onRecovered(count: number): void {
    this.recoveredCount.value = count;
    this.#outbox.retry();
    this.#refreshRoom();
  }

  #refreshRoom(): void {
    void this.#readRoom().catch(() => undefined);
  }

  #isPending(key: string): boolean {
    return this.pending.value.some(({ draft }) => draft.clientMessageId === key);
  }

  async #sendReadPosition(): Promise<void> {
    this.#markReadTimer = undefined;
    const seq = this.#readSeq;
    try {
      this.updateMember(await this.#options.api.request(MarkRoomRead, { chatRoomId: this.id, seq }));
    } catch {
      this.#readSeq = Math.min(this.#readSeq, seq - 1); // repeated with the next message
    }
  }

  #membershipChanged(membership: Membership | null | undefined): void {
    if (membership === null || membership === undefined) {
      void this.loadMembers().catch(() => undefined);
      return;
    }
    this.updateMember(membership);
    if (membership.userId === this.#options.me.id && membership.state !== 'ACTIVE') {
      this.#options.accessLost(this.room.value);
    }
  }

  #presenceChanged(presence: Incomplete<Presence> | null | undefined): void {
    const { userId, status, lastSeenAt } = presence ?? {};
    if (userId && status) {
      const known: Presence = { userId, status, lastSeenAt: lastSeenAt ?? null, chatRoomId: null, headSeq: null };
      this.presence.value = new Map(this.presence.value).set(userId, known);
    }
  }
}
