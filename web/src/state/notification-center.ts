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

const PAGE_SIZE = 30;

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
    const [page, me] = await Promise.all([this.#api.request(MyNotifications, { limit: PAGE_SIZE }), this.#api.request(Me, {})]);
    this.items.value = page.items;
    this.#setNextToken(page.nextToken);
    this.unreadCount.value = me.unreadNotificationCount ?? 0;
  }

  async loadMore(): Promise<void> {
    const page = await this.#api.request(MyNotifications, { limit: PAGE_SIZE, nextToken: this.#nextToken });
    this.items.value = [...(this.items.value ?? []), ...page.items];
    this.#setNextToken(page.nextToken);
  }

  async markRead(notification: Notification): Promise<void> {
    if (notification.readAt === null) {
      const marked = await this.#api.request(MarkNotificationRead, { id: notification.id });
      this.items.value = this.items.value?.map((item) => (item.id === marked.id ? marked : item));
      this.unreadCount.value = Math.max(0, this.unreadCount.value - 1);
    }
  }

  async markAllRead(): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      ({ hasMore } = await this.#api.request(MarkAllNotificationsRead, {}));
    }
    await this.refresh();
  }

  #connect(): void {
    const subscription = this.#realtime.subscribe(OnNotificationReceived, {}, {
      next: (data) => this.#onNotification(data?.onNotificationReceived ?? undefined),
      ended: () => undefined,
    });
    subscription.started.then(() => this.refresh()).catch(() => undefined);
  }

  #onNotification(notification: Notification | undefined): void {
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

  #setNextToken(nextToken: string | null): void {
    this.#nextToken = nextToken;
    this.hasMore.value = nextToken !== null;
  }
}
