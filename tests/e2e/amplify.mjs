/**
 * Shared code of the scripts that use AWS Amplify: a WebSocket, the configuration of the local AWS, SRP sign-in,
 * and input.
 */
import { Amplify } from 'aws-amplify';
import { signIn } from 'aws-amplify/auth';
import WebSocket from 'ws';

// Amplify expects the global that browsers and Node.js 22 have.
globalThis.WebSocket ??= WebSocket;

/** Configures Amplify for a backend, from its outputs. */
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

/** Signs a user in, {username, password}; resolves to Amplify's result. */
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
