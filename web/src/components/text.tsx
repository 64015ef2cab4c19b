/** The text of a message with highlighted mentions and links. */
import type { ComponentChildren, JSX } from 'preact';
import type { Message } from '../sync/room-view';

const URL_PATTERN = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g;

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
  return <p class="text">{linkify(message.content ?? '', (part) => highlightMentions(part, names))}</p>;
}

function linkify(text: string, renderText: (part: string) => ComponentChildren): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const found of text.matchAll(URL_PATTERN)) {
    parts.push(renderText(text.slice(end, found.index)));
    parts.push(
      <a href={found[0]} target="_blank" rel="noreferrer noopener">
        {found[0]}
      </a>,
    );
    end = found.index + found[0].length;
  }
  parts.push(renderText(text.slice(end)));
  return parts;
}

function highlightMentions(text: string, names: ReadonlyMap<string, boolean>): ComponentChildren[] {
  const [first] = [...names.keys()]
    .map((name) => ({ name, index: text.indexOf(name) }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => a.index - b.index || b.name.length - a.name.length);
  if (first === undefined) {
    return [text];
  }
  const { name, index } = first;
  return [
    text.slice(0, index),
    <span class={names.get(name) === true ? 'mention mention-me' : 'mention'}>{name}</span>,
    ...highlightMentions(text.slice(index + name.length), names),
  ];
}
