/** The files attached to the message being written, with their upload progress. */
import type { JSX } from 'preact';
import type { AttachmentUploads } from '../state/attachment-uploads';
import { formatFileSize } from './attachments';
import { IconButton } from './basics';
import { Icon } from './icons';

export function AttachedFiles({ uploads }: { readonly uploads: AttachmentUploads }): JSX.Element | null {
  const files = uploads.files.value;
  if (files.length === 0) {
    return null;
  }
  return (
    <ul class="attached" aria-label="Files to send">
      {files.map(({ id, file, preview, progress, key, error }) => (
        <li key={id}>
          {preview === undefined ? <Icon name="file" /> : <img src={preview} alt="" />}
          <span class="attached-name">
            {file.name}
            <span class={error === undefined ? 'hint' : 'hint hint-error'}>
              {error ?? (key === undefined ? `${Math.round(progress * 100)} %` : formatFileSize(file.size))}
            </span>
            {key === undefined && error === undefined && (
              <progress max={1} value={progress} aria-label={`Uploading ${file.name}`} />
            )}
          </span>
          <IconButton icon="close" label={`Remove ${file.name}`} onClick={() => uploads.remove(id)} />
        </li>
      ))}
    </ul>
  );
}
