/** The worker thread that checks code. Waiting calls are checked together. */
import { parentPort } from 'node:worker_threads';

import { checkCodes } from './checker.mjs';

const waiting = [];

function checkAll() {
  const calls = waiting.splice(0);
  const found = checkCodes(calls.map(({ text }) => text));
  calls.forEach(({ id }, index) => parentPort.postMessage([id, JSON.stringify(found[index])]));
}

parentPort.on('message', (call) => {
  if (waiting.push(call) === 1) setImmediate(checkAll);
});

parentPort.postMessage('ready');
