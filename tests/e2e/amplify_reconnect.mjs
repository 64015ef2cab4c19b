/**
 * A listener that uses AWS Amplify and survives a restart of the server: reads {outputs, listener, chatRoomId} as one
 * line from standard input, writes the line `listening` once subscribed and then every received message as a line of
 * JSON.
 *
 * It subscribes once: reconnecting is left to Amplify.
 */
import { createInterface } from 'node:readline';

import { generateClient } from 'aws-amplify/api';

import { configure, enter } from './amplify.mjs';

const ON_MESSAGE_CREATED = `subscription OnMessageCreated($chatRoomId: ID!) {
  onMessageCreated(chatRoomId: $chatRoomId) { id chatRoomId content } }`;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { outputs, listener, chatRoomId } = JSON.parse((await lines.next()).value);

configure(outputs);
await enter(listener);
generateClient()
  .graphql({ query: ON_MESSAGE_CREATED, variables: { chatRoomId } })
  .subscribe({
    next: ({ data }) => process.stdout.write(`${JSON.stringify(data.onMessageCreated)}\n`),
    error: (error) => process.stderr.write(`${JSON.stringify(error)}\n`),
  });
setTimeout(() => process.stdout.write('listening\n'), 1500); // Amplify does not report the acknowledgement
await lines.next(); // the end of standard input ends the listener
process.exit(0);
