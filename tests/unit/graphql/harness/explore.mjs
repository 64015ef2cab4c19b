// Explores every interleaving of several attempts to send, with the real resolver code, and checks exactly-once
// sending in every state reached. A crash is an attempt that makes no further step: every state is also checked as if
// all running attempts had crashed in it.
//
// node explore.mjs '{"attempts": ["a", "a"], "voids": 2, "withoutCondition": null}'
//   attempts: the clientMessageId of each attempt; all are of one sender in one room
//   voids: how many numbers without a message may be closed, at any moment (sooner than closeGaps does)
//   staleMarkers: whether an eventually consistent read of idempotency records may also find none
//   refusedResult: the value of ctx.result after a refused condition, see dynamodb.mjs; `newer` is a separate step
//   withoutCondition: the function and the operation whose condition is removed, such as
//     `putIdempotencyRecord PutItem`, to show that the exploration detects it
// Prints {"states", "steps", "acknowledged", "violation"}.
import { loadCode } from './code.mjs';
import { Database } from './dynamodb.mjs';
import { clock } from './deterministic.mjs';
import { Executor } from './execution.mjs';

const room = 'room';
const sender = { sub: 'sender', username: 'sender', groups: ['Users'], claims: {} };
const start = clock.now;
const hour = 3600_000;

const settings = JSON.parse(process.argv[2]);
const code = await loadCode();
if (settings.withoutCondition) {
  const [name, operation] = settings.withoutCondition.split(' ');
  const weakened = code.functions[name];
  const { request } = weakened;
  weakened.request = (ctx) => {
    const { condition, ...rest } = request(ctx);
    return rest.operation === operation ? rest : { ...rest, condition };
  };
}
const executor = new Executor(code);

class Violation extends Error {}

const demand = (isTrue, what, facts) => {
  if (!isTrue) {
    throw new Violation(`${what}: ${JSON.stringify(facts)}`);
  }
};

const databaseOf = (rows, options) => new Database(rows, { refusedResult: settings.refusedResult, ...options });
const messagesOf = (rows) => Object.values(rows.messages);
const lastSeqOf = (rows) => Object.values(rows.rooms)[0].lastSeq;

/** Plain values by number, with equal numbers for equal values, so that results can be cached by number. */
class Values {
  #numbers = new Map();
  #texts = [];
  #values = [];

  numberOf(value) {
    const text = JSON.stringify(value);
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
      this.#values.push(JSON.parse(text));
    }
    return number;
  }

  /** The value, for reading. */
  of(number) {
    return this.#values[number];
  }

  /** A copy of the value, for changing. */
  copyOf(number) {
    return JSON.parse(this.#texts[number]);
  }
}

const allRows = new Values();
const allAttempts = new Values();

/** Caches results by their numbers. */
const once = (compute) => {
  const known = new Map();
  return (...numbers) => {
    const key = numbers.join();
    if (!known.has(key)) {
      known.set(key, compute(...numbers));
    }
    return known.get(key);
  };
};

const freshRows = () => {
  const database = new Database();
  database.give('rooms', { roomId: room, name: 'Room', visibility: 'PUBLIC', memberCount: 1, lastSeq: 0 });
  database.give('memberships', { roomId: room, userId: 'sender', displayName: 'Sender', state: 'ACTIVE', readSeq: 0 });
  return database.rows;
};

const send = (clientMessageId, content) =>
  executor.start('Mutation.createMessage', { input: { chatRoomId: room, content, clientMessageId } }, sender);

const copiesOf = (rows, clientMessageId) => messagesOf(rows).filter((row) => row.clientMessageId === clientMessageId);

const checkRows = once((rows) => {
  for (const clientMessageId of new Set(settings.attempts)) {
    const copies = copiesOf(allRows.of(rows), clientMessageId);
    demand(copies.length <= 1, 'More than one copy', copies);
  }
});

const checkAttempt = once((rows, number) => {
  const attempt = allAttempts.of(number);
  const error = attempt.outcome?.error;
  demand(!error || error.type === 'Conflict', 'An attempt fails for ever', error);
  const message = attempt.outcome?.data;
  if (message) {
    const [row] = copiesOf(allRows.of(rows), attempt.args.input.clientMessageId);
    demand(row && row.seq === message.seq && row.content === message.content, 'Acknowledged, but not there', message);
  }
});

const checkStep = once((before, after) => {
  const then = allRows.of(after).messages;
  for (const [key, row] of Object.entries(allRows.of(before).messages)) {
    demand(JSON.stringify(then[key]) === JSON.stringify(row), 'A row changed', row);
  }
});

/** Checks a state in which all attempts have crashed: gaps are closed, and a repeated call succeeds. */
const checkSettling = once((rows) => {
  const database = databaseOf(allRows.copyOf(rows));
  clock.now = start + hour;
  const read = () => executor.run(
    executor.start('Query.messagesByRoom', { chatRoomId: room, afterSeq: 0, limit: 100 }, sender), database,
  ).outcome;
  const { data, error } = read();
  demand(!error, 'Cannot read', error);
  const numbers = data.items.map((item) => item.seq);
  const dense = numbers.every((seq, index) => seq === index + 1) && numbers.length === lastSeqOf(database.rows);
  demand(dense, 'An old hole is left', numbers);
  demand(
    data.items.every((item) => item.type === 'VOID' || item.clientMessageId),
    'Neither message nor VOID', data.items,
  );
  for (const clientMessageId of new Set(settings.attempts)) {
    const before = copiesOf(database.rows, clientMessageId)[0];
    const { outcome } = executor.run(send(clientMessageId, 'repeated'), database);
    demand(outcome.data, 'A repeated call is not answered', outcome);
    demand(!before || outcome.data.seq === before.seq, 'A repeated call has another answer', outcome);
    demand(copiesOf(database.rows, clientMessageId).length === 1, 'A repeated call made a copy', outcome);
  }
  clock.now = start;
});

/** The results of an attempt's next step for these rows, regardless of other attempts. */
const stepped = once((rows, attempt, isStale) => {
  const [afterRows, afterAttempt] = [allRows.copyOf(rows), allAttempts.copyOf(attempt)];
  executor.step(afterAttempt, databaseOf(afterRows, isStale ? { withoutRecent: ['deduplication'] } : {}));
  return { rows: allRows.numberOf(afterRows), attempt: allAttempts.numberOf(afterAttempt) };
});

/** The rows after closing one more number, for each of these numbers. */
const closed = once((rows) => {
  const found = [];
  for (let seq = 1; seq <= lastSeqOf(allRows.of(rows)); seq += 1) {
    const database = databaseOf(allRows.copyOf(rows));
    if (!messagesOf(database.rows).some((row) => row.seq === seq)) {
      database.give('messages', { roomId: room, seq, type: 'VOID', createdAt: new Date(start).toISOString() });
      found.push(allRows.numberOf(database.rows));
    }
  }
  return found;
});

const successors = function* ({ rows, attempts, voids }) {
  for (const [index, attempt] of attempts.entries()) {
    const { outcome, callsMade } = allAttempts.of(attempt);
    if (!outcome) {
      for (const isStale of settings.staleMarkers && callsMade === 0 ? [false, true] : [false]) {
        const after = stepped(rows, attempt, isStale);
        yield { rows: after.rows, attempts: attempts.with(index, after.attempt), voids };
      }
    }
  }
  for (const after of voids > 0 ? closed(rows) : []) {
    yield { rows: after, attempts, voids: voids - 1 };
  }
};

const explore = () => {
  const attempts = settings.attempts.map((clientMessageId, index) =>
    allAttempts.numberOf(send(clientMessageId, `attempt ${index}`)),
  );
  const pending = [{ rows: allRows.numberOf(freshRows()), attempts, voids: settings.voids }];
  const keyOf = (node) => `${node.rows};${node.attempts.join()};${node.voids}`;
  const seen = new Set(pending.map(keyOf));
  const summary = { states: 0, steps: 0, acknowledged: 0, violation: null };
  try {
    while (pending.length > 0) {
      const node = pending.pop();
      summary.states += 1;
      summary.acknowledged += node.attempts.some((attempt) => allAttempts.of(attempt).outcome?.data) ? 1 : 0;
      checkRows(node.rows);
      node.attempts.forEach((attempt) => checkAttempt(node.rows, attempt));
      checkSettling(node.rows);
      for (const next of successors(node)) {
        summary.steps += 1;
        checkStep(node.rows, next.rows);
        const key = keyOf(next);
        if (!seen.has(key)) {
          seen.add(key);
          pending.push(next);
        }
      }
    }
  } catch (problem) {
    if (!(problem instanceof Violation)) {
      throw problem;
    }
    summary.violation = problem.message;
  }
  return summary;
};

process.stdout.write(`${JSON.stringify(explore())}\n`);
