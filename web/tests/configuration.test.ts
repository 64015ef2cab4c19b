import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfiguration, loadDemo, realtimeUrl } from '../src/configuration';

const DEPLOYED = {
  version: '1.4',
  auth: { user_pool_id: 'eu-west-1_A', user_pool_client_id: 'client', aws_region: 'eu-west-1' },
  data: { url: 'https://abc.appsync-api.eu-west-1.amazonaws.com/graphql', aws_region: 'eu-west-1' },
};
const LOCAL = {
  ...DEPLOYED,
  data: { ...DEPLOYED.data, url: 'http://127.0.0.1:4566/graphql' },
  custom: {
    cognito_endpoint: 'http://127.0.0.1:4566',
    realtime_url: 'ws://127.0.0.1:4566/graphql/realtime',
    demonstration: 'demonstration.json',
  },
};

function serve(files: Record<string, unknown>): void {
  vi.stubGlobal('document', { baseURI: 'http://page/' });
  vi.stubGlobal('fetch', (url: URL) => {
    const file = files[url.pathname.slice(1)];
    return Promise.resolve(file === undefined ? new Response('', { status: 404 }) : Response.json(file));
  });
}

afterEach(() => vi.unstubAllGlobals());

describe('configuration', () => {
  it('reads amplify_outputs.json of a deployed environment, without demo users', async () => {
    serve({ 'amplify_outputs.json': DEPLOYED });
    const configuration = await loadConfiguration();
    expect(configuration.realtimeUrl).toBe('wss://abc.appsync-realtime-api.eu-west-1.amazonaws.com/graphql');
    expect(configuration.userPoolEndpoint).toBeUndefined();
    expect(await loadDemo(configuration)).toBeUndefined();
  });

  it('reads the URLs and demo users of a local AWS', async () => {
    const demo = { users: [{ name: 'Alice', username: 'a', password: 'p' }], confirmationCode: '123456' };
    serve({ 'amplify_outputs.json': LOCAL, 'demonstration.json': demo });
    const configuration = await loadConfiguration();
    expect(configuration).toMatchObject({
      userPoolEndpoint: LOCAL.custom.cognito_endpoint,
      realtimeUrl: LOCAL.custom.realtime_url,
    });
    expect(await loadDemo(configuration)).toEqual(demo);
  });

  it.each([{}, { 'amplify_outputs.json': { auth: {} } }, { 'amplify_outputs.json': 'text' }])(
    'rejects a missing or incomplete file with the remedy: %j',
    async (files) => {
      serve(files);
      await expect(loadConfiguration()).rejects.toThrow('make outputs');
    },
  );

  it('derives the real-time URL of a custom domain', () => {
    expect(realtimeUrl('https://chat.example.com/graphql')).toBe('wss://chat.example.com/graphql/realtime');
  });
});
