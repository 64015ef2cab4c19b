/** The client algorithm of docs/api.md in a room with lost events, edits and expired messages. */
import { describe, expect, it } from 'vitest';
import { RoomView } from '../src/sync/room-view';
import type { Message } from '../src/sync/room-view';
import { History } from './history';
import { Server } from './server';

const WINDOW = 100;

function viewOf(server: Server): RoomView {
  return new RoomView(server);
}

describe('reading', () => {
  it('loads the window at the end of the room, in order', async () => {
    const server = new Server();
    server.send(150);
    const view = viewOf(server);

    await view.readWindow(WINDOW);

    expect(view.shown()).toEqual(server.messages.slice(50));
    expect(view.found).toBe(0);
    expect(view.settled).toBe(150);
    expect(view.floor).toBe(50);
  });

  it('counts messages sent during a disconnection, and applies edits', async () => {
    const server = new Server();
    server.send(5);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    server.edit(2);
    server.send(3);

    await view.readWindow(WINDOW);

    expect(view.found).toBe(3);
    expect(view.shown()).toEqual(server.messages);
  });

  it('waits for a number whose message may still arrive, and does not show an unused number', async () => {
    const server = new Server();
    server.send(2);
    server.reserve();
    server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    expect(view.settled).toBe(2);
    expect(view.shown().map(({ seq }) => seq)).toEqual([1, 2, 4]);

    server.close(3);
    await view.applyHeadSeq(4);

    expect(view.settled).toBe(4);
    expect(view.shown().map(({ seq }) => seq)).toEqual([1, 2, 4]);
  });

  it('removes expired messages', async () => {
    const server = new Server();
    server.send(4);
    const view = viewOf(server);
    await view.readWindow(WINDOW);

    server.expire(2);
    await view.readWindow(WINDOW);

    expect(view.shown().map(({ seq }) => seq)).toEqual([1, 3, 4]);
  });

  it('keeps the newest messages after trim, and accepts older pages again', async () => {
    const server = new Server();
    server.send(10);
    const view = viewOf(server);
    await view.readWindow(WINDOW);

    view.trim(3);
    expect(view.shown().map(({ seq }) => seq)).toEqual([8, 9, 10]);
    expect(view.floor).toBe(7);

    await view.prepend(server.messages.slice(4, 7), 4);
    expect(view.shown().map(({ seq }) => seq)).toEqual([5, 6, 7, 8, 9, 10]);
    await view.readWindow(WINDOW);
    expect(view.found).toBe(0);
  });
});

describe('events', () => {
  it('reads the missing messages before a message that is not the next', async () => {
    const server = new Server();
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    server.send(2);

    await view.applyMessage(server.send(1), true);

    expect(view.shown()).toEqual(server.messages);
    expect(server.reads.pages).toBeGreaterThan(1);
  });

  it('reads nothing for the next message, even if it is delivered twice', async () => {
    const server = new Server();
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    const before = server.reads.pages;
    const message = server.send(1);

    await view.applyMessage(message, true);
    await view.applyMessage(message, true);

    expect(view.shown()).toEqual([message]);
    expect(server.reads).toEqual({ pages: before, messages: 0 });
  });

  it('ignores an older revision', async () => {
    const server = new Server();
    const first = server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    const edited = server.edit(1);

    await view.applyMessage(edited, false);
    await view.applyMessage(first, false);

    expect(view.shown()).toEqual([edited]);
  });

  it('applies the count of a reaction with the next revision, and reads the message for a later revision', async () => {
    const server = new Server();
    server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);

    await view.applyReaction(server.react(1, '👍'));
    expect(server.reads.messages).toBe(0);
    expect(view.shown()).toEqual(server.messages);

    server.react(1, '🎉');
    await view.applyReaction(server.react(1, '👍'));
    expect(server.reads.messages).toBe(1);
    expect(view.shown()).toEqual(server.messages);
  });

  it.each<[string, Partial<Message> | null, boolean]>([
    ['a new message without any field', null, true],
    ['a new message with only its id', { id: 'room:3' }, true],
    ['an edit without any field', null, false],
    ['an edit with only its id', { id: 'room:1' }, false],
  ])('reads the data of an incomplete event: %s', async (_name, event, isNew) => {
    const server = new Server();
    server.send(2);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    if (isNew) {
      server.send(1);
    } else {
      server.edit(1);
    }

    await view.applyMessage(event, isNew);

    expect(view.shown()).toEqual(server.messages);
  });

  it('applies the new state of a thread root from a reply, or reads the root', async () => {
    const server = new Server();
    server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);

    await view.applyMessage(server.reply(1), true);
    expect(server.reads.messages).toBe(0);
    expect(view.shown()[0]?.replyCount).toBe(1);

    server.edit(1);
    await view.applyMessage(server.reply(1), true);
    expect(server.reads.messages).toBe(1);
    expect(view.shown()).toEqual(server.messages);
  });

  it('reads the root of a reply that was sent during a disconnection', async () => {
    const server = new Server();
    server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    server.reply(1);

    await view.applyHeadSeq(2);

    expect(view.shown()).toEqual(server.messages);
  });

  it('reads the root of a reply whose first event is its edit or deletion', async () => {
    for (const change of ['edit', 'delete'] as const) {
      const server = new Server();
      server.send(1);
      const view = viewOf(server);
      await view.readWindow(WINDOW);
      server.reply(1);

      await view.applyMessage(server[change](2), false);

      expect(view.shown()).toEqual(server.messages);
      expect(server.reads.messages).toBe(1);
    }
  });

  it('does not read the root for an edit of a known reply', async () => {
    const server = new Server();
    server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    await view.applyMessage(server.reply(1), true);

    await view.applyMessage(server.edit(2), false);

    expect(server.reads.messages).toBe(0);
    expect(view.shown()).toEqual(server.messages);
  });

  it('reads a message that arrives without a reaction that was delivered before', async () => {
    const server = new Server();
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    const message = server.send(1);

    await view.applyReaction(server.react(1, '👍'));
    await view.applyMessage(message, true);

    expect(view.shown()).toEqual(server.messages);
    expect(server.reads.messages).toBe(1);
  });

  it('reads nothing for a message that arrives with a reaction that was delivered before', async () => {
    const server = new Server();
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    server.send(1);

    await view.applyReaction(server.react(1, '👍'));
    await view.applyHeadSeq(1);

    expect(view.shown()).toEqual(server.messages);
    expect(server.reads.messages).toBe(0);
  });

  it('reads an older message if its reaction was delivered while the page was being loaded', async () => {
    const server = new Server();
    server.send(4);
    const view = viewOf(server);
    await view.readWindow(2);
    const page = server.messages.slice(0, 2);

    await view.applyReaction(server.react(2, '👍'));
    await view.prepend(page, 0);

    expect(view.shown()).toEqual(server.messages);
  });

  it('reads the message if a reaction that changed nothing reveals a missed event', async () => {
    const server = new Server();
    server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    await view.applyReaction(server.react(1, '👍'));
    server.edit(1);

    await view.applyReaction(server.reactAgain(1, '👍'));

    expect(view.shown()).toEqual(server.messages);
    expect(server.reads.messages).toBe(1);
  });
});

describe('random histories', () => {
  it.each(Array.from({ length: 10 }, (_value, index) => 100 * index))(
    'converge to the view of a new client (100 seeds from %i)',
    async (first) => {
      for (let seed = first; seed < first + 100; seed += 1) {
        const server = new Server();
        server.send(3);
        const view = viewOf(server);
        await view.readWindow(WINDOW);
        const history = new History(server, view, seed);

        await history.run(30);
        await history.repair();

        const fresh = viewOf(server);
        await fresh.readWindow(WINDOW);
        expect(view.shown(), `seed ${seed}`).toEqual(fresh.shown());
      }
    },
  );
});
