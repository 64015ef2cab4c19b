/** Where the backend is: `amplify_outputs.json`, read at run time from where the page came from. */

export interface Configuration {
  readonly region: string;
  readonly userPoolId: string;
  readonly userPoolClientId: string;
  /** Only where the user pool is not AWS's own: the local backend. */
  readonly userPoolEndpoint: string | undefined;
  readonly graphqlUrl: string;
  readonly realtimeUrl: string;
  /** Where the people of a local backend are told, relative to the page. */
  readonly demonstration: string | undefined;
}

/** What this client takes of Amplify's format (Gen 2, version 1); `custom` holds what only the local backend needs. */
interface AmplifyOutputs {
  auth: { user_pool_id: string; user_pool_client_id: string; aws_region: string };
  data: { url: string; aws_region: string };
  custom?: { cognito_endpoint?: string; realtime_url?: string; demonstration?: string };
}

/** Somebody whose password the local backend tells. */
export interface DemonstrationUser {
  readonly name: string;
  readonly username: string;
  readonly password: string;
}

/** What the local backend tells to make trying it easy. */
export interface Demonstration {
  readonly users: readonly DemonstrationUser[];
  readonly confirmationCode: string;
}

/**
 * Reads the configuration.
 *
 * @throws Error with what to do, when there is none or it is not complete.
 */
export async function loadConfiguration(): Promise<Configuration> {
  const outputs = await readJson('amplify_outputs.json');
  if (!isAmplifyOutputs(outputs)) {
    throw new Error(
      'There is no usable amplify_outputs.json beside this page. `make up` serves one for the local backend; ' +
        '`make outputs ENV=dev` writes one for a deployed environment.',
    );
  }
  const { auth, data, custom } = outputs;
  return {
    region: data.aws_region,
    userPoolId: auth.user_pool_id,
    userPoolClientId: auth.user_pool_client_id,
    userPoolEndpoint: custom?.cognito_endpoint,
    graphqlUrl: data.url,
    realtimeUrl: custom?.realtime_url ?? realtimeUrl(data.url),
    demonstration: custom?.demonstration,
  };
}

/** Reads who can be signed in by one press of a button; nobody in a deployed environment. */
export async function loadDemonstration(configuration: Configuration): Promise<Demonstration | undefined> {
  if (configuration.demonstration === undefined) {
    return undefined;
  }
  const found = await readJson(configuration.demonstration);
  return isDemonstration(found) ? found : undefined;
}

/** AppSync's rule: its own domains have a host of their own for subscriptions, a custom domain a path. */
export function realtimeUrl(graphqlUrl: string): string {
  const url = new URL(graphqlUrl);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  if (url.hostname.includes('.appsync-api.')) {
    url.hostname = url.hostname.replace('.appsync-api.', '.appsync-realtime-api.');
  } else {
    url.pathname += '/realtime';
  }
  return url.href;
}

async function readJson(name: string): Promise<unknown> {
  try {
    const answer = await fetch(new URL(name, document.baseURI), { cache: 'no-store' });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

function isAmplifyOutputs(value: unknown): value is AmplifyOutputs {
  return hasTexts(value, 'auth', ['user_pool_id', 'user_pool_client_id', 'aws_region']) && hasTexts(value, 'data', ['url', 'aws_region']);
}

function hasTexts(value: unknown, part: string, names: readonly string[]): boolean {
  const found = isRecord(value) ? value[part] : undefined;
  return isRecord(found) && names.every((name) => typeof found[name] === 'string');
}

function isDemonstration(value: unknown): value is Demonstration {
  return isRecord(value) && Array.isArray(value['users']) && typeof value['confirmationCode'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
