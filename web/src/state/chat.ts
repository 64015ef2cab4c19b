/** The state of a signed-in user, created at sign-in and closed at sign-out. */
import { effect, signal } from '@preact/signals';
import { accessToken } from '../auth';
import { ApiClient } from '../api/client';
import { isAccessDenied } from '../api/errors';
import { GetChatRoom, Me as MeQuery, MessagesByRoom } from '../api/operations';
import { Realtime } from '../api/realtime';
import type { ConnectionState } from '../api/realtime';
import type { Configuration } from '../configuration';
import { goToRoomList, route } from './navigation';
import { showNotice } from './notices';
import { NotificationCenter } from './notification-center';
import { OpenRoom } from './open-room';
import { closePanels, panel } from './panels';
import { People } from './people';
import { Heartbeat } from './presence';
import { RoomList } from './room-list';
import type { Me, Notification, Room } from './types';

const LIST_REFRESH_DELAY_MILLISECONDS = 2_000;

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
  readonly previewedRoom = signal<Room | undefined>(undefined);
  /** The reason why the open room was closed. */
  readonly closeReason = signal<string | undefined>(undefined);

  readonly #realtime: Realtime;
  readonly #stopNavigation: () => void;

  private constructor(configuration: Configuration, api: ApiClient, me: Me) {
    this.api = api;
    this.me = me;
    this.#realtime = new Realtime(configuration.realtimeUrl, configuration.graphqlUrl, accessToken);
    this.#realtime.stateChanged.add((state) => (this.connection.value = state));
    this.rooms = new RoomList(api, this.#realtime);
    this.people = new People(api);
    this.notifications = new NotificationCenter(api, this.#realtime);
    this.notifications.received.add((notification) => this.#onNotification(notification));
    this.heartbeat = new Heartbeat(api, (roomId, headSeq) => this.#applyHeadSeq(roomId, headSeq));
    this.#realtime.connected.add(() => void this.heartbeat.send());
    addEventListener('online', this.#onOnline);
    document.addEventListener('visibilitychange', this.#onVisibilityChange);
    this.#realtime.open();
    this.#stopNavigation = effect(() => {
      const { roomId } = route.value;
      queueMicrotask(() => void this.#navigateTo(roomId));
    });
  }

  /** @throws ApiError or NoResponseError if the backend does not know the user or does not respond. */
  static async start(configuration: Configuration): Promise<Chat> {
    const api = new ApiClient(configuration.graphqlUrl, accessToken);
    return new Chat(configuration, api, await api.request(MeQuery, {}));
  }

  /** Reconnects immediately. */
  reconnectNow(): void {
    this.#realtime.reconnectNow();
  }

  async close(): Promise<void> {
    this.#stopNavigation();
    removeEventListener('online', this.#onOnline);
    document.removeEventListener('visibilitychange', this.#onVisibilityChange);
    this.#closeRoom();
    closePanels();
    await this.heartbeat.close();
    this.#realtime.close();
    goToRoomList();
  }

  /** Opens the room again as a member, after joining it. */
  async reopen(roomId: string): Promise<void> {
    await this.rooms.refresh();
    await this.#navigateTo(roomId);
  }

  async #navigateTo(roomId: string | undefined): Promise<void> {
    if (roomId !== undefined && this.openRoom.value?.id === roomId) {
      return;
    }
    this.#closeRoom();
    if (roomId === undefined) {
      this.heartbeat.setRoom(undefined);
      return;
    }
    this.closeReason.value = undefined;
    try {
      await this.#open(roomId);
    } catch (error) {
      this.closeReason.value = isAccessDenied(error)
        ? 'You do not have access to this room. Ask a member to invite you.'
        : 'This room could not be opened. It may no longer exist.';
    }
  }

  async #open(roomId: string): Promise<void> {
    if (this.rooms.rooms.value === undefined) {
      await this.rooms.refresh();
    }
    const listed = this.rooms.find(roomId);
    const room = listed?.chatRoom ?? (await this.api.request(GetChatRoom, { id: roomId }));
    const canRead = listed !== undefined || (await this.#canRead(roomId));
    if (route.value.roomId !== roomId) {
      return; // the user has opened another room
    }
    if (!canRead) {
      this.previewedRoom.value = room;
      return;
    }
    if (listed === undefined) {
      this.#refreshRooms();
    }
    this.rooms.setOpen(roomId);
    this.openRoom.value = new OpenRoom({
      api: this.api,
      realtime: this.#realtime,
      rooms: this.rooms,
      me: this.me,
      room,
      accessLost: (lost) => this.#onAccessLost(lost),
    });
    this.heartbeat.setRoom(roomId);
  }

  async #canRead(chatRoomId: string): Promise<boolean> {
    try {
      await this.api.request(MessagesByRoom, { chatRoomId, limit: 1 });
      return true;
    } catch (error) {
      if (isAccessDenied(error)) {
        return false;
      }
      throw error;
    }
  }

  #closeRoom(): void {
    this.openRoom.value?.close();
    this.openRoom.value = undefined;
    this.previewedRoom.value = undefined;
    if (panel.value?.kind !== 'notifications') {
      closePanels();
    }
    this.rooms.setOpen(undefined);
  }

  /** Closes the room after the user has lost access to it. */
  #onAccessLost(room: Room): void {
    if (this.openRoom.value?.id === room.id) {
      this.#closeRoom();
      this.closeReason.value ??= `You are no longer a member of “${room.name}”.`;
      this.rooms.remove(room.id);
      goToRoomList();
      this.#refreshRooms();
    }
  }

  #onNotification({ type, action, actorName, chatRoomName, reason }: Notification): void {
    const room = chatRoomName ?? 'a direct message';
    if (type === 'MODERATION' && (action === 'MEMBER_REMOVED' || action === 'MEMBER_BANNED')) {
      const verb = action === 'MEMBER_BANNED' ? 'banned you from' : 'removed you from';
      this.closeReason.value = `${actorName ?? 'A moderator'} ${verb} “${room}”${reason === null ? '.' : `: ${reason}`}`;
    } else if (type === 'INVITATION') {
      showNotice(`${actorName ?? 'Someone'} invited you to “${room}”.`);
    }
    this.#refreshRooms();
  }

  /** Reads the list of rooms, and again a moment later, because it is eventually consistent. */
  #refreshRooms(): void {
    const read = (): void => void this.rooms.refresh().catch(() => undefined);
    read();
    setTimeout(read, LIST_REFRESH_DELAY_MILLISECONDS);
  }

  #applyHeadSeq(roomId: string, headSeq: number): void {
    if (this.openRoom.value?.id === roomId) {
      this.openRoom.value.applyHeadSeq(headSeq);
    }
  }

  #onOnline = (): void => this.#realtime.reconnectNow();

  #onVisibilityChange = (): void => {
    if (document.visibilityState === 'visible') {
      this.#realtime.reconnectNow();
      this.openRoom.value?.refresh();
      void this.rooms.refresh().catch(() => undefined);
    }
  };
}
