/**
 * A room in which much happens to few messages, and a client that hears of it what a bad network leaves: some events
 * only in part or not at all, and in order within one subscription only.
 */
import type { Incomplete, Message, Reaction, RoomView } from '../src/sync/room-view';
import type { Server } from './server';

const LOSSES = ['poor', 'nameless', 'null', 'lost'] as const;
const SUBSCRIPTIONS = ['created', 'updated', 'deleted', 'reaction'] as const;
const WINDOW = 100;

/** Of an event: all of it arrives; only the message's id; not even that; null; nothing. */
type Fate = 'whole' | (typeof LOSSES)[number];
type Subscription = (typeof SUBSCRIPTIONS)[number];
type Arrival = () => Promise<void>;

export class History {
  readonly #server: Server;
  readonly #view: RoomView;
  readonly #random: () => number;
  /** One thing that happens to events in this history, or two: one loss makes good for another. */
  readonly #losses: readonly Fate[];
  readonly #hasBreaks: boolean;
  readonly #arrived: Record<Subscription, Arrival[]> = { created: [], updated: [], deleted: [], reaction: [] };
  /** Messages with a change whose event was lost, and nothing after it yet. */
  readonly #owed = new Set<number>();
  #isEndOpen = false;

  constructor(server: Server, view: RoomView, seed: number) {
    this.#server = server;
    this.#view = view;
    this.#random = generator(seed);
    this.#losses = [this.#choose(LOSSES), this.#choose(LOSSES)];
    this.#hasBreaks = this.#random() < 0.3;
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      const chance = this.#random();
      if (chance < 0.75) {
        this.#happen(this.#random() < 0.6 ? 'whole' : this.#choose(this.#losses));
      } else if (chance < 0.95 || !this.#hasBreaks) {
        await this.#take();
      } else {
        await this.#break();
      }
    }
  }

  /** Lets something follow on everything that was lost without a sign; nothing else is read again. */
  async settle(): Promise<void> {
    for (const seq of this.#owed) {
      this.#hearReaction('whole', this.#server.react(seq, '👋'));
    }
    if (this.#isEndOpen) {
      this.#hear('created', 'whole', this.#server.send(1));
    }
    await this.#take();
  }

  #happen(fate: Fate): void {
    const seq = this.#recent();
    const emoji = this.#choose(['👍', '🎉']);
    const action = this.#random();
    if (seq === undefined || action < 0.2) {
      this.#create(fate, this.#server.send(1));
    } else if (action < 0.4) {
      this.#create(fate, this.#server.reply(seq));
    } else if (action < 0.55) {
      this.#owe(fate, seq);
      this.#hear('updated', fate, this.#server.edit(seq));
    } else if (action < 0.65) {
      // Nothing may ever follow on a tombstone, so its event is never lost without a sign.
      this.#owed.delete(seq);
      this.#hear('deleted', fate === 'lost' ? 'null' : fate, this.#server.delete(seq));
    } else {
      this.#owe(fate, seq);
      this.#hearReaction(fate, action < 0.8 ? this.#server.react(seq, emoji) : this.#server.reactAgain(seq, emoji));
    }
  }

  /** The client looks at what has arrived, in any order of the subscriptions. */
  async #take(): Promise<void> {
    const order = SUBSCRIPTIONS.map((name) => ({ name, place: this.#random() })).sort((one, other) => one.place - other.place);
    for (const { name } of order) {
      for (const apply of this.#arrived[name].splice(0)) {
        await apply();
      }
    }
  }

  /** The connection breaks, and with it goes what was not looked at. */
  async #break(): Promise<void> {
    SUBSCRIPTIONS.forEach((name) => this.#arrived[name].splice(0));
    await this.#view.readWindow(WINDOW);
    this.#owed.clear();
    this.#isEndOpen = false;
  }

  #create(fate: Fate, message: Message): void {
    this.#isEndOpen = fate === 'lost';
    this.#hear('created', fate, message);
  }

  #owe(fate: Fate, seq: number): void {
    if (fate === 'lost') {
      this.#owed.add(seq);
    } else {
      this.#owed.delete(seq);
    }
  }

  #hear(name: 'created' | 'updated' | 'deleted', fate: Fate, message: Message): void {
    const { id, chatRoomId } = message;
    const forms = { whole: message, poor: { id, chatRoomId }, nameless: { chatRoomId } };
    this.#arrive<Message>(name, fate, forms, (event) => this.#view.applyMessage(event, name === 'created'));
  }

  #hearReaction(fate: Fate, reaction: Reaction): void {
    const { messageId, chatRoomId } = reaction;
    const forms = { whole: reaction, poor: { messageId, chatRoomId }, nameless: { chatRoomId } };
    this.#arrive<Reaction>('reaction', fate, forms, (event) => this.#view.applyReaction(event));
  }

  #arrive<Row>(
    name: Subscription,
    fate: Fate,
    forms: Record<'whole' | 'poor' | 'nameless', Incomplete<Row>>,
    apply: (event: Incomplete<Row> | null) => Promise<void>,
  ): void {
    if (fate !== 'lost') {
      this.#arrived[name].push(() => apply(fate === 'null' ? null : forms[fate]));
    }
  }

  /** One of the last three messages that are not deleted. */
  #recent(): number | undefined {
    const seqs = this.#server.messages.filter(({ deletedAt }) => deletedAt === null).map(({ seq }) => seq);
    return seqs.length === 0 ? undefined : this.#choose(seqs.slice(-3));
  }

  #choose<One>(from: readonly One[]): One {
    return from[Math.floor(this.#random() * from.length)] as One;
  }
}

/** Random numbers that are the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
