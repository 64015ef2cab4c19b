/** What can go wrong, and what to tell the user about it. */

/** The backend's answer was an error. */
export class ApiError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly info: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The type of an error: AppSync gives none to what does not fit the schema or its types, which no repetition changes. */
export function typeOf(error: { errorType?: string | null }): string {
  return error.errorType ?? 'ValidationError';
}

/** No answer: the request may have been carried out, or not. */
export class NoAnswerError extends Error {
  constructor() {
    super('The server does not answer.');
    this.name = 'NoAnswerError';
  }
}

/** Types after which the same call, unchanged, may succeed. */
const PASSING = new Set(['Conflict', 'RateLimited', 'InternalFailure', 'ExecutionTimeout', 'ThrottlingException']);

/** Types that mean that the caller has no business in the room any more. */
const SHUT_OUT = new Set(['Forbidden', 'Banned']);

/** Whether the same call may succeed within a time: slow mode may ask for an hour. */
export function mayPass(error: unknown, milliseconds = Infinity): boolean {
  return error instanceof NoAnswerError || (error instanceof ApiError && PASSING.has(error.type) && waitOf(error) <= milliseconds);
}

function waitOf(error: ApiError): number {
  const { nextSendAt } = error.info;
  return typeof nextSendAt === 'string' ? Date.parse(nextSendAt) - Date.now() : 0;
}

export function isShutOut(error: unknown): boolean {
  return error instanceof ApiError && SHUT_OUT.has(error.type);
}

/** An error in words, with what to do. */
export function inWords(error: unknown): string {
  if (error instanceof ApiError) {
    const remedy = remedyOf(error);
    return remedy === undefined ? error.message : `${sentence(error.message)} ${remedy}`;
  }
  if (error instanceof NoAnswerError) {
    return 'The server does not answer. Check your connection; what you wrote is kept here and can be sent again.';
  }
  return error instanceof Error ? error.message : String(error);
}

function remedyOf(error: ApiError): string | undefined {
  switch (error.type) {
    case 'RateLimited':
      return slowModeRemedy(error.info['nextSendAt']);
    case 'Conflict':
      return 'Look at the newest state and try again.';
    case 'UnauthorizedException':
      return 'Sign in again.';
    default:
      return undefined;
  }
}

function slowModeRemedy(nextSendAt: unknown): string {
  if (typeof nextSendAt !== 'string') {
    return 'Wait a moment and try again.';
  }
  const seconds = Math.max(1, Math.ceil((Date.parse(nextSendAt) - Date.now()) / 1000));
  return `You can send again in ${seconds} s.`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
