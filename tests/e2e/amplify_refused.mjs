/**
 * A user is subscribed to a room through AWS Amplify while a subscription to another room is refused.
 *
 * Reads one JSON object from standard input: {outputs, person: {username, password}, chatRoomId, closedRoomId, count,
 * createMessage, onMessageCreated}, the last two documents.
 * Writes one JSON object to standard output: the numbers of the messages sent and received, the refusal, and the
 * state of the connection, as reported by Amplify and as the WebSockets that were opened and closed.
 */
import { generateClient } from 'aws-amplify/api';
import { Hub } from 'aws-amplify/utils';
import WebSocket from 'ws';

import { configure, enter, readInput } from './amplify.mjs';

const sockets = { opened: 0, closed: 0 };

/** Counts the connections. */
globalThis.WebSocket = class extends WebSocket {
  constructor(...details) {
    super(...details);
    this.addEventListener('open', () => (sockets.opened += 1));
    this.addEventListener('close', () => (sockets.closed += 1));
  }
};

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits for a condition, for at most ten seconds. */
async function until(isMet) {
  for (let tries = 0; tries < 200 && !isMet(); tries += 1) {
    await pause(50);
  }
}

async function run({ outputs, person, chatRoomId, closedRoomId, count, createMessage, onMessageCreated }) {
  configure(outputs);
  await enter(person);
  const client = generateClient();
  const states = [];
  Hub.listen('api', ({ payload }) => states.push(payload.data?.connectionState));
  const send = async (content) => {
    const variables = { input: { chatRoomId, content } };
    return (await client.graphql({ query: createMessage, variables })).data.createMessage.seq;
  };

  const received = new Set();
  const troubles = [];
  client.graphql({ query: onMessageCreated, variables: { chatRoomId } }).subscribe({
    next: ({ data }) => received.add(data.onMessageCreated.seq),
    error: (error) => troubles.push(error),
  });
  // Amplify does not report that a subscription has started; its first event shows it.
  for (let tries = 0; tries < 50 && received.size === 0; tries += 1) {
    await send('Can you hear me?');
    await pause(100);
  }

  const sent = [];
  const refusals = [];
  for (let number = 0; number < count; number += 1) {
    if (number === 4) {
      client.graphql({ query: onMessageCreated, variables: { chatRoomId: closedRoomId } }).subscribe({
        error: ({ errors }) => refusals.push(...errors.map(({ message }) => message)),
      });
    }
    sent.push(await send(`Message ${number}`));
    await pause(150);
  }
  await until(() => sent.every((seq) => received.has(seq)) && refusals.length > 0);
  const lost = sent.filter((seq) => !received.has(seq));
  return { sent, lost, refusals, troubles, states, sockets };
}

const result = await run(await readInput());
process.stdout.write(JSON.stringify(result), () => process.exit(0));
