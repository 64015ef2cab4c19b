/** The user's notifications: mentions, replies, direct messages, invitations, moderation. */
import { signal } from '@preact/signals';
import type { ApiClient } from '../api/client';
import {
  MarkAllNotificationsRead,
  MarkNotificationRead,
  Me,
  MyNotifications,
  OnNotificationReceived,
} from '../api/operations';
import type { Realtime } from '../api/realtime';
import type { Notification } from './types';

const PAGE = 30;

export class NotificationCenter {
  readonly items = signal<readonly Notification[] | undefined>(undefined);
  readonly unreadCount = signal(0);
  readonly hasMore = signal(false);
  /** Listeners for new notifications. */
  readonly received = new Set<(notification: Notification) => void>();

  readonly #api: ApiClient;
  readonly #realtime: Realtime;
  #nextToken: string | null = null;

  constructor(api: ApiClient, realtime: Realtime) {
    this.#api = api;
    this.#realtime = realtime;
    realtime.connected.add(() => this.#connect());
  }

  async refresh(): Promise<void> {
    const [page, me] = await Promise.all([this.#api.ask(MyNotifications, { limit: PAGE }), this.#api.ask(Me, {})]);
    this.items.value = page.items;
    this.#turnTo(page.nextToken);
    this.unreadCount.value = me.unreadNotificationCount ?? 0;
  }

  async readMore(): Promise<void> {
    const page = await this.#api.ask(MyNotifications, { limit: PAGE, nextToken: this.#nextToken });
    this.items.value = [...(this.items.value ?? []), ...page.items];
    this.#turnTo(page.nextToken);
  }

  async markRead(notification: Notification): Promise<void> {
    if (notification.readAt === null) {
      const marked = await this.#api.ask(MarkNotificationRead, { id: notification.id });
      this.items.value = this.items.value?.map((item) => (item.id === marked.id ? marked : item));
      this.unreadCount.value = Math.max(0, this.unreadCount.value - 1);
    }
  }

  async markAllRead(): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      ({ hasMore } = await this.#api.ask(MarkAllNotificationsRead, {}));
    }
    await this.refresh();
  }

  #connect(): void {
    const subscription = this.#realtime.subscribe(OnNotificationReceived, {}, {
      next: (data) => this.#heard(data?.onNotificationReceived ?? undefined),
      ended: () => undefined,
    });
    subscription.started.then(() => this.refresh()).catch(() => undefined);
  }

  #heard(notification: Notification | undefined): void {
    if (notification === undefined) {
      void this.refresh().catch(() => undefined);
      return;
    }
    const items = this.items.value ?? [];
    if (!items.some(({ id }) => id === notification.id)) {
      this.items.value = [notification, ...items];
      this.unreadCount.value += 1;
      this.received.forEach((listener) => listener(notification));
    }
  }

  #turnTo(nextToken: string | null): void {
    this.#nextToken = nextToken;
    this.hasMore.value = nextToken !== null;
  }
}
