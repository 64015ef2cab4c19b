/** The files of a message. Their URLs expire after five minutes, so they are requested when they are displayed. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { AttachmentUrl } from '../api/operations';
import { attempt } from '../state/notices';
import type { Message } from '../sync/room-view';
import { useChat } from './context';
import { Icon } from './icons';

const RENEW_MILLISECONDS = 4 * 60_000;

export function Attachments({ message }: { readonly message: Message }): JSX.Element {
  return (
    <ul class="attachments">
      {message.attachments.map((attachment, index) => (
        <li key={attachment.key}>
          {attachment.contentType.startsWith('image/') ? (
            <Picture messageId={message.id} index={index} name={attachment.name} />
          ) : (
            <FileLink messageId={message.id} index={index} name={attachment.name} size={attachment.size} />
          )}
        </li>
      ))}
    </ul>
  );
}

interface PictureProps {
  readonly messageId: string;
  readonly index: number;
  readonly name: string;
}

function Picture({ messageId, index, name }: PictureProps): JSX.Element {
  const { api } = useChat();
  const [url, setUrl] = useState<string>();
  const [isBroken, setIsBroken] = useState(false);
  useEffect(() => {
    let isShown = true;
    const read = async (): Promise<void> => {
      try {
        const download = await api.request(AttachmentUrl, { messageId, index });
        if (isShown) {
          setUrl(download.url);
        }
      } catch {
        setIsBroken(isShown);
      }
    };
    void read();
    const timer = setInterval(() => void read(), RENEW_MILLISECONDS);
    return () => {
      isShown = false;
      clearInterval(timer);
    };
  }, [api, messageId, index]);
  if (isBroken) {
    return <p class="attachment-missing">The image “{name}” could not be loaded.</p>;
  }
  return (
    <a class="picture" href={url} target="_blank" rel="noreferrer noopener">
      {url === undefined ? (
        <span class="picture-loading">{name}</span>
      ) : (
        <img src={url} alt={name} decoding="async" onError={() => setIsBroken(true)} />
      )}
    </a>
  );
}

function FileLink({ messageId, index, name, size }: PictureProps & { readonly size: number }): JSX.Element {
  const { api } = useChat();
  const open = async (): Promise<void> => {
    const { url } = await api.request(AttachmentUrl, { messageId, index });
    window.open(url, '_blank', 'noreferrer,noopener');
  };
  return (
    <button type="button" class="file" onClick={() => void attempt(open)}>
      <Icon name="file" />
      <span class="file-name">{name}</span>
      <span class="file-size">{formatFileSize(size)}</span>
    </button>
  );
}

export function formatFileSize(bytes: number): string {
  const units = ['bytes', 'KB', 'MB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit] ?? ''}`;
}
