// Serves an in-memory backend to a test: rows, a clock and the real resolvers. One JSON command and one JSON answer per
// line.
import { createInterface } from 'node:readline';
import { loadCode } from './code.mjs';
import { Database } from './dynamodb.mjs';
import { clock } from './deterministic.mjs';
import { Executor } from './execution.mjs';
import { naive } from './naive.mjs';

const start = clock.now;
const executor = new Executor(await loadCode());
let database = new Database();
let running = [];
let requests = 0;
let restore = () => {};

/** Has the length of AppSync's ids, and is different for each request. */
const nextRequestId = () => `${(requests += 1)}`.padStart(36, '0');

const report = (state, calls) => ({
  outcome: state.outcome,
  calls,
  units: database.units,
  requestId: state.requestId,
  filters: state.filters,
});

const commands = {
  reset() {
    clock.now = start;
    database = new Database();
    running = [];
    requests = 0;
    executor.refused.length = 0;
    restore();
    return null;
  },
  give({ table, item }) {
    database.give(table, item);
    return null;
  },
  take({ table, key }) {
    database.take(table, key);
    return null;
  },
  items({ table }) {
    return database.items(table);
  },
  refusals({ mode }) {
    database.refusedResult = mode;
    return null;
  },
  refused() {
    return executor.refused;
  },
  conditional() {
    return Object.values({ ...executor.code.functions, ...executor.code.resolvers })
      .filter((code) => code.isConditional)
      .map((code) => code.name);
  },
  batches() {
    return Object.values({ ...executor.code.functions, ...executor.code.resolvers })
      .filter((code) => code.isBatch)
      .map((code) => code.name);
  },
  wait({ seconds }) {
    clock.now += seconds * 1000;
    return null;
  },
  naive({ name }) {
    const code = executor.code.functions[name];
    const { response } = code;
    code.response = naive[name];
    restore = () => {
      code.response = response;
    };
    return null;
  },
  start({ field, args, identity, more }) {
    running.push(executor.start(field, args, identity, nextRequestId(), more));
    return running.length - 1;
  },
  step({ id }) {
    database.units = { read: 0, write: 0 };
    const call = running[id].outcome ? null : executor.step(running[id], database);
    return report(running[id], call ? [call] : []);
  },
  /** Uses the given requestId, null for none; generates one by default. */
  run({ field, args, identity, info, requestId = nextRequestId() }) {
    database.units = { read: 0, write: 0 };
    const state = executor.start(field, args, identity, requestId, { info });
    return report(state, executor.run(state, database).calls);
  },
};

process.stdout.write('"ready"\n');
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  let answer;
  try {
    answer = { answer: commands[command.do](command) };
  } catch (problem) {
    answer = { problem: String(problem.stack) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
