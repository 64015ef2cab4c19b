/** Errors of the backend, and their messages for users. */

/** The backend returned an error. */
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

/** Returns the type of an error. AppSync sets none for requests that do not match the schema, for which a retry is useless. */
export function errorTypeOf(error: { errorType?: string | null }): string {
  return error.errorType ?? 'ValidationError';
}

/** There was no response: the request may or may not have been executed. */
export class NoResponseError extends Error {
  constructor() {
    super('The server does not respond.');
    this.name = 'NoResponseError';
  }
}

/** Types after which the same call may succeed. */
const RETRYABLE = new Set(['Conflict', 'RateLimited', 'InternalFailure', 'ExecutionTimeout', 'ThrottlingException']);

/** Types that mean that the caller has no access to the room. */
const ACCESS_DENIED = new Set(['Forbidden', 'Banned']);

/** Messages to show if the message of the API is written for developers only. */
const FALLBACK_MESSAGES: Readonly<Record<string, string>> = {
  Banned: 'You are banned from this room.',
  Conflict: 'Someone else made a change at the same time. Try again.',
  Forbidden: 'You do not have permission to do this.',
  Muted: 'You are muted in this room.',
  NotFound: 'This no longer exists.',
  RateLimited: 'You are sending too fast. Wait a moment and try again.',
  RoomFrozen: 'This room is read-only.',
  Unauthorized: 'Your session has expired. Sign in again.',
  UnauthorizedException: 'Your session has expired. Sign in again.',
  ValidationError: 'This is not allowed here.',
};
const OTHER_MESSAGE = 'Something went wrong. Try again.';

const ISO_TIME = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/g;
const RETRY_INSTRUCTION = /^(Repeat|Retry) the (same )?(call|request|mutation|operation)\b.*$/;
/** Names of arguments and operations, code, enum values, and words for developers. */
const FOR_DEVELOPERS =
  /^[a-z]|[a-z][A-Z]|\w\.\w|`|[A-Z]{3,}|\b(ids?|arguments?|input|limit|call|mutation|query|operation|null|selection|alias|fields?|requests?|seq|version|type)\b/;

/** Returns whether the same call may succeed within a time; slow mode can require an hour. */
export function isRetryable(error: unknown, milliseconds = Infinity): boolean {
  return (
    error instanceof NoResponseError || (error instanceof ApiError && RETRYABLE.has(error.type) && requiredWait(error) <= milliseconds)
  );
}

function requiredWait(error: ApiError): number {
  const { nextSendAt } = error.info;
  return typeof nextSendAt === 'string' ? Date.parse(nextSendAt) - Date.now() : 0;
}

export function isAccessDenied(error: unknown): boolean {
  return error instanceof ApiError && ACCESS_DENIED.has(error.type);
}

/** Returns an error's message for users. */
export function errorMessage(error: unknown): string {
  if (error instanceof ApiError) {
    return rateLimitMessage(error) ?? messageForUsers(error);
  }
  if (error instanceof NoResponseError) {
    return 'The server does not respond. Check your connection and try again.';
  }
  return error instanceof Error ? error.message : String(error);
}

/** Returns the first sentences of the API's message, up to one that is written for developers. */
function messageForUsers({ type, message }: ApiError): string {
  const sentences = message
    .replace(ISO_TIME, (time) => new Date(time).toLocaleString())
    .split(/(?<=[.!?])\s+/)
    .map((sentence) => sentence.replace(RETRY_INSTRUCTION, 'Try again.'));
  const end = sentences.findIndex((sentence) => FOR_DEVELOPERS.test(sentence));
  const shown = end === -1 ? sentences : sentences.slice(0, end);
  return shown.length === 0 ? (FALLBACK_MESSAGES[type] ?? OTHER_MESSAGE) : shown.join(' ');
}

function rateLimitMessage({ type, info: { nextSendAt } }: ApiError): string | undefined {
  if (type !== 'RateLimited' || typeof nextSendAt !== 'string') {
    return undefined;
  }
  const seconds = Math.max(1, Math.ceil((Date.parse(nextSendAt) - Date.now()) / 1000));
  return `You are sending too fast. You can send again in ${seconds === 1 ? '1 second' : `${seconds} seconds`}.`;
}
