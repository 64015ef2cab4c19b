/** Uploading a file to where `requestAttachmentUpload` says. */
import { NoAnswerError } from './errors';
import type { RequestAttachmentUploadMutation } from './operations';

type Permission = NonNullable<RequestAttachmentUploadMutation['requestAttachmentUpload']>;

/**
 * Posts the form with the file.
 *
 * @param progress hears the part that is done, 0 to 1. `fetch` tells no progress of uploads, so this is XMLHttpRequest.
 */
export function upload(permission: Permission, file: File, progress: (part: number) => void): Promise<void> {
  const form = new FormData();
  permission.fields.forEach(({ name, value }) => form.append(name, value));
  form.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', permission.url);
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new NoAnswerError());
    request.onload = () =>
      request.status < 300
        ? resolve()
        : reject(new Error(`The store did not take "${file.name}" (${request.status}). Choose it again.`));
    request.send(form);
  });
}
