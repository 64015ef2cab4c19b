/**
 * Runs the handlers of a resolver until a data source is needed.
 *
 * All state is in the text that is passed in and returned: the calls of one pipeline can run in different worker
 * threads, and a call can be repeated. Between two handlers everything passes through JSON, so that no object is shared
 * and only `ctx.stash` and results are kept.
 */
import { beginCall, codePosition } from './call.mjs';
import { EarlyReturn, ResolverFailure } from './signals.mjs';

/** Compiled code by hash: a function that instantiates its module, or the reason why AppSync rejects it. */
const codes = new Map();

export const register = (hash, instantiate, refusal) => {
  codes.set(hash, { instantiate, refusal });
};

export const forget = () => codes.clear();

const copy = (value) => (value === undefined || value === null ? null : JSON.parse(JSON.stringify(value) ?? 'null'));

const codeError = (message) => new ResolverFailure(message, 'Code', null, null);

/** AppSync's limit on the size of a handler's result ("AWS AppSync endpoints and quotas"). */
const MOST_EVALUATED_CHARACTERS = 5 * 1024 * 1024;

const evaluated = (value) => {
  if (value === undefined || value === null) return null;
  const text = JSON.stringify(value) ?? 'null';
  if (text.length > MOST_EVALUATED_CHARACTERS) throw codeError('A handler may return at most 5 MB');
  return JSON.parse(text);
};

/** Run one handler of a code. Return `{value, early, skipTo}` and store the stash in `state`. */
function invoke(hash, handlerName, contextText, state, extras) {
  const { instantiate, refusal } = codes.get(hash);
  if (refusal) throw codeError(refusal);
  const handler = instantiate()[handlerName];
  if (typeof handler !== 'function') throw codeError(`Unable to find valid export for ${handlerName}`);

  const context = JSON.parse(contextText);
  context.arguments ??= {};
  context.args = context.arguments;
  context.stash = state.stash;
  context.prev = copy(state.prev);
  context.outErrors = copy(state.call.outErrors);
  Object.assign(context, copy(extras));
  state.call.info = context.info;
  state.call.identity = context.identity;
  try {
    return { value: evaluated(handler(context)), early: false };
  } catch (signal) {
    if (!(signal instanceof EarlyReturn)) throw signal;
    return { value: evaluated(signal.value), early: true, skipTo: signal.skipTo };
  } finally {
    state.stash = copy(context.stash) ?? {};
  }
}

/** Return the error of a GraphQL field for an exception of a handler. */
function describeFailure(failure) {
  if (failure instanceof ResolverFailure) {
    return { message: failure.message, type: failure.type, data: failure.data, info: failure.info };
  }
  const position = codePosition(failure?.stack);
  return { message: `${position}: ${failure?.name ?? 'Error'}: ${failure?.message ?? failure}`, type: 'Code', data: null, info: null };
}

/** Return the NONE data source's result, as in `none.py`. */
function noneResult(request) {
  if (request === null) return null;
  if (typeof request !== 'object' || Array.isArray(request)) {
    throw new ResolverFailure('The request handler must return an object.', 'MappingTemplate', null, null);
  }
  return request.payload ?? null;
}

/** The steps of a resolver. Step 0 is its own code, the others are its functions; a unit resolver only has step 0. */
class Resolver {
  constructor(control, contextText, call) {
    this.steps = control.steps;
    this.pipeline = control.pipeline;
    this.noneSources = control.noneSources ?? [];
    this.contextText = contextText;
    this.at = control.at;
    this.state = { stash: control.stash, prev: control.prev, call };
    call.returnType = control.returnType ?? null;
  }

  /** Run from the request handler of the current step until a data source is needed or the resolver is done. */
  request() {
    while (this.pipeline && this.at < this.steps.length) {
      const outcome = this.at === 0 ? this.before() : this.callRequest();
      if (outcome) return outcome;
    }
    return this.pipeline ? this.after() : this.callRequest();
  }

  /** Continue with the response handler of the current step and the result of its data source. */
  respond(result, error) {
    return this.finishStep(this.callResponse(result, error)) ?? this.request();
  }

  before() {
    const handled = this.steps[0] === null ? { value: null } : invoke(this.steps[0], 'request', this.contextText, this.state);
    this.state.prev = { result: handled.value };
    this.at = handled.early && handled.skipTo !== 'NEXT' ? this.steps.length : 1;
    return null;
  }

  /** Return null if the request handler returned early and the next step must run. */
  callRequest() {
    const hash = this.steps[this.at];
    if (hash === null) return { done: false, value: null };
    const handled = invoke(hash, 'request', this.contextText, this.state);
    if (handled.early) return this.finishEarly(handled);
    if (!this.noneSources[this.at]) return { done: false, value: handled.value };
    return this.finishStep(this.callResponse(noneResult(handled.value), null));
  }

  /** Handle an early return. A unit resolver must not return null early (aws/aws-appsync-community#280). */
  finishEarly(handled) {
    if (!this.pipeline && handled.value === null) throw codeError('Runtime Error');
    return this.finishStep(handled);
  }

  /** Return null unless the resolver is done. */
  finishStep(handled) {
    if (!this.pipeline) return { done: true, value: handled.value };
    this.advance(handled);
    return null;
  }

  callResponse(result, error) {
    const hash = this.steps[this.at];
    if (hash !== null) return invoke(hash, 'response', this.contextText, this.state, error ? { result, error } : { result });
    if (error) throw new ResolverFailure(error.message, error.type, null, null);
    return { value: result };
  }

  advance(handled) {
    this.state.prev = { result: handled.value };
    this.at = handled.early && handled.skipTo === 'END' ? this.steps.length : this.at + 1;
  }

  after() {
    const { result } = this.state.prev;
    if (this.steps[0] === null) return { done: true, value: result };
    return { done: true, value: invoke(this.steps[0], 'response', this.contextText, this.state, { result }).value };
  }
}

function gathered(call) {
  const { errors, logs, responseHeaders, subscriptionFilter, invalidationFilter, invalidations, evictions } = call;
  const filled = {};
  if (errors.length > 0) filled.errors = errors;
  if (logs.length > 0) filled.logs = logs;
  if (Object.keys(responseHeaders).length > 0) filled.responseHeaders = responseHeaders;
  if (subscriptionFilter) filled.subscriptionFilter = subscriptionFilter;
  if (invalidationFilter) filled.invalidationFilter = invalidationFilter;
  if (invalidations.length > 0) filled.invalidations = invalidations;
  if (evictions.length > 0) filled.evictions = evictions;
  return filled;
}

/** Run handlers. Return the result of `run`, the failure of a handler and the data that the handlers collected. */
function gathering(outErrors, run) {
  const call = beginCall(outErrors);
  let answer;
  try {
    answer = run(call);
  } catch (failure) {
    answer = { done: true, value: null, failure: describeFailure(failure) };
  }
  return { ...answer, ...gathered(call) };
}

/**
 * Run a resolver until a data source is needed or it is done. See `Resolver`.
 *
 * @param {object} control the position of the resolver; `JavaScriptRuntime.advance` documents the keys
 * @param {string} contextText JSON of the part of `ctx` that is the same for every handler
 */
export const advanceFrom = (control, contextText) =>
  gathering(control.outErrors ?? [], (call) => {
    const resolver = new Resolver(control, contextText, call);
    const outcome = control.phase === 'response' ? resolver.respond(control.result, control.error) : resolver.request();
    return { ...outcome, at: resolver.at, stash: resolver.state.stash, prev: resolver.state.prev };
  });

/** Run a single handler with a whole `ctx`, as AppSync's EvaluateCode does. */
const evaluateWith = (control, contextText) =>
  gathering(control.outErrors ?? [], (call) => {
    const { stash, prev, ...rest } = JSON.parse(contextText);
    const state = { stash: stash ?? {}, prev: prev ?? null, call };
    let failure;
    let value = null;
    try {
      ({ value } = invoke(control.code, control.function, JSON.stringify(rest), state));
    } catch (thrown) {
      failure = describeFailure(thrown);
    }
    return { done: true, value, stash: state.stash, ...(failure && { failure }) };
  });

/** Wrap a function so that it accepts text: one line of control and one line of context. */
const ofText = (run) => (text) => {
  const split = text.indexOf('\n');
  return JSON.stringify(run(JSON.parse(text.slice(0, split)), text.slice(split + 1)));
};

export const advance = ofText(advanceFrom);
export const evaluate = ofText(evaluateWith);
