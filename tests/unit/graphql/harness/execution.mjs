// Runs a field as AppSync does, one data source call at a time, so that a test can put anything in between. What is
// known between two calls is plain data: it can be copied, compared and dropped as by a crash.
import { EarlyReturn, ResolverError, registered } from './appsync.mjs';
import { completeSelections } from './selections.mjs';

const copy = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

const caught = (run) => {
  try {
    return { value: run() };
  } catch (signal) {
    if (signal instanceof EarlyReturn) {
      return { returned: true, value: signal.value };
    }
    if (signal instanceof ResolverError) {
      return { error: { message: signal.message, type: signal.type, data: signal.data, info: signal.info } };
    }
    throw signal;
  }
};

const isRefused = (answer) => answer.error?.type === 'DynamoDB:ConditionalCheckFailedException';

/** The context with the data source's answer; a database can forbid code to look at the row that refused a write. */
const withAnswer = (context, answer, database) => {
  Object.assign(context, { result: copy(answer.result), error: answer.error });
  if (database.refusedResult === 'forbidden' && isRefused(answer)) {
    Object.defineProperty(context, 'result', {
      get() {
        throw new Error('ctx.result was read after a refused condition');
      },
    });
  }
  return context;
};

export class Executor {
  constructor(code) {
    this.code = code;
    /** The names of the functions and resolvers whose conditions were refused, in order. */
    this.refused = [];
    this.selections = completeSelections();
  }

  /**
   * The state before the first call: validated, or already ended with an error.
   *
   * @param requestId AppSync's id of the request; none as when code is evaluated outside of one
   * @param twice the function whose call AppSync makes twice, because DynamoDB's first answer is lost
   * @param broken function -> how many of its calls fail without having been made
   * @param unread a function, and the table whose keys its batch read leaves unprocessed, as under throttling
   * @param info what was selected; without it all of the type
   */
  start(field, args, identity, requestId, { twice, broken = {}, unread = {}, info } = {}) {
    const resolver = this.code.resolvers[field];
    const functions = resolver.functions ?? [];
    const state = { field, args, identity, requestId, twice, broken, unread, info, position: 0, stash: {}, outcome: null };
    if (functions.length === 0) {
      return state;
    }
    const context = this.#context(state);
    const before = caught(() => resolver.request(context));
    state.stash = copy(context.stash);
    if (before.error) {
      state.outcome = { error: before.error };
    }
    return state;
  }

  /**
   * Runs up to and including the next data source call. The state changes in place. Where AppSync reads the row that
   * refused a write only later, that read is a step of its own.
   *
   * @returns the call, or null when the field ended without one more
   */
  step(state, database) {
    const resolver = this.code.resolvers[state.field];
    if (state.pending) {
      return this.#look(resolver, state, database);
    }
    if (!resolver.functions) {
      return this.#unit(resolver, state, database);
    }
    while (!state.outcome && state.position < resolver.functions.length) {
      const call = this.#function(this.code.functions[resolver.functions[state.position]], state, database);
      if (call) {
        this.#finishPipeline(resolver, state);
        return call;
      }
    }
    this.#finishPipeline(resolver, state);
    return null;
  }

  /** Runs to the end and tells the outcome and the calls made. */
  run(state, database) {
    const calls = [];
    while (!state.outcome) {
      const call = this.step(state, database);
      if (call && !call.isLook) {
        calls.push(call);
      }
    }
    return { outcome: state.outcome, calls };
  }

  #context(state) {
    const request = { headers: state.requestId ? { 'x-amzn-requestid': state.requestId } : {}, domainName: null };
    const info = state.info ?? this.selections[state.field];
    return { args: state.args, arguments: state.args, identity: state.identity, info, request, stash: copy(state.stash), env: {} };
  }

  #function(code, state, database) {
    const context = this.#context(state);
    const before = caught(() => code.request(context));
    state.stash = copy(context.stash);
    state.position += 1;
    if (before.error) {
      state.outcome = { error: before.error };
    }
    if (before.error || before.returned) {
      return null;
    }
    const request = copy(before.value);
    if (state.twice === code.name) {
      database.call(code.dataSource, copy(request));
    }
    const isBroken = state.broken[code.name] > 0;
    state.broken[code.name] -= 1;
    const error = { type: 'DynamoDB:InternalServerError', message: 'Internal server error' };
    this.#respond(code, state, database, isBroken ? { result: null, error } : this.#call(code, state, database, request));
    return { function: code.name, dataSource: code.dataSource, request };
  }

  /** Calls the data source; keys of the table that the state names for this code come back unprocessed. */
  #call(code, state, database, request) {
    const answer = database.call(code.dataSource, request);
    const { table, function: name } = state.unread;
    if (name === code.name && answer.result?.data?.[table]) {
      answer.result.data[table] = request.tables[table].keys.map(() => null);
      answer.result.unprocessedKeys = { [table]: request.tables[table].keys };
    }
    return answer;
  }

  /** Hands an answer to a function or to a unit resolver, or keeps what AppSync reads later. */
  #respond(code, state, database, answer, wasPending = false) {
    if (answer.later || (isRefused(answer) && !wasPending)) {
      this.refused.push(code.name);
    }
    if (answer.later) {
      state.pending = answer.later;
      return;
    }
    const context = withAnswer(this.#context(state), answer, database);
    const after = caught(() => code.response(context));
    state.stash = copy(context.stash);
    if (after.error) {
      state.outcome = { error: after.error };
    } else if (!this.code.resolvers[state.field].functions) {
      state.outcome = { data: copy(after.value) ?? null };
    }
  }

  #look(resolver, state, database) {
    const code = resolver.functions ? this.code.functions[resolver.functions[state.position - 1]] : resolver;
    const { pending } = state;
    delete state.pending;
    this.#respond(code, state, database, database.afterRefusal(pending), true);
    if (resolver.functions) {
      this.#finishPipeline(resolver, state);
    }
    return { function: code.name, dataSource: code.dataSource, isLook: true };
  }

  #finishPipeline(resolver, state) {
    if (!state.outcome && !state.pending && state.position === resolver.functions.length) {
      const after = caught(() => resolver.response(this.#context(state)));
      state.outcome = after.error ? { error: after.error } : { data: copy(after.value) ?? null };
    }
  }

  #unit(resolver, state, database) {
    const context = this.#context(state);
    const before = caught(() => resolver.request(context));
    if (before.error) {
      state.outcome = { error: before.error };
      return null;
    }
    this.#respond(resolver, state, database, this.#call(resolver, state, database, copy(before.value)));
    return { function: resolver.name, dataSource: resolver.dataSource, request: copy(before.value) };
  }
}

export { registered };
