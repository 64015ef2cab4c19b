/**
 * Two users chat through AWS Amplify, like a web application: sign-in by SRP, queries, mutations, subscriptions.
 *
 * Reads one JSON object from standard input: {outputs, listener, sender, stranger, chatRoomId, count}; users are
 * {username, password}. Writes one JSON object with the results to standard output. Amplify keeps one signed-in user
 * per process, so the three sign in one after another: the listener's subscription stays open while the sender signs
 * in.
 */
import { readFileSync } from 'node:fs';

import { generateClient } from 'aws-amplify/api';
import { fetchAuthSession, getCurrentUser, signOut } from 'aws-amplify/auth';

import { configure, enter, readInput } from './amplify.mjs';

const MESSAGE = 'id chatRoomId seq type content authorId authorName clientMessageId createdAt';
const { fields } = JSON.parse(readFileSync(new URL('../../contract/fields.json', import.meta.url), 'utf8')).Message;
const WHOLE_MESSAGE = Object.entries(fields)
  .filter(([, field]) => field.public)
  .map(([name, field]) => (field.fields ? `${name} { ${field.fields.join(' ')} }` : name))
  .join(' ');
const CREATE_MESSAGE = `mutation CreateMessage($input: CreateMessageInput!) { createMessage(input: $input) { ${WHOLE_MESSAGE} } }`;
const MESSAGES_BY_ROOM = `query MessagesByRoom($chatRoomId: ID!) {
  messagesByRoom(chatRoomId: $chatRoomId) { items { ${MESSAGE} } nextToken } }`;
const ON_MESSAGE_CREATED = `subscription OnMessageCreated($chatRoomId: ID!) {
  onMessageCreated(chatRoomId: $chatRoomId) { ${MESSAGE} } }`;

async function identify(person) {
  const { isSignedIn } = await enter(person);
  const { userId } = await getCurrentUser();
  const { tokens } = await fetchAuthSession();
  return { isSignedIn, userId, groups: tokens.accessToken.payload['cognito:groups'] };
}

/** Opens a subscription; `events` collects its events; `settled` resolves to whether it was refused in time. */
function listen(client, chatRoomId, milliseconds) {
  const events = [];
  const waiting = [];
  let refuse;
  const refused = new Promise((resolve) => {
    refuse = resolve;
  });
  const subscription = client.graphql({ query: ON_MESSAGE_CREATED, variables: { chatRoomId } }).subscribe({
    next: ({ data }) => {
      const event = { message: data.onMessageCreated, received: performance.now() };
      (waiting.shift() ?? ((late) => events.push(late)))(event);
    },
    error: (error) => refuse(error.errors ?? error.error?.errors ?? [{ message: String(error.message ?? error) }]),
  });
  return {
    next: () => (events.length ? Promise.resolve(events.shift()) : new Promise((resolve) => waiting.push(resolve))),
    settled: Promise.race([refused, new Promise((resolve) => setTimeout(resolve, milliseconds, null))]),
    close: () => subscription.unsubscribe(),
  };
}

async function refusal(operation) {
  try {
    await operation();
    return null;
  } catch (error) {
    return (error.errors ?? []).map(({ errorType, message }) => ({ errorType, message }));
  }
}

async function chat({ outputs, listener, sender, stranger, chatRoomId, count }) {
  configure(outputs);
  const client = generateClient();

  const people = { stranger: await identify(stranger) };
  const strangerListening = listen(client, chatRoomId, 2000);
  const refusals = {
    query: await refusal(() => client.graphql({ query: MESSAGES_BY_ROOM, variables: { chatRoomId } })),
    mutation: await refusal(() =>
      client.graphql({ query: CREATE_MESSAGE, variables: { input: { chatRoomId, content: 'let me in' } } }),
    ),
    subscription: await strangerListening.settled,
  };
  strangerListening.close();
  await signOut();

  people.listener = await identify(listener);
  const listening = listen(client, chatRoomId, 1000);
  const trouble = await listening.settled;
  await signOut();

  people.sender = await identify(sender);
  const sent = [];
  const received = [];
  const delays = [];
  for (let number = 0; trouble === null && number < count; number += 1) {
    const input = { chatRoomId, content: `Message ${number}`, clientMessageId: crypto.randomUUID() };
    const started = performance.now();
    const { data } = await client.graphql({ query: CREATE_MESSAGE, variables: { input } });
    const event = await listening.next();
    sent.push(Object.fromEntries(MESSAGE.split(' ').map((name) => [name, data.createMessage[name]])));
    received.push(event.message);
    delays.push(event.received - started);
  }
  const { data } = await client.graphql({ query: MESSAGES_BY_ROOM, variables: { chatRoomId } });
  listening.close();
  await signOut();
  return { people, refusals, trouble, sent, received, delays, history: data.messagesByRoom.items };
}

const result = await chat(await readInput());
process.stdout.write(JSON.stringify(result), () => process.exit(0));
