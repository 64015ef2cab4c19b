/**
 * Subscriptions over one WebSocket, in AppSync's protocol ("Building a real-time WebSocket client", AppSync developer guide).
 *
 * Amplify's client is not used: it does not report when a subscription has started, for which the client algorithm of
 * docs/api.md waits, and it requires wss, for which a laptop has no certificate that browsers trust.
 */
import type { TokenSource } from './client';
import { ApiError, errorTypeOf } from './errors';
import type { SubscriptionText } from './operations';

export type ConnectionState = 'connecting' | 'online' | 'offline';

/** Why a subscription ended that the client did not close: an error, or the server ended it. */
export type EndReason = ApiError | 'ended by the server';

export interface SubscriptionHandler<Result> {
  /** Called with each event; fields that the sender did not select are null, regardless of their type. */
  next(data: Result | null): void;
  /** The server ended or rejected the subscription. Not called if the connection is lost. */
  ended(reason: EndReason): void;
}

export interface Subscription {
  /** Resolves when events are delivered; rejects if the server rejects it or the connection is lost before. */
  readonly started: Promise<void>;
  close(): void;
}

interface Entry {
  readonly handler: SubscriptionHandler<unknown>;
  readonly start: () => void;
  readonly fail: (reason: Error) => void;
}

interface ServerMessage {
  type: string;
  id?: string;
  payload?: {
    connectionTimeoutMs?: number;
    data?: unknown;
    errors?: { errorType?: string | null; message?: string }[];
  };
}

const FIRST_DELAY_MILLISECONDS = 300;
const MAX_DELAY_MILLISECONDS = 10_000;
const DEFAULT_TIMEOUT_MILLISECONDS = 300_000;

export class Realtime {
  /** Called after each connect: listeners subscribe again and read the messages that they missed. */
  readonly connected = new Set<() => void>();
  readonly stateChanged = new Set<(state: ConnectionState) => void>();

  readonly #url: string;
  readonly #host: string;
  readonly #token: TokenSource;
  readonly #entries = new Map<string, Entry>();
  #socket: WebSocket | undefined;
  #state: ConnectionState = 'offline';
  #attempts = 0;
  #shouldConnect = false;
  #reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  #keepAliveTimer: ReturnType<typeof setTimeout> | undefined;
  #keepAliveMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS;

  constructor(url: string, graphqlUrl: string, token: TokenSource) {
    this.#url = url;
    this.#host = new URL(graphqlUrl).host;
    this.#token = token;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Connects, and reconnects until `close`. */
  open(): void {
    this.#shouldConnect = true;
    void this.#connect();
  }

  close(): void {
    this.#shouldConnect = false;
    clearTimeout(this.#reconnectTimer);
    this.#socket?.close(1000);
    this.#drop();
  }

  /** Reconnects at once instead of after the delay, for example when the network is available again. */
  reconnectNow(): void {
    if (this.#canConnect()) {
      this.#attempts = 0;
      void this.#connect();
    }
  }

  /** Subscribes on the current connection; subscriptions must be repeated after a reconnect. */
  subscribe<Variables, Result>(
    text: SubscriptionText<Variables, Result>,
    variables: Variables,
    handler: SubscriptionHandler<Result>,
  ): Subscription {
    const id = crypto.randomUUID();
    const started = new Promise<void>((start, fail) => {
      this.#entries.set(id, { handler, start, fail });
    });
    void this.#start(id, JSON.stringify({ query: text, variables }));
    return { started, close: () => this.#stop(id) };
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#reconnectTimer);
    if (!this.#canConnect()) {
      return;
    }
    this.#setState('connecting');
    try {
      const header = base64Url(JSON.stringify({ host: this.#host, Authorization: await this.#token() }));
      if (this.#canConnect()) {
        this.#addListeners(new WebSocket(this.#url, ['graphql-ws', `header-${header}`]));
      }
    } catch {
      this.#scheduleReconnect();
    }
  }

  #canConnect(): boolean {
    return this.#shouldConnect && this.#socket === undefined;
  }

  #addListeners(socket: WebSocket): void {
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: 'connection_init' }));
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)) as ServerMessage);
    socket.onclose = () => {
      if (this.#socket === socket) {
        this.#drop();
        this.#scheduleReconnect();
      }
    };
  }

  #receive(message: ServerMessage): void {
    this.#restartKeepAliveTimer();
    const entry = message.id === undefined ? undefined : this.#entries.get(message.id);
    switch (message.type) {
      case 'connection_ack':
        this.#keepAliveMilliseconds = message.payload?.connectionTimeoutMs ?? DEFAULT_TIMEOUT_MILLISECONDS;
        this.#attempts = 0;
        this.#setState('online');
        this.connected.forEach((listener) => listener());
        break;
      case 'start_ack':
        entry?.start();
        break;
      case 'data':
        entry?.handler.next(message.payload?.data ?? null);
        break;
      case 'complete':
        this.#end(message.id, 'ended by the server');
        break;
      case 'error':
        this.#end(message.id, asApiError(message));
        break;
      case 'connection_error':
        this.#socket?.close();
        break;
    }
  }

  #end(id: string | undefined, reason: EndReason): void {
    const entry = id === undefined ? undefined : this.#entries.get(id);
    if (id !== undefined && entry !== undefined) {
      this.#entries.delete(id);
      entry.fail(reason instanceof Error ? reason : new ApiError('Ended', reason));
      entry.handler.ended(reason);
    }
  }

  async #start(id: string, data: string): Promise<void> {
    try {
      const authorization = { host: this.#host, Authorization: await this.#token() };
      if (this.#entries.has(id)) {
        this.#send({ id, type: 'start', payload: { data, extensions: { authorization } } });
      }
    } catch (error) {
      this.#entries.get(id)?.fail(error instanceof Error ? error : new Error(String(error)));
      this.#entries.delete(id);
    }
  }

  #stop(id: string): void {
    if (this.#entries.delete(id) && this.#socket?.readyState === WebSocket.OPEN) {
      this.#send({ id, type: 'stop' });
    }
  }

  #send(message: object): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      throw new Error('The connection is not open.');
    }
    this.#socket.send(JSON.stringify(message));
  }

  /** Drops the connection and all its subscriptions. */
  #drop(): void {
    clearTimeout(this.#keepAliveTimer);
    this.#socket = undefined;
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    entries.forEach((entry) => entry.fail(new Error('The connection was lost.')));
    this.#setState('offline');
  }

  #scheduleReconnect(): void {
    if (this.#shouldConnect) {
      const maxDelay = Math.min(MAX_DELAY_MILLISECONDS, FIRST_DELAY_MILLISECONDS * 2 ** this.#attempts);
      this.#attempts += 1;
      this.#reconnectTimer = setTimeout(() => void this.#connect(), maxDelay * (0.5 + Math.random() / 2));
    }
  }

  /** Restarts the timeout within which the server must send a message (`ka`). */
  #restartKeepAliveTimer(): void {
    clearTimeout(this.#keepAliveTimer);
    this.#keepAliveTimer = setTimeout(() => {
      const socket = this.#socket;
      this.#drop();
      socket?.close();
      this.#scheduleReconnect();
    }, this.#keepAliveMilliseconds);
  }

  #setState(state: ConnectionState): void {
    if (state !== this.#state) {
      this.#state = state;
      this.stateChanged.forEach((listener) => listener(state));
    }
  }
}

function asApiError(message: ServerMessage): ApiError {
  const [error] = message.payload?.errors ?? [];
  return new ApiError(errorTypeOf(error ?? {}), error?.message ?? 'The subscription was rejected.');
}

function base64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
