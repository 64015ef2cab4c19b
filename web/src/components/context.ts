/** The state in the context of components: the signed-in user and the open room. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Chat } from '../state/chat';
import type { OpenRoom } from '../state/open-room';

export const ChatContext = createContext<Chat | undefined>(undefined);
export const RoomContext = createContext<OpenRoom | undefined>(undefined);

export function useChat(): Chat {
  return required(useContext(ChatContext));
}

export function useRoom(): OpenRoom {
  return required(useContext(RoomContext));
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error('This component is outside of its context.');
  }
  return value;
}
