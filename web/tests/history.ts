/**
 * A random history of many changes to few messages, delivered to a client over a bad network: some events are incomplete
 * or lost, and the order is kept within each subscription only.
 */
import type { Incomplete, Message, Reaction, RoomView } from '../src/sync/room-view';
import type { Server } from './server';

const LOSSES = ['id only', 'no id', 'null', 'lost'] as const;
const SUBSCRIPTIONS = ['created', 'updated', 'deleted', 'reaction'] as const;
const WINDOW = 100;

/** How an event is delivered: complete, with ids only, without the message's id, as null, or not at all. */
type Delivery = 'complete' | (typeof LOSSES)[number];
type Subscription = (typeof SUBSCRIPTIONS)[number];
type QueuedEvent = () => Promise<void>;

export class History {
  readonly #server: Server;
  readonly #view: RoomView;
  readonly #random: () => number;
  /** One or two kinds of loss in this history: more kinds would hide each other, because one repairs another. */
  readonly #losses: readonly Delivery[];
  readonly #hasDisconnections: boolean;
  readonly #queues: Record<Subscription, QueuedEvent[]> = { created: [], updated: [], deleted: [], reaction: [] };
  /** Messages with a lost event and no later event. */
  readonly #unrepaired = new Set<number>();
  #isLastLost = false;

  constructor(server: Server, view: RoomView, seed: number) {
    this.#server = server;
    this.#view = view;
    this.#random = seededRandom(seed);
    this.#losses = [this.#choose(LOSSES), this.#choose(LOSSES)];
    this.#hasDisconnections = this.#random() < 0.3;
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      const chance = this.#random();
      if (chance < 0.75) {
        this.#change(this.#random() < 0.6 ? 'complete' : this.#choose(this.#losses));
      } else if (chance < 0.95 || !this.#hasDisconnections) {
        await this.#deliver();
      } else {
        await this.#reconnect();
      }
    }
  }

  /** Sends a further event for everything that was lost unnoticed, so that the client detects the loss. */
  async repair(): Promise<void> {
    for (const seq of this.#unrepaired) {
      this.#queueReaction('complete', this.#server.react(seq, '👋'));
    }
    if (this.#isLastLost) {
      this.#queueMessage('created', 'complete', this.#server.send(1));
    }
    await this.#deliver();
  }

  #change(delivery: Delivery): void {
    const seq = this.#recentSeq();
    const emoji = this.#choose(['👍', '🎉']);
    const action = this.#random();
    if (seq === undefined || action < 0.2) {
      this.#create(delivery, this.#server.send(1));
    } else if (action < 0.4) {
      this.#create(delivery, this.#server.reply(seq));
    } else if (action < 0.55) {
      this.#trackLoss(delivery, seq);
      this.#queueMessage('updated', delivery, this.#server.edit(seq));
    } else if (action < 0.65) {
      // No event may ever follow a tombstone, so its event is never lost unnoticed.
      this.#unrepaired.delete(seq);
      this.#queueMessage('deleted', delivery === 'lost' ? 'null' : delivery, this.#server.delete(seq));
    } else {
      this.#trackLoss(delivery, seq);
      this.#queueReaction(delivery, action < 0.8 ? this.#server.react(seq, emoji) : this.#server.reactAgain(seq, emoji));
    }
  }

  /** Applies the queued events, with the subscriptions in random order. */
  async #deliver(): Promise<void> {
    const order = SUBSCRIPTIONS.map((name) => ({ name, rank: this.#random() })).sort((a, b) => a.rank - b.rank);
    for (const { name } of order) {
      for (const apply of this.#queues[name].splice(0)) {
        await apply();
      }
    }
  }

  /** Reconnects; queued events are lost. */
  async #reconnect(): Promise<void> {
    SUBSCRIPTIONS.forEach((name) => this.#queues[name].splice(0));
    await this.#view.readWindow(WINDOW);
    this.#unrepaired.clear();
    this.#isLastLost = false;
  }

  #create(delivery: Delivery, message: Message): void {
    this.#isLastLost = delivery === 'lost';
    this.#queueMessage('created', delivery, message);
  }

  #trackLoss(delivery: Delivery, seq: number): void {
    if (delivery === 'lost') {
      this.#unrepaired.add(seq);
    } else {
      this.#unrepaired.delete(seq);
    }
  }

  #queueMessage(name: 'created' | 'updated' | 'deleted', delivery: Delivery, message: Message): void {
    const { id, chatRoomId } = message;
    const variants = { complete: message, 'id only': { id, chatRoomId }, 'no id': { chatRoomId } };
    this.#queue<Message>(name, delivery, variants, (event) => this.#view.applyMessage(event, name === 'created'));
  }

  #queueReaction(delivery: Delivery, reaction: Reaction): void {
    const { messageId, chatRoomId } = reaction;
    const variants = { complete: reaction, 'id only': { messageId, chatRoomId }, 'no id': { chatRoomId } };
    this.#queue<Reaction>('reaction', delivery, variants, (event) => this.#view.applyReaction(event));
  }

  #queue<Row>(
    name: Subscription,
    delivery: Delivery,
    variants: Record<'complete' | 'id only' | 'no id', Incomplete<Row>>,
    apply: (event: Incomplete<Row> | null) => Promise<void>,
  ): void {
    if (delivery !== 'lost') {
      this.#queues[name].push(() => apply(delivery === 'null' ? null : variants[delivery]));
    }
  }

  /** Returns one of the last three messages that are not deleted. */
  #recentSeq(): number | undefined {
    const seqs = this.#server.messages.filter(({ deletedAt }) => deletedAt === null).map(({ seq }) => seq);
    return seqs.length === 0 ? undefined : this.#choose(seqs.slice(-3));
  }

  #choose<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#random() * values.length)] as Value;
  }
}

/** Returns a deterministic random number generator (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
