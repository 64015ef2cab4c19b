/**
 * Checks code in a separate worker thread, which runs only while there is code to check: TypeScript needs half a second
 * to start and about 150 MB, and must not block the threads that run handlers.
 */
import { WorkerQueue } from '../worker_queue.mjs';
import { Status } from '../frames.mjs';
import { keepResult, readResult } from './results.mjs';

const TIMEOUT_MILLISECONDS = 60_000;
const MEMORY_MEGABYTES = 512;
const IDLE_MILLISECONDS = 10_000;

export class CheckQueue {
  #queue = null;
  #onAnswer;
  /** The code of each call in progress, by id. */
  #codes = new Map();
  #idle = null;

  constructor(onAnswer) {
    this.#onAnswer = onAnswer;
  }

  enqueue(call) {
    const known = readResult(call.text);
    if (known !== null) {
      this.#onAnswer(call.id, Status.ANSWER, known);
      return;
    }
    clearTimeout(this.#idle);
    this.#codes.set(call.id, call.text);
    this.#queue ??= this.#open();
    this.#queue.enqueue(call);
  }

  #open() {
    return new WorkerQueue({
      script: new URL('./worker.mjs', import.meta.url),
      codes: new Map(),
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      memoryMegabytes: MEMORY_MEGABYTES,
      onAnswer: (id, status, text) => this.#answer(id, status, text),
      onReturned: (calls) => calls.forEach((call) => this.#queue.enqueue(call)),
      onUnstartable: (error) => this.#giveUp(error),
    });
  }

  #answer(id, status, text) {
    if (status === Status.ANSWER) keepResult(this.#codes.get(id), text);
    this.#codes.delete(id);
    this.#onAnswer(id, status, text);
    if (this.#codes.size === 0) this.#idle = setTimeout(() => this.#close(), IDLE_MILLISECONDS);
  }

  #giveUp(error) {
    this.#queue = null;
    for (const id of [...this.#codes.keys()]) this.#answer(id, Status.BROKEN, `Code cannot be checked: ${error.message}`);
  }

  #close() {
    this.#queue?.close();
    this.#queue = null;
  }
}
