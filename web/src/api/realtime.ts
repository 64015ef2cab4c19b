/**
 * Subscriptions over one WebSocket, in AppSync's protocol ("Building a real-time WebSocket client", AppSync developer guide).
 *
 * Amplify's client is not used: it does not report when a subscription has started, for which the client algorithm of
 * docs/api.md waits, and it requires wss, for which a laptop has no certificate that browsers trust.
 */
import type { TokenSource } from './client';
import { ApiError, typeOf } from './errors';
import type { SubscriptionText } from './operations';

export type ConnectionState = 'connecting' | 'online' | 'offline';

/** Why a subscription ended that the client did not close: an error, or the server ended it. */
export type EndReason = ApiError | 'ended by the server';

export interface SubscriptionHandler<Result> {
  /** Called with each event; fields that the sender did not select are null, regardless of their type. */
  next(data: Result | null): void;
  /** The server ended or refused the subscription. Not called if the connection is lost. */
  ended(reason: EndReason): void;
}

export interface Subscription {
  /** Resolves when events are delivered; rejects if the server refuses or the connection is lost before. */
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
const LONGEST_DELAY_MILLISECONDS = 10_000;
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
  #isWanted = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS;

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
    this.#isWanted = true;
    void this.#connect();
  }

  close(): void {
    this.#isWanted = false;
    clearTimeout(this.#retryTimer);
    this.#socket?.close(1000);
    this.#drop();
  }

  /** Reconnects at once instead of after the delay, for example when the network is available again. */
  hurry(): void {
    if (this.#mayConnect()) {
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
    clearTimeout(this.#retryTimer);
    if (!this.#mayConnect()) {
      return;
    }
    this.#tell('connecting');
    try {
      const header = base64Url(JSON.stringify({ host: this.#host, Authorization: await this.#token() }));
      if (this.#mayConnect()) {
        this.#listen(new WebSocket(this.#url, ['graphql-ws', `header-${header}`]));
      }
    } catch {
      this.#retryLater();
    }
  }

  #mayConnect(): boolean {
    return this.#isWanted && this.#socket === undefined;
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: 'connection_init' }));
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)) as ServerMessage);
    socket.onclose = () => {
      if (this.#socket === socket) {
        this.#drop();
        this.#retryLater();
      }
    };
  }

  #receive(message: ServerMessage): void {
    this.#watchSilence();
    const entry = message.id === undefined ? undefined : this.#entries.get(message.id);
    switch (message.type) {
      case 'connection_ack':
        this.#silenceMilliseconds = message.payload?.connectionTimeoutMs ?? DEFAULT_TIMEOUT_MILLISECONDS;
        this.#attempts = 0;
        this.#tell('online');
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
    clearTimeout(this.#silenceTimer);
    this.#socket = undefined;
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    entries.forEach((entry) => entry.fail(new Error('The connection broke.')));
    this.#tell('offline');
  }

  #retryLater(): void {
    if (this.#isWanted) {
      const longest = Math.min(LONGEST_DELAY_MILLISECONDS, FIRST_DELAY_MILLISECONDS * 2 ** this.#attempts);
      this.#attempts += 1;
      this.#retryTimer = setTimeout(() => void this.#connect(), longest * (0.5 + Math.random() / 2));
    }
  }

  /** Restarts the timeout within which the server must send a message (`ka`). */
  #watchSilence(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      const socket = this.#socket;
      this.#drop();
      socket?.close();
      this.#retryLater();
    }, this.#silenceMilliseconds);
  }

  #tell(state: ConnectionState): void {
    if (state !== this.#state) {
      this.#state = state;
      this.stateChanged.forEach((listener) => listener(state));
    }
  }
}

function asApiError(message: ServerMessage): ApiError {
  const [error] = message.payload?.errors ?? [];
  return new ApiError(typeOf(error ?? {}), error?.message ?? 'The subscription was refused.');
}

function base64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
