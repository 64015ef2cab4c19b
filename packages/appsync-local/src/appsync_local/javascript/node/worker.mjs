/** A worker thread, which has one sandbox and processes calls sequentially. */
import { parentPort, workerData } from 'node:worker_threads';

import { Kind } from './frames.mjs';
import { createSandbox } from './sandbox.mjs';

const codes = new Map(workerData.codes);
const sandbox = createSandbox(codes);

const ANSWERS = {
  [Kind.ADVANCE]: (text) => sandbox.advance(text),
  [Kind.EVALUATE]: (text) => sandbox.evaluate(text),
};

parentPort.on('message', ({ id, kind, text }) => {
  if (kind === Kind.DEFINE) {
    const split = text.indexOf('\n');
    codes.set(text.slice(0, split), text.slice(split + 1));
  } else if (kind === Kind.FORGET) {
    codes.clear();
    sandbox.forget();
  } else {
    parentPort.postMessage([id, ANSWERS[kind](text)]);
  }
});

parentPort.postMessage('ready');
