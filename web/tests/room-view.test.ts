/** The client algorithm of docs/api.md against a room that loses events, is edited and expires. */
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
  it('shows the window at the end of the room, in order', async () => {
    const server = new Server();
    server.send(150);
    const view = viewOf(server);

    await view.readWindow(WINDOW);

    expect(view.shown()).toEqual(server.messages.slice(50));
    expect(view.found).toBe(0);
    expect(view.settled).toBe(150);
    expect(view.floor).toBe(50);
  });

  it('tells how many messages came in a break, and takes over what was edited meanwhile', async () => {
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

  it('waits for a number that may still get its message, and shows none that never will', async () => {
    const server = new Server();
    server.send(2);
    server.reserve();
    server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    expect(view.settled).toBe(2);
    expect(view.shown().map(({ seq }) => seq)).toEqual([1, 2, 4]);

    server.close(3);
    await view.learnHead(4);

    expect(view.settled).toBe(4);
    expect(view.shown().map(({ seq }) => seq)).toEqual([1, 2, 4]);
  });

  it('lets go of what has expired', async () => {
    const server = new Server();
    server.send(4);
    const view = viewOf(server);
    await view.readWindow(WINDOW);

    server.expire(2);
    await view.readWindow(WINDOW);

    expect(view.shown().map(({ seq }) => seq)).toEqual([1, 3, 4]);
  });

  it('keeps the newest messages when it is trimmed, and takes older ones back', async () => {
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
  it('reads what is missing before a message that is not the next one', async () => {
    const server = new Server();
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    server.send(2);

    await view.applyMessage(server.send(1), true);

    expect(view.shown()).toEqual(server.messages);
    expect(server.reads.pages).toBeGreaterThan(1);
  });

  it('reads nothing for a message that is the next one, also when it comes twice', async () => {
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

  it('drops an older revision', async () => {
    const server = new Server();
    const first = server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    const edited = server.edit(1);

    await view.applyMessage(edited, false);
    await view.applyMessage(first, false);

    expect(view.shown()).toEqual([edited]);
  });

  it('puts in the count of a reaction with the next revision, and reads the message for a later one', async () => {
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
    ['a new message of which nothing came', null, true],
    ['a new message of which the id came', { id: 'room:3' }, true],
    ['an edit of which nothing came', null, false],
    ['an edit of which the id came', { id: 'room:1' }, false],
  ])('reads what an incomplete event was about: %s', async (_name, event, isNew) => {
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

  it('takes the new state of a thread’s root over from a reply, or reads the root', async () => {
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

  it('reads the root of a reply that came in a break', async () => {
    const server = new Server();
    server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    server.reply(1);

    await view.learnHead(2);

    expect(view.shown()).toEqual(server.messages);
  });

  it('reads the root of a reply that is heard of first by its edit or its deletion', async () => {
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

  it('reads no root for the edit of a reply that is there', async () => {
    const server = new Server();
    server.send(1);
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    await view.applyMessage(server.reply(1), true);

    await view.applyMessage(server.edit(2), false);

    expect(server.reads.messages).toBe(0);
    expect(view.shown()).toEqual(server.messages);
  });

  it('reads a message that comes without the reaction that was heard of before', async () => {
    const server = new Server();
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    const message = server.send(1);

    await view.applyReaction(server.react(1, '👍'));
    await view.applyMessage(message, true);

    expect(view.shown()).toEqual(server.messages);
    expect(server.reads.messages).toBe(1);
  });

  it('reads nothing for a message that comes with the reaction that was heard of before', async () => {
    const server = new Server();
    const view = viewOf(server);
    await view.readWindow(WINDOW);
    server.send(1);

    await view.applyReaction(server.react(1, '👍'));
    await view.learnHead(1);

    expect(view.shown()).toEqual(server.messages);
    expect(server.reads.messages).toBe(0);
  });

  it('reads an older message that the user scrolls to, when a reaction to it came while the page was on its way', async () => {
    const server = new Server();
    server.send(4);
    const view = viewOf(server);
    await view.readWindow(2);
    const page = server.messages.slice(0, 2);

    await view.applyReaction(server.react(2, '👍'));
    await view.prepend(page, 0);

    expect(view.shown()).toEqual(server.messages);
  });

  it('reads a message of which a reaction that changed nothing shows that something else did', async () => {
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

describe('any history', () => {
  it.each(Array.from({ length: 10 }, (_value, hundred) => 100 * hundred))(
    'ends with what a client shows that has just come (100 seeds from %i)',
    async (first) => {
      for (let seed = first; seed < first + 100; seed += 1) {
        const server = new Server();
        server.send(3);
        const view = viewOf(server);
        await view.readWindow(WINDOW);
        const history = new History(server, view, seed);

        await history.run(30);
        await history.settle();

        const fresh = viewOf(server);
        await fresh.readWindow(WINDOW);
        expect(view.shown(), `seed ${seed}`).toEqual(fresh.shown());
      }
    },
  );
});
