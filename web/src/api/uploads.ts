/** Uploads a file with the form of `requestAttachmentUpload`. */
import { NoResponseError } from './errors';
import type { RequestAttachmentUploadMutation } from './operations';

type UploadForm = NonNullable<RequestAttachmentUploadMutation['requestAttachmentUpload']>;

/**
 * Posts the form with the file.
 *
 * @param onProgress is called with the progress, 0 to 1. `fetch` does not report it, so this uses XMLHttpRequest.
 */
export function upload(uploadForm: UploadForm, file: File, onProgress: (fraction: number) => void): Promise<void> {
  const form = new FormData();
  uploadForm.fields.forEach(({ name, value }) => form.append(name, value));
  form.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', uploadForm.url);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new NoResponseError());
    request.onload = () =>
      request.status < 300
        ? resolve()
        : reject(new Error(`“${file.name}” could not be uploaded. Try again.`));
    request.send(form);
  });
}
