/** The composer for messages, replies and edits, with mentions and files. */
import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { attachmentTypes } from '../../../contract/formats.json';
import { contentLength } from '../../../contract/limits.json';
import { characterCount } from '../characters';
import { AttachmentUploads } from '../state/attachment-uploads';
import { now } from '../state/clock';
import { attempt, showNotice } from '../state/notices';
import type { OpenRoom } from '../state/open-room';
import { composing } from '../state/panels';
import type { Person } from '../state/people';
import { AttachedFiles } from './attached-files';
import { IconButton } from './basics';
import { useChat, useRoom } from './context';
import { Icon } from './icons';
import { ROOM_MENTION, matchingPeople, mentionAt, mentionedUserIds } from './mentions';
import type { MentionQuery } from './mentions';
import { roomName } from './room-name';
import { lastEditable } from './system-events';

const COUNTER_THRESHOLD = 500;
const MAX_SUGGESTIONS = 6;

interface ComposerProps {
  /** The root of the thread, in the thread panel. */
  readonly threadRootId?: string;
}

export function Composer({ threadRootId }: ComposerProps): JSX.Element {
  const room = useRoom();
  const reason = readOnlyReason(room);
  return reason === undefined ? (
    <ActiveComposer key={room.id} threadRootId={threadRootId} />
  ) : (
    <p class="composer-closed" role="status">
      {reason}
    </p>
  );
}

/** Returns why the user cannot send messages, if so. */
function readOnlyReason(room: OpenRoom): string | undefined {
  const { archivedAt, frozen } = room.room.value;
  const mutedUntil = room.membership.value?.mutedUntil;
  if (archivedAt !== null) {
    return 'This room is archived and read-only.';
  }
  if (frozen) {
    return room.isModerator.value
      ? 'This room is frozen. You can unfreeze it in the room settings.'
      : 'This room is frozen. Only a moderator can unfreeze it.';
  }
  if (mutedUntil && Date.parse(mutedUntil) > now.value) {
    return `You are muted until ${new Date(mutedUntil).toLocaleString()}.`;
  }
  return undefined;
}

function ActiveComposer({ threadRootId }: { readonly threadRootId: string | undefined }): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const field = useRef<HTMLTextAreaElement>(null);
  /** The cursor position after inserting a name. */
  const caret = useRef<number>();
  const [text, setText] = useState('');
  const [query, setQuery] = useState<MentionQuery>();
  const [selectedIndex, setSelectedIndex] = useState(0);
  const uploads = useMemo(() => new AttachmentUploads(chat.api, room.id), [chat, room]);
  const target = threadRootId === undefined ? composing.value : undefined;
  const isEditing = target?.kind === 'edit';
  const replyToId = threadRootId ?? target?.message.id;

  // A layout effect runs before the next key event; an effect after painting would overwrite text typed since.
  useLayoutEffect(() => {
    if (target !== undefined) {
      setText(target.kind === 'edit' ? (target.message.content ?? '') : text);
      field.current?.focus();
    }
  }, [target]);
  useLayoutEffect(() => {
    fitHeight(field.current);
    if (caret.current !== undefined) {
      field.current?.setSelectionRange(caret.current, caret.current);
      caret.current = undefined;
    }
  }, [text]);

  const people: Person[] = [...room.members.value.values()];
  const candidates = [...people.filter(({ userId }) => userId !== chat.me.id), ...(room.isModerator.value ? [ROOM_MENTION] : [])];
  const suggestions = query === undefined ? [] : matchingPeople(candidates, query.word, MAX_SUGGESTIONS);

  const updateText = (value: string, cursor: number): void => {
    setText(value);
    setQuery(mentionAt(value, cursor));
    setSelectedIndex(0);
    if (!isEditing) {
      room.typing.textChanged(value);
    }
  };
  const insertMention = (person: Person): void => {
    if (query !== undefined) {
      const before = `${text.slice(0, query.start)}@${person.displayName} `;
      updateText(before + text.slice(query.start + 1 + query.word.length), before.length);
      setQuery(undefined);
      caret.current = before.length;
      field.current?.focus();
    }
  };
  const clear = (): void => {
    setText('');
    setQuery(undefined);
    composing.value = undefined;
  };
  const submit = (): void => {
    const content = text.trim();
    if (characterCount(content) > contentLength) {
      showNotice(`Messages can have up to ${contentLength.toLocaleString()} characters.`);
      return;
    }
    const mentions = mentionedUserIds(content, people);
    if (target?.kind === 'edit') {
      if (content !== '' && content !== target.message.content) {
        void attempt(() => room.edit(target.message, content, mentions));
      }
      clear();
      return;
    }
    if (uploads.isUploading.value || uploads.hasErrors.value) {
      showNotice('Some files are not uploaded yet. Wait for the upload, or remove them.');
      return;
    }
    const files = uploads.take();
    if (content === '' && files === undefined) {
      return;
    }
    room.send({
      clientMessageId: crypto.randomUUID(),
      chatRoomId: room.id,
      content,
      mentions,
      ...(mentionedUserIds(content, [ROOM_MENTION]).length > 0 && room.isModerator.value ? { mentionsRoom: true } : {}),
      ...(replyToId === undefined ? {} : { replyToId }),
      ...(files ?? {}),
    });
    clear();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const suggestion = suggestions[selectedIndex];
    if (suggestion !== undefined && isSuggestionKey(event.key)) {
      event.preventDefault();
      if (event.key === 'Escape') {
        setQuery(undefined);
      } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        setSelectedIndex((selectedIndex + (event.key === 'ArrowDown' ? 1 : suggestions.length - 1)) % suggestions.length);
      } else {
        insertMention(suggestion);
      }
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape' && target !== undefined) {
      clear();
    } else if (event.key === 'ArrowUp' && text === '' && threadRootId === undefined) {
      editLast(room, chat.me.id);
    }
  };
  const attachFiles = (files: Iterable<File>): void => {
    const error = uploads.add(files);
    if (error !== undefined) {
      showNotice(error, true);
    }
  };
  const listId = `suggestions-${threadRootId === undefined ? 'room' : 'thread'}`;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        attachFiles(event.dataTransfer?.files ?? []);
      }}
    >
      {target !== undefined && <ComposerTarget target={target} onCancel={clear} />}
      <AttachedFiles uploads={uploads} />
      <Suggestions id={listId} people={suggestions} selectedIndex={selectedIndex} onSelect={insertMention} />
      <div class="composer-line">
        {!isEditing && <FileButton attachFiles={attachFiles} />}
        <textarea
          ref={field}
          rows={1}
          aria-label={threadRootId === undefined ? `Message to ${roomName(room.room.value, chat.me)}` : 'Reply in the thread'}
          placeholder={threadRootId === undefined ? 'Write a message' : 'Reply'}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={suggestions.length > 0}
          aria-controls={listId}
          {...(suggestions.length > 0 ? { 'aria-activedescendant': `${listId}-${selectedIndex}` } : {})}
          value={text}
          onInput={(event) => updateText(event.currentTarget.value, event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onPaste={(event) => attachFiles(event.clipboardData?.files ?? [])}
        />
        <button type="submit" class="send" aria-label={isEditing ? 'Save' : 'Send'} title={isEditing ? 'Save' : 'Send (Enter)'}>
          <Icon name={isEditing ? 'check' : 'send'} />
        </button>
      </div>
      <Remaining characters={contentLength - characterCount(text.trim())} />
    </form>
  );
}

interface ComposerTargetProps {
  readonly target: NonNullable<typeof composing.value>;
  readonly onCancel: () => void;
}

function ComposerTarget({ target: { kind, message }, onCancel }: ComposerTargetProps): JSX.Element {
  return (
    <p class="composer-target">
      <span>
        {kind === 'edit' ? 'Editing your message' : `Replying to ${message.authorName ?? 'a message'}`}
        {kind === 'reply' && <span class="composer-quote"> {message.content}</span>}
      </span>
      <IconButton icon="close" label="Cancel" onClick={onCancel} />
    </p>
  );
}

interface SuggestionsProps {
  readonly id: string;
  readonly people: readonly Person[];
  readonly selectedIndex: number;
  readonly onSelect: (person: Person) => void;
}

function Suggestions({ id, people, selectedIndex, onSelect }: SuggestionsProps): JSX.Element | null {
  if (people.length === 0) {
    return null;
  }
  return (
    <ul class="suggestions" id={id} role="listbox" aria-label="People to mention">
      {people.map((person, index) => (
        <li
          key={person.userId}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === selectedIndex}
          onPointerDown={(event) => {
            event.preventDefault();
            onSelect(person);
          }}
        >
          @{person.displayName}
          {person === ROOM_MENTION && <span class="hint"> everyone in this room</span>}
        </li>
      ))}
    </ul>
  );
}

function Remaining({ characters }: { readonly characters: number }): JSX.Element | null {
  return characters < COUNTER_THRESHOLD ? (
    <p class="hint" role="status">
      {characters < 0 ? `${-characters} characters too many` : `${characters} characters left`}
    </p>
  ) : null;
}

function FileButton({ attachFiles }: { readonly attachFiles: (files: Iterable<File>) => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="paperclip" label="Attach files" onClick={() => input.current?.click()} />
      <input
        ref={input}
        class="file-input"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Files to attach"
        accept={attachmentTypes.join()}
        onChange={(event) => {
          attachFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

function isSuggestionKey(key: string): boolean {
  return ['ArrowDown', 'ArrowUp', 'Enter', 'Tab', 'Escape'].includes(key);
}

function editLast(room: OpenRoom, myId: string): void {
  const message = lastEditable(room.messages.value, myId);
  if (message !== undefined) {
    composing.value = { kind: 'edit', message };
  }
}

function fitHeight(field: HTMLTextAreaElement | null): void {
  if (field !== null) {
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }
}
