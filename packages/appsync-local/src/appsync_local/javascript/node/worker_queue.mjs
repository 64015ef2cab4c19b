/** Manages a worker thread and the queue of its calls; restarts it when a call exceeds the time or memory limit. */
import process from 'node:process';
import { Worker } from 'node:worker_threads';

import { Status } from './frames.mjs';
import { ENVIRONMENT } from './packages.mjs';

/** Number of calls posted to a worker in advance, so that it does not wait for the next call. */
const WINDOW = 4;
const CLOCK_MILLISECONDS = 25;
const STARTS_WITHOUT_SUCCESS = 3;

export class WorkerQueue {
  #settings;
  #worker = null;
  #ready = false;
  /** Calls in the worker, the running one first. */
  #held = [];
  #headSince = 0;
  /** The CPU usage of the process when the running call began. */
  #headUsage = null;
  #clock = null;
  #failedStarts = 0;

  constructor(settings) {
    this.#settings = settings;
    this.#start();
  }

  get load() {
    return this.#held.length;
  }

  get hasRoom() {
    return this.#held.length < WINDOW;
  }

  enqueue(call) {
    if (this.#held.length === 0) this.#beginHead();
    this.#held.push(call);
    this.#worker.postMessage(call);
    this.#clock ??= setInterval(() => this.#checkClock(), CLOCK_MILLISECONDS);
  }

  /** End the thread without answering its calls. */
  close() {
    const worker = this.#worker;
    this.#worker = null;
    this.#stopClock();
    worker?.terminate();
  }

  post(message) {
    this.#worker.postMessage(message);
  }

  #start() {
    const { codes, memoryMegabytes } = this.#settings;
    const worker = new Worker(this.#settings.script, {
      workerData: { codes: [...codes] },
      env: ENVIRONMENT,
      resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    this.#worker = worker;
    this.#ready = false;
    worker.on('message', (message) => this.#receive(worker, message));
    worker.on('error', (error) => this.#fail(worker, error));
    worker.on('exit', () => this.#fail(worker, new Error('the worker thread ended')));
  }

  #receive(worker, message) {
    if (worker !== this.#worker) return;
    this.#beginHead();
    if (message === 'ready') {
      this.#ready = true;
      this.#failedStarts = 0;
      return;
    }
    this.#held.shift();
    this.#settings.onAnswer(message[0], Status.ANSWER, message[1]);
    if (this.#held.length === 0) this.#stopClock();
  }

  #beginHead() {
    this.#headSince = performance.now();
    this.#headUsage = process.cpuUsage();
  }

  /** Check the time limit. Code only computes, so time without CPU, on a busy or sleeping machine, does not count. */
  #checkClock() {
    if (!this.#ready || this.#held.length === 0) return;
    const { timeoutMilliseconds } = this.#settings;
    if (performance.now() - this.#headSince < timeoutMilliseconds) return;
    const { user, system } = process.cpuUsage(this.#headUsage);
    if ((user + system) / 1000 < timeoutMilliseconds) return;
    this.#replace(Status.TIMEOUT, `The code ran for more than ${timeoutMilliseconds} ms and was stopped`);
  }

  #fail(worker, error) {
    if (worker !== this.#worker) return;
    if (!this.#ready && ++this.#failedStarts >= STARTS_WITHOUT_SUCCESS) {
      this.close();
      this.#settings.onUnstartable(error);
      return;
    }
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      this.#replace(Status.MEMORY, `The code used more than ${this.#settings.memoryMegabytes} MB and was stopped`);
    } else {
      this.#replace(Status.BROKEN, `The code ended its worker thread: ${error.message}`);
    }
  }

  /** Replace the worker. The running call fails, the others are returned to run in another worker. */
  #replace(status, reason) {
    const worker = this.#worker;
    const [guilty, ...others] = this.#ready ? this.#held : [undefined, ...this.#held];
    this.#held = [];
    this.#stopClock();
    this.#start();
    worker.terminate();
    if (guilty) this.#settings.onAnswer(guilty.id, status, reason);
    this.#settings.onReturned(others);
  }

  #stopClock() {
    clearInterval(this.#clock);
    this.#clock = null;
  }
}
