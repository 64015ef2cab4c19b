// Runs a field in appsync-local's executor, one data source call at a time, so that a test can insert other calls. The
// state between two calls is plain data: it can be copied, compared, and dropped to simulate a crash.
import { EarlyReturn, advanceFrom, register } from './appsync_local.mjs';
import { completeSelections } from './selections.mjs';

const copy = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

const isRefused = (answer) => answer.error?.type === 'DynamoDB:ConditionalCheckFailedException';

/** AppSync may respond to an early return without a value with an error: aws/aws-appsync-community#280. */
const refuseEmptyReturn = (handle) => {
  try {
    return handle();
  } catch (signal) {
    if (signal instanceof EarlyReturn && (signal.value === undefined || signal.value === null)) {
      throw new Error('runtime.earlyReturn without a value');
    }
    throw signal;
  }
};

const withForbiddenResult = (context) =>
  Object.defineProperty(context, 'result', {
    get() {
      throw new Error('ctx.result was read after a refused condition');
    },
  });

export class Executor {
  /** Whether code that reads ctx.result after a refused condition fails. */
  #isResultForbidden = false;

  constructor(code) {
    this.code = code;
    /** The names of the functions and resolvers whose conditions were refused, in order. */
    this.refused = [];
    this.selections = completeSelections();
    for (const resolver of Object.values(code.resolvers)) {
      register(resolver.name, () => this.#handlers(resolver), null);
    }
    for (const function_ of Object.values(code.functions)) {
      register(function_.name, () => this.#handlers(function_), null);
    }
  }

  /**
   * Returns the state before the first data source call; a field without one has ended.
   *
   * @param requestId AppSync's id of the request; none as when code is evaluated outside of one
   * @param twice the function whose call AppSync makes twice, because DynamoDB's first answer is lost
   * @param broken function -> how many of its calls fail without having been made
   * @param unread a function, and the table whose keys its batch read leaves unprocessed, as under throttling
   * @param info what was selected; without it all of the type
   */
  start(field, args, identity, requestId, { twice, broken = {}, unread = {}, info } = {}) {
    const state = {
      field, args, identity, requestId, twice, broken, unread, info,
      at: 0, stash: {}, prev: null, request: null, callsMade: 0, outcome: null,
      filters: { subscriptionFilter: null, invalidationFilter: null, invalidations: [] },
    };
    this.#advance(state, { phase: 'request' });
    return state;
  }

  /**
   * Makes one data source call and runs the handlers up to the next call. Changes the state in place. If AppSync reads
   * the row of a refused write later, that read is a separate step.
   *
   * @returns the call
   */
  step(state, database) {
    const code = this.#steps(state)[state.at];
    const { name, dataSource } = code;
    if (state.pending) {
      const { pending } = state;
      delete state.pending;
      this.#respond(state, database.afterRefusal(pending), database);
      return { function: name, dataSource, isLook: true };
    }
    const { request } = state;
    state.callsMade += 1;
    if (state.twice === name) {
      database.call(dataSource, copy(request));
    }
    const answer = this.#call(code, state, database);
    if (answer.later || isRefused(answer)) {
      this.refused.push(name);
    }
    if (answer.later) {
      state.pending = answer.later;
    } else {
      this.#respond(state, answer, database);
    }
    return { function: name, dataSource, request };
  }

  /** Runs to the end and returns the outcome and the calls made. */
  run(state, database) {
    const calls = [];
    while (!state.outcome) {
      const call = this.step(state, database);
      if (!call.isLook) {
        calls.push(call);
      }
    }
    return { outcome: state.outcome, calls };
  }

  /** The current handlers of the code (tests replace them), with checks that AppSync does not make. */
  #handlers(code) {
    return {
      request: (context) => refuseEmptyReturn(() => code.request(context)),
      response: (context) => {
        const isForbidden = this.#isResultForbidden && isRefused(context);
        return refuseEmptyReturn(() => code.response(isForbidden ? withForbiddenResult(context) : context));
      },
    };
  }

  /** The resolver, then the functions of its pipeline. */
  #steps({ field }) {
    const resolver = this.code.resolvers[field];
    return [resolver, ...(resolver.functions ?? []).map((name) => this.code.functions[name])];
  }

  /** JSON of the part of ctx that is the same for every handler. */
  #contextText({ field, args, identity, info, requestId }) {
    const headers = requestId ? { 'x-amzn-requestid': requestId } : {};
    const rest = JSON.stringify({ arguments: args, identity, request: { headers, domainName: null }, env: {} });
    const selected = info ? JSON.stringify(info) : this.selections[field];
    return selected ? `${rest.slice(0, -1)},"info":${selected}}` : rest;
  }

  /** Makes the call; keys of the table that the state names for this code are returned unprocessed. */
  #call(code, state, database) {
    const isBroken = state.broken[code.name] > 0;
    state.broken[code.name] -= 1;
    if (isBroken) {
      return { result: null, error: { type: 'DynamoDB:InternalServerError', message: 'Internal server error' } };
    }
    const answer = database.call(code.dataSource, copy(state.request));
    const { table, function: name } = state.unread;
    if (name === code.name && answer.result?.data?.[table]) {
      const { keys } = state.request.tables[table];
      answer.result.data[table] = keys.map(() => null);
      answer.result.unprocessedKeys = { [table]: keys };
    }
    return answer;
  }

  #respond(state, { result, error }, database) {
    this.#isResultForbidden = database.refusedResult === 'forbidden';
    this.#advance(state, { phase: 'response', result, error });
  }

  /** Runs handlers until a data source call is required or the field has ended. */
  #advance(state, from) {
    const steps = this.#steps(state);
    const { at, stash, prev } = state;
    const pipeline = steps[0].functions !== undefined;
    const control = { ...from, steps: steps.map(({ name }) => name), pipeline, at, stash, prev };
    const answer = advanceFrom(control, this.#contextText(state));
    if (answer.failure?.type === 'Code') {
      throw new Error(`${state.field}, after ${steps[at].name}: ${answer.failure.message}`);
    }
    for (const name of Object.keys(state.filters)) {
      state.filters[name] = answer[name] ?? state.filters[name];
    }
    if (answer.failure) {
      state.outcome = { error: answer.failure };
      return;
    }
    Object.assign(state, { at: answer.at, stash: answer.stash, prev: answer.prev });
    if (answer.done) {
      state.outcome = { data: answer.value };
    } else {
      state.request = answer.value;
    }
  }
}
