/** The configuration of the backend: `amplify_outputs.json`, read from the origin of the page. */

export interface Configuration {
  readonly region: string;
  readonly userPoolId: string;
  readonly userPoolClientId: string;
  /** Only for the local AWS. */
  readonly userPoolEndpoint: string | undefined;
  readonly graphqlUrl: string;
  readonly realtimeUrl: string;
  /** URL of the demo users of a local AWS, relative to the page. */
  readonly demoUrl: string | undefined;
}

/** The used part of Amplify's format (Gen 2, version 1); `custom` is only for the local AWS. */
interface AmplifyOutputs {
  auth: { user_pool_id: string; user_pool_client_id: string; aws_region: string };
  data: { url: string; aws_region: string };
  custom?: { cognito_endpoint?: string; realtime_url?: string; demonstration?: string };
}

/** A demo user of the local AWS. */
export interface DemoUser {
  readonly name: string;
  readonly username: string;
  readonly password: string;
}

/** Demo users of the local AWS, and its confirmation code. */
export interface Demo {
  readonly users: readonly DemoUser[];
  readonly confirmationCode: string;
}

/**
 * Reads the configuration.
 *
 * @throws Error with the remedy if it is missing or incomplete.
 */
export async function loadConfiguration(): Promise<Configuration> {
  const outputs = await readJson('amplify_outputs.json');
  if (!isAmplifyOutputs(outputs)) {
    throw new Error(
      'amplify_outputs.json is missing or invalid. `make up` serves it for the local AWS; ' +
        '`make outputs ENV=dev` writes it for a deployed environment.',
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
    demoUrl: custom?.demonstration,
  };
}

/** Reads the demo users; undefined for a deployed environment. */
export async function loadDemo(configuration: Configuration): Promise<Demo | undefined> {
  if (configuration.demoUrl === undefined) {
    return undefined;
  }
  const found = await readJson(configuration.demoUrl);
  return isDemo(found) ? found : undefined;
}

/** Returns the real-time URL: AppSync's domains have a separate host for subscriptions, custom domains a path. */
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
    const response = await fetch(new URL(name, document.baseURI), { cache: 'no-store' });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function isAmplifyOutputs(value: unknown): value is AmplifyOutputs {
  return hasStrings(value, 'auth', ['user_pool_id', 'user_pool_client_id', 'aws_region']) && hasStrings(value, 'data', ['url', 'aws_region']);
}

function hasStrings(value: unknown, part: string, names: readonly string[]): boolean {
  const found = isRecord(value) ? value[part] : undefined;
  return isRecord(found) && names.every((name) => typeof found[name] === 'string');
}

function isDemo(value: unknown): value is Demo {
  return isRecord(value) && Array.isArray(value['users']) && typeof value['confirmationCode'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
