/** The text of a message with highlighted mentions and links. */
import type { ComponentChildren, JSX } from 'preact';
import type { Message } from '../sync/room-view';

const ADDRESS = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g;

interface TextProps {
  readonly message: Pick<Message, 'content' | 'mentions' | 'mentionsRoom'>;
  readonly nameOf: (userId: string) => string | undefined;
  readonly myId: string;
}

export function Text({ message, nameOf, myId }: TextProps): JSX.Element {
  const names = new Map(message.mentions.map((userId) => [`@${nameOf(userId) ?? ''}`, userId === myId]));
  names.delete('@');
  if (message.mentionsRoom) {
    names.set('@room', true);
  }
  return <p class="text">{withAddresses(message.content ?? '', (part) => withMentions(part, names))}</p>;
}

function withAddresses(text: string, rest: (part: string) => ComponentChildren): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    parts.push(rest(text.slice(end, found.index)));
    parts.push(
      <a href={found[0]} target="_blank" rel="noreferrer noopener">
        {found[0]}
      </a>,
    );
    end = found.index + found[0].length;
  }
  parts.push(rest(text.slice(end)));
  return parts;
}

function withMentions(text: string, names: ReadonlyMap<string, boolean>): ComponentChildren[] {
  const [first] = [...names.keys()]
    .map((name) => ({ name, index: text.indexOf(name) }))
    .filter(({ index }) => index >= 0)
    .sort((one, other) => one.index - other.index || other.name.length - one.name.length);
  if (first === undefined) {
    return [text];
  }
  const { name, index } = first;
  return [
    text.slice(0, index),
    <span class={names.get(name) === true ? 'mention mention-me' : 'mention'}>{name}</span>,
    ...withMentions(text.slice(index + name.length), names),
  ];
}
