/** The files attached to the message being written, with their upload progress. */
import type { JSX } from 'preact';
import type { Attaching } from '../state/attaching';
import { sizeInWords } from './attachments';
import { IconButton } from './basics';
import { Icon } from './icons';

export function AttachedFiles({ attaching }: { readonly attaching: Attaching }): JSX.Element | null {
  const files = attaching.files.value;
  if (files.length === 0) {
    return null;
  }
  return (
    <ul class="attached" aria-label="Files to send">
      {files.map(({ id, file, preview, progress, key, trouble }) => (
        <li key={id}>
          {preview === undefined ? <Icon name="file" /> : <img src={preview} alt="" />}
          <span class="attached-name">
            {file.name}
            <span class={trouble === undefined ? 'hint' : 'hint hint-trouble'}>
              {trouble ?? (key === undefined ? `${Math.round(progress * 100)} %` : sizeInWords(file.size))}
            </span>
            {key === undefined && trouble === undefined && (
              <progress max={1} value={progress} aria-label={`Uploading ${file.name}`} />
            )}
          </span>
          <IconButton icon="close" label={`Remove ${file.name}`} onClick={() => attaching.remove(id)} />
        </li>
      ))}
    </ul>
  );
}
