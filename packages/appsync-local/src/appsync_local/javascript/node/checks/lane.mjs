/**
 * Checks code in a worker thread of its own, which is there only while there is something to check: TypeScript takes
 * half a second to start and some 150 MB, and the threads that run handlers must not wait for it.
 */
import { Lane } from '../lane.mjs';
import { Status } from '../frames.mjs';
import { keepResult, readResult } from './results.mjs';

const TIMEOUT_MILLISECONDS = 60_000;
const MEMORY_MEGABYTES = 512;
const IDLE_MILLISECONDS = 10_000;

export class CheckLane {
  #lane = null;
  #onAnswer;
  /** The code of each call that is under way, by id. */
  #codes = new Map();
  #idle = null;

  constructor(onAnswer) {
    this.#onAnswer = onAnswer;
  }

  take(call) {
    const known = readResult(call.text);
    if (known !== null) {
      this.#onAnswer(call.id, Status.ANSWER, known);
      return;
    }
    clearTimeout(this.#idle);
    this.#codes.set(call.id, call.text);
    this.#lane ??= this.#open();
    this.#lane.take(call);
  }

  #open() {
    return new Lane({
      script: new URL('./worker.mjs', import.meta.url),
      codes: new Map(),
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      memoryMegabytes: MEMORY_MEGABYTES,
      onAnswer: (id, status, text) => this.#answer(id, status, text),
      onReturned: (calls) => calls.forEach((call) => this.#lane.take(call)),
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
    this.#lane = null;
    for (const id of [...this.#codes.keys()]) this.#answer(id, Status.BROKEN, `Code cannot be checked: ${error.message}`);
  }

  #close() {
    this.#lane?.close();
    this.#lane = null;
  }
}
