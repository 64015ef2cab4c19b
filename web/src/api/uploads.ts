/** Uploads a file with the form of `requestAttachmentUpload`. */
import { NoResponseError } from './errors';
import type { RequestAttachmentUploadMutation } from './operations';

type Permission = NonNullable<RequestAttachmentUploadMutation['requestAttachmentUpload']>;

/**
 * Posts the form with the file.
 *
 * @param progress is called with the progress, 0 to 1. `fetch` does not report it, so this uses XMLHttpRequest.
 */
export function upload(permission: Permission, file: File, progress: (part: number) => void): Promise<void> {
  const form = new FormData();
  permission.fields.forEach(({ name, value }) => form.append(name, value));
  form.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', permission.url);
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new NoResponseError());
    request.onload = () =>
      request.status < 300
        ? resolve()
        : reject(new Error(`“${file.name}” could not be uploaded. Try again.`));
    request.send(form);
  });
}
