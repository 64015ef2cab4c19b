/**
 * What the scripts that use AWS Amplify share: a WebSocket, the configuration of the local backend, sign-in by SRP, and their input.
 */
import { Amplify } from 'aws-amplify';
import { signIn } from 'aws-amplify/auth';
import WebSocket from 'ws';

// Browsers and Node.js 22 have it; Amplify expects it to be there.
globalThis.WebSocket ??= WebSocket;

/** Points Amplify at a backend, by its outputs. */
export function configure(outputs) {
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: outputs.UserPoolId,
        userPoolClientId: outputs.UserPoolClientId,
        userPoolEndpoint: outputs.CognitoEndpoint,
      },
    },
    API: {
      GraphQL: { endpoint: outputs.GraphQLSecureURL, region: outputs.Region, defaultAuthMode: 'userPool' },
    },
  });
}

/** Signs a person in, {username, password}; resolves to what Amplify says of it. */
export function enter({ username, password }) {
  return signIn({ username, password, options: { authFlowType: 'USER_SRP_AUTH' } });
}

/** Reads one JSON object from standard input, to its end. */
export async function readInput() {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}
