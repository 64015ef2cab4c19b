/** Queries and mutations over HTTP. */
import { ApiError, NoResponseError, errorTypeOf } from './errors';
import type { MutationText, QueryText } from './operations';

/** Returns a valid access token, refreshed if necessary. */
export type TokenSource = () => Promise<string>;

/** The only field of an operation's result. */
export type ResultField<Result> = NonNullable<Result[keyof Result]>;

interface GraphqlError {
  message: string;
  errorType?: string | null;
  errorInfo?: Record<string, unknown> | null;
}

interface GraphqlResponse {
  data?: Record<string, unknown> | null;
  errors?: GraphqlError[];
}

const TIMEOUT_MILLISECONDS = 20_000;

export class ApiClient {
  readonly #url: string;
  readonly #token: TokenSource;

  constructor(url: string, token: TokenSource) {
    this.#url = url;
    this.#token = token;
  }

  /**
   * Runs an operation and returns its only field.
   *
   * @throws ApiError if the backend rejects it, NoResponseError if there is no response.
   */
  async request<Variables, Result>(
    text: QueryText<Variables, Result> | MutationText<Variables, Result>,
    variables: Variables,
  ): Promise<ResultField<Result>> {
    const authorization = await this.#token();
    const body = await this.#post(JSON.stringify({ query: text, variables }), authorization);
    const error = body.errors?.[0];
    if (error !== undefined) {
      throw new ApiError(errorTypeOf(error), error.message, error.errorInfo ?? {});
    }
    const [value] = Object.values<unknown>(body.data ?? {});
    if (value === null || value === undefined) {
      throw new ApiError('NotFound', 'This no longer exists.');
    }
    return value as ResultField<Result>;
  }

  async #post(body: string, authorization: string): Promise<GraphqlResponse> {
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      });
      return (await response.json()) as GraphqlResponse;
    } catch {
      throw new NoResponseError();
    }
  }
}
