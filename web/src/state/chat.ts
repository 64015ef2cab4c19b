/** The state of a signed-in user, created at sign-in and closed at sign-out. */
import { effect, signal } from '@preact/signals';
import { accessToken } from '../auth';
import { ApiClient } from '../api/client';
import { isAccessDenied } from '../api/errors';
import { GetChatRoom, Me as MeQuery, MessagesByRoom } from '../api/operations';
import { Realtime } from '../api/realtime';
import type { ConnectionState } from '../api/realtime';
import type { Configuration } from '../configuration';
import { goToList, place } from './navigation';
import { tell } from './notices';
import { NotificationCenter } from './notification-center';
import { OpenRoom } from './open-room';
import { closeEverything, panel } from './panels';
import { People } from './people';
import { Heartbeat } from './presence';
import { RoomList } from './room-list';
import type { Me, Notification, Room } from './types';

const LIST_MILLISECONDS = 2_000;

export class Chat {
  readonly api: ApiClient;
  readonly me: Me;
  readonly rooms: RoomList;
  readonly people: People;
  readonly notifications: NotificationCenter;
  readonly heartbeat: Heartbeat;
  readonly connection = signal<ConnectionState>('connecting');
  readonly openRoom = signal<OpenRoom | undefined>(undefined);
  /** A public room that the user views without being a member. */
  readonly visited = signal<Room | undefined>(undefined);
  /** The reason why the open room was closed. */
  readonly closedBecause = signal<string | undefined>(undefined);

  readonly #realtime: Realtime;
  readonly #stopFollowing: () => void;

  private constructor(configuration: Configuration, api: ApiClient, me: Me) {
    this.api = api;
    this.me = me;
    this.#realtime = new Realtime(configuration.realtimeUrl, configuration.graphqlUrl, accessToken);
    this.#realtime.stateChanged.add((state) => (this.connection.value = state));
    this.rooms = new RoomList(api, this.#realtime);
    this.people = new People(api);
    this.notifications = new NotificationCenter(api, this.#realtime);
    this.notifications.received.add((notification) => this.#notified(notification));
    this.heartbeat = new Heartbeat(api, (roomId, headSeq) => this.#learnHead(roomId, headSeq));
    this.#realtime.connected.add(() => void this.heartbeat.beat());
    addEventListener('online', this.#hurry);
    document.addEventListener('visibilitychange', this.#cameToFront);
    this.#realtime.open();
    this.#stopFollowing = effect(() => {
      const { roomId } = place.value;
      queueMicrotask(() => void this.#goTo(roomId));
    });
  }

  /** @throws ApiError or NoResponseError if the backend does not know the user or does not respond. */
  static async start(configuration: Configuration): Promise<Chat> {
    const api = new ApiClient(configuration.graphqlUrl, accessToken);
    return new Chat(configuration, api, await api.ask(MeQuery, {}));
  }

  /** Reconnects immediately. */
  hurry(): void {
    this.#realtime.hurry();
  }

  async close(): Promise<void> {
    this.#stopFollowing();
    removeEventListener('online', this.#hurry);
    document.removeEventListener('visibilitychange', this.#cameToFront);
    this.#leaveRoom();
    closeEverything();
    await this.heartbeat.close();
    this.#realtime.close();
    goToList();
  }

  /** Opens the room again as a member, after joining it. */
  async reopen(roomId: string): Promise<void> {
    await this.rooms.refresh();
    await this.#goTo(roomId);
  }

  async #goTo(roomId: string | undefined): Promise<void> {
    if (roomId !== undefined && this.openRoom.value?.id === roomId) {
      return;
    }
    this.#leaveRoom();
    if (roomId === undefined) {
      this.heartbeat.lookAt(undefined);
      return;
    }
    this.closedBecause.value = undefined;
    try {
      await this.#enter(roomId);
    } catch (error) {
      this.closedBecause.value = isAccessDenied(error)
        ? 'You do not have access to this room. Ask a member to invite you.'
        : 'This room could not be opened. It may no longer exist.';
    }
  }

  async #enter(roomId: string): Promise<void> {
    if (this.rooms.rooms.value === undefined) {
      await this.rooms.refresh();
    }
    const mine = this.rooms.find(roomId);
    const room = mine?.chatRoom ?? (await this.api.ask(GetChatRoom, { id: roomId }));
    const mayRead = mine !== undefined || (await this.#mayRead(roomId));
    if (place.value.roomId !== roomId) {
      return; // the user has opened another room
    }
    if (!mayRead) {
      this.visited.value = room;
      return;
    }
    if (mine === undefined) {
      this.#refreshRooms();
    }
    this.rooms.setOpen(roomId);
    this.openRoom.value = new OpenRoom({
      api: this.api,
      realtime: this.#realtime,
      rooms: this.rooms,
      me: this.me,
      room,
      shutOut: (left) => this.#shutOut(left),
    });
    this.heartbeat.lookAt(roomId);
  }

  async #mayRead(chatRoomId: string): Promise<boolean> {
    try {
      await this.api.ask(MessagesByRoom, { chatRoomId, limit: 1 });
      return true;
    } catch (error) {
      if (isAccessDenied(error)) {
        return false;
      }
      throw error;
    }
  }

  #leaveRoom(): void {
    this.openRoom.value?.close();
    this.openRoom.value = undefined;
    this.visited.value = undefined;
    if (panel.value?.kind !== 'notifications') {
      closeEverything();
    }
    this.rooms.setOpen(undefined);
  }

  /** Closes the room after the user has lost access to it. */
  #shutOut(room: Room): void {
    if (this.openRoom.value?.id === room.id) {
      this.#leaveRoom();
      this.closedBecause.value ??= `You are no longer a member of “${room.name}”.`;
      this.rooms.remove(room.id);
      goToList();
      this.#refreshRooms();
    }
  }

  #notified({ type, action, actorName, chatRoomName, reason }: Notification): void {
    const room = chatRoomName ?? 'a direct message';
    if (type === 'MODERATION' && (action === 'MEMBER_REMOVED' || action === 'MEMBER_BANNED')) {
      const what = action === 'MEMBER_BANNED' ? 'banned you from' : 'removed you from';
      this.closedBecause.value = `${actorName ?? 'A moderator'} ${what} “${room}”${reason === null ? '.' : `: ${reason}`}`;
    } else if (type === 'INVITATION') {
      tell(`${actorName ?? 'Someone'} invited you to “${room}”.`);
    }
    this.#refreshRooms();
  }

  /** Reads the list of rooms, and again a moment later, because it is eventually consistent. */
  #refreshRooms(): void {
    const read = (): void => void this.rooms.refresh().catch(() => undefined);
    read();
    setTimeout(read, LIST_MILLISECONDS);
  }

  #learnHead(roomId: string, headSeq: number): void {
    if (this.openRoom.value?.id === roomId) {
      this.openRoom.value.learnHead(headSeq);
    }
  }

  #hurry = (): void => this.#realtime.hurry();

  #cameToFront = (): void => {
    if (document.visibilityState === 'visible') {
      this.#realtime.hurry();
      this.openRoom.value?.refresh();
      void this.rooms.refresh().catch(() => undefined);
    }
  };
}
