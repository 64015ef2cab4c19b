// Explores every interleaving of several attempts to send, with the real resolver code, and checks in every state
// reached what exactly-once promises. A crash is an attempt that takes no further step: every state is also judged as
// if all attempts still under way had crashed in it.
//
// node explore.mjs '{"attempts": ["a", "a"], "voids": 2, "withoutCondition": null}'
//   attempts: the clientMessageId of each attempt; all are of one sender in one room
//   voids: how many numbers without a message may be closed, at any moment (sooner than closeHoles ever would)
//   staleMarkers: whether a read of the markers that is not strongly consistent may also see none
//   refusedResult: what ctx.result is after a refused condition, see dynamodb.mjs; `newer` is read in a step of its own
//   withoutCondition: the function and the operation whose condition is taken away, `putMarker PutItem`, to show that the
//     exploration would notice
// Prints {"states", "steps", "acknowledged", "violation"}.
import { clock } from './appsync.mjs';
import { loadCode } from './code.mjs';
import { Database } from './dynamodb.mjs';
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
const copy = (value) => JSON.parse(JSON.stringify(value));
const messagesOf = (rows) => Object.values(rows.messages);
const lastSeqOf = (rows) => Object.values(rows.rooms)[0].lastSeq;

const freshRows = () => {
  const database = new Database();
  database.give('rooms', { roomId: room, name: 'Room', visibility: 'PUBLIC', memberCount: 1, lastSeq: 0 });
  database.give('memberships', { roomId: room, userId: 'sender', displayName: 'Sender', state: 'ACTIVE', readSeq: 0 });
  return database.rows;
};

const send = (clientMessageId, content) =>
  executor.start('Mutation.createMessage', { input: { chatRoomId: room, content, clientMessageId } }, sender);

const copiesOf = (rows, clientMessageId) => messagesOf(rows).filter((row) => row.clientMessageId === clientMessageId);

const checkState = ({ rows, attempts }) => {
  for (const clientMessageId of new Set(settings.attempts)) {
    const copies = copiesOf(rows, clientMessageId);
    demand(copies.length <= 1, 'More than one copy', copies);
  }
  attempts.forEach((attempt, index) => {
    const error = attempt.outcome?.error;
    demand(!error || error.type === 'Conflict', 'An attempt fails for ever', error);
    const message = attempt.outcome?.data;
    if (message) {
      const [row] = copiesOf(rows, settings.attempts[index]);
      demand(row && row.seq === message.seq && row.content === message.content, 'Acknowledged, but not there', message);
    }
  });
};

const checkStep = (before, after) => {
  for (const [key, row] of Object.entries(before.messages)) {
    demand(JSON.stringify(after.messages[key]) === JSON.stringify(row), 'A row changed', row);
  }
};

const settled = new Set();

/** What comes of a state in which everybody has crashed: holes close, and a repeated call is answered. */
const checkSettling = (rows) => {
  const key = JSON.stringify(rows);
  if (settled.has(key)) {
    return;
  }
  settled.add(key);
  const database = databaseOf(copy(rows));
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
};

const successors = function* ({ rows, attempts, voids }) {
  for (const [index, attempt] of attempts.entries()) {
    if (!attempt.outcome) {
      const next = { rows: copy(rows), attempts: copy(attempts), voids };
      executor.step(next.attempts[index], databaseOf(next.rows));
      yield next;
      if (settings.staleMarkers && attempt.position === 0) {
        const stale = { rows: copy(rows), attempts: copy(attempts), voids };
        executor.step(stale.attempts[index], databaseOf(stale.rows, { withoutRecent: ['deduplication'] }));
        yield stale;
      }
    }
  }
  for (let seq = 1; voids > 0 && seq <= lastSeqOf(rows); seq += 1) {
    const database = databaseOf(copy(rows));
    if (!messagesOf(rows).some((row) => row.seq === seq)) {
      database.give('messages', { roomId: room, seq, type: 'VOID', createdAt: new Date(start).toISOString() });
      yield { rows: database.rows, attempts, voids: voids - 1 };
    }
  }
};

const explore = () => {
  const attempts = settings.attempts.map((clientMessageId, index) => send(clientMessageId, `attempt ${index}`));
  const pending = [{ rows: freshRows(), attempts, voids: settings.voids }];
  const seen = new Set(pending.map((node) => JSON.stringify(node)));
  const summary = { states: 0, steps: 0, acknowledged: 0, violation: null };
  try {
    while (pending.length > 0) {
      const node = pending.pop();
      summary.states += 1;
      summary.acknowledged += node.attempts.some((attempt) => attempt.outcome?.data) ? 1 : 0;
      checkState(node);
      checkSettling(node.rows);
      for (const next of successors(node)) {
        summary.steps += 1;
        checkStep(node.rows, next.rows);
        const key = JSON.stringify(next);
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
