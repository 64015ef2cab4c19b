/**
 * The Node process of the JavaScript runtime: reads calls from standard input, distributes them over worker threads,
 * enforces time and memory limits, and writes the results to standard output.
 *
 * It ends when its input ends, so that it never outlives the Python process that started it, even if that was killed.
 */
import process from 'node:process';

import { CheckQueue } from './checks/check_queue.mjs';
import { encodeFrame, FrameReader, Kind } from './frames.mjs';
import { WorkerQueue } from './worker_queue.mjs';

const [queueCount, timeoutMilliseconds, memoryMegabytes] = process.argv.slice(2).map(Number);

/** All codes sent so far, by hash, for workers that start later. */
const codes = new Map();
/** Calls that wait for a worker queue. */
const waiting = [];

function answer(id, status, text) {
  process.stdout.cork();
  process.stdout.write(encodeFrame(id, status, text));
  process.nextTick(() => process.stdout.uncork());
}

function dispatch() {
  while (waiting.length > 0) {
    const queue = queues.reduce((best, candidate) => (candidate.load < best.load ? candidate : best));
    if (!queue.hasRoom) return;
    queue.enqueue(waiting.shift());
  }
}

const queues = Array.from(
  { length: queueCount },
  () =>
    new WorkerQueue({
      script: new URL('./worker.mjs', import.meta.url),
      codes,
      timeoutMilliseconds,
      memoryMegabytes,
      onAnswer: (id, status, text) => {
        answer(id, status, text);
        dispatch();
      },
      onReturned: (calls) => {
        waiting.unshift(...calls);
        dispatch();
      },
      onUnstartable: (error) => {
        process.stderr.write(`The worker thread does not start: ${error.stack ?? error}\n`);
        process.exit(1);
      },
    }),
);
const checks = new CheckQueue(answer);

function receive(id, kind, text) {
  if (kind === Kind.DEFINE) {
    const split = text.indexOf('\n');
    codes.set(text.slice(0, split), text.slice(split + 1));
    queues.forEach((queue) => queue.post({ id, kind, text }));
  } else if (kind === Kind.FORGET) {
    codes.clear();
    queues.forEach((queue) => queue.post({ id, kind, text }));
  } else if (kind === Kind.CHECK) {
    checks.enqueue({ id, text });
  } else {
    waiting.push({ id, kind, text });
    dispatch();
  }
}

const reader = new FrameReader(receive);
process.stdin.on('data', (chunk) => reader.push(chunk));
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));
// Ctrl-C in a terminal signals the whole process group; the Python process decides when this process ends.
process.on('SIGINT', () => {});
