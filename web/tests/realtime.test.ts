/** AppSync's WebSocket protocol with a fake WebSocket. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, isRetryable } from '../src/api/errors';
import { OnMessageCreated } from '../src/api/operations';
import { Realtime } from '../src/api/realtime';
import type { EndReason, Subscription } from '../src/api/realtime';

interface ClientMessage {
  type: string;
  id?: string;
  payload?: { data: string; extensions: { authorization: Record<string, string> } };
}

class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];

  onopen: (() => void) | undefined;
  onmessage: ((event: { data: string }) => void) | undefined;
  onclose: (() => void) | undefined;
  readyState = 1;
  readonly sent: ClientMessage[] = [];

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientMessage);
  }

  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }

  receive(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  acknowledge(): void {
    this.onopen?.();
    this.receive({ type: 'connection_ack', payload: { connectionTimeoutMs: 1_000 } });
  }
}

interface Listener {
  readonly subscription: Subscription;
  readonly events: unknown[];
  readonly ends: EndReason[];
}

function listen(realtime: Realtime): Listener {
  const events: unknown[] = [];
  const ends: EndReason[] = [];
  const subscription = realtime.subscribe(OnMessageCreated, { chatRoomId: 'room' }, {
    next: (data) => events.push(data),
    ended: (reason) => ends.push(reason),
  });
  subscription.started.catch(() => undefined);
  return { subscription, events, ends };
}

async function connected(): Promise<{ realtime: Realtime; socket: FakeSocket }> {
  const realtime = new Realtime('ws://host/graphql/realtime', 'http://host/graphql', () => Promise.resolve('token'));
  realtime.open();
  await vi.advanceTimersByTimeAsync(0);
  const socket = lastSocket();
  socket.acknowledge();
  return { realtime, socket };
}

function lastSocket(): FakeSocket {
  const socket = FakeSocket.all.at(-1);
  if (socket === undefined) {
    throw new Error('There is no connection.');
  }
  return socket;
}

async function started(socket: FakeSocket): Promise<string> {
  await vi.advanceTimersByTimeAsync(0);
  return socket.sent.findLast(({ type }) => type === 'start')?.id ?? '';
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.all = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a connection', () => {
  it('sends its token in a subprotocol, and then connection_init', async () => {
    const { realtime, socket } = await connected();

    const [protocol, header] = socket.protocols;
    expect(protocol).toBe('graphql-ws');
    const encoded = (header ?? '').replace('header-', '').replaceAll('-', '+').replaceAll('_', '/');
    expect(JSON.parse(atob(encoded))).toEqual({ host: 'host', Authorization: 'token' });
    expect(socket.sent).toEqual([{ type: 'connection_init' }]);
    expect(realtime.state).toBe('online');
  });

  it('reconnects after a disconnection, notifies its listeners, and does not reconnect after close', async () => {
    const { realtime, socket } = await connected();
    const states: string[] = [];
    const onConnected = vi.fn();
    realtime.stateChanged.add((state) => states.push(state));
    realtime.connected.add(onConnected);

    socket.close();
    await vi.advanceTimersByTimeAsync(1_000);
    lastSocket().acknowledge();

    expect(states).toEqual(['offline', 'connecting', 'online']);
    expect(onConnected).toHaveBeenCalledOnce();
    realtime.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('waits longer after each attempt, and not at all in reconnectNow', async () => {
    const { realtime, socket } = await connected();
    socket.close();
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await vi.advanceTimersByTimeAsync(10_000);
      lastSocket().close();
    }
    const before = FakeSocket.all.length;

    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(before);
    realtime.reconnectNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(FakeSocket.all).toHaveLength(before + 1);
  });

  it('is dropped if the server sends no message within the timeout', async () => {
    const { realtime, socket } = await connected();
    await vi.advanceTimersByTimeAsync(900);
    socket.receive({ type: 'ka' });
    await vi.advanceTimersByTimeAsync(900);
    expect(realtime.state).toBe('online');

    await vi.advanceTimersByTimeAsync(200);

    expect(realtime.state).not.toBe('online');
  });
});

describe('a subscription', () => {
  it('starts when the server acknowledges it, and delivers events', async () => {
    const { realtime, socket } = await connected();
    const { subscription, events } = listen(realtime);
    const id = await started(socket);
    const start = socket.sent.at(-1)?.payload;
    expect(JSON.parse(start?.data ?? '')).toEqual({ query: OnMessageCreated, variables: { chatRoomId: 'room' } });
    expect(start?.extensions.authorization).toEqual({ host: 'host', Authorization: 'token' });

    socket.receive({ type: 'start_ack', id });
    await expect(subscription.started).resolves.toBeUndefined();
    socket.receive({ type: 'data', id, payload: { data: { onMessageCreated: null } } });
    socket.receive({ type: 'data', id, payload: { data: null, errors: [{ message: 'incomplete' }] } });

    expect(events).toEqual([{ onMessageCreated: null }, null]);
  });

  it('reports why it was rejected', async () => {
    const { realtime, socket } = await connected();
    const { subscription, ends } = listen(realtime);
    const id = await started(socket);

    socket.receive({ type: 'error', id, payload: { errors: [{ errorType: 'Forbidden', message: 'Not a member' }] } });

    await expect(subscription.started).rejects.toThrow('Not a member');
    expect(ends).toEqual([new ApiError('Forbidden', 'Not a member')]);
  });

  it('treats an error without a type as not retryable', async () => {
    const { realtime, socket } = await connected();
    const { ends } = listen(realtime);
    const message = "Validation error of type FieldUndefined: Field 'x' in type 'Message' is undefined @ 'onMessageCreated/x'";

    socket.receive({ type: 'error', id: await started(socket), payload: { errors: [{ message }] } });

    expect(ends).toEqual([new ApiError('ValidationError', message)]);
    expect(isRetryable(ends[0])).toBe(false);
  });

  it('reports that the server has ended it', async () => {
    const { realtime, socket } = await connected();
    const { ends } = listen(realtime);
    socket.receive({ type: 'complete', id: await started(socket) });
    expect(ends).toEqual(['ended by the server']);
  });

  it('delivers no events after close, and stops on the server', async () => {
    const { realtime, socket } = await connected();
    const { subscription, events, ends } = listen(realtime);
    const id = await started(socket);

    subscription.close();
    socket.receive({ type: 'data', id, payload: { data: {} } });
    socket.receive({ type: 'complete', id });

    expect(socket.sent.at(-1)).toEqual({ id, type: 'stop' });
    expect([events, ends]).toEqual([[], []]);
  });

  it('fails to start if the connection is lost, and is removed', async () => {
    const { realtime, socket } = await connected();
    const { subscription, ends } = listen(realtime);
    await started(socket);

    socket.close();

    await expect(subscription.started).rejects.toThrow('was lost');
    expect(ends).toEqual([]);
  });
});
