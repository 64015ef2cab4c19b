/** Files attached to a message being written; they are uploaded immediately. */
import { computed, signal } from '@preact/signals';
import { attachmentNameLength, attachmentSizeMaximum, attachmentsMaximum } from '../../../contract/limits.json';
import type { ApiClient } from '../api/client';
import { ApiError, errorMessage } from '../api/errors';
import { RequestAttachmentUpload } from '../api/operations';
import type { AttachmentInput, MessageType } from '../api/operations';
import { upload } from '../api/uploads';
import { withoutRejectedCharacters, cutToEnd } from '../characters';

export interface AttachedFile {
  readonly id: string;
  readonly file: File;
  /** For images: a local URL of the file. */
  readonly preview: string | undefined;
  /** Upload progress, 0 to 1. */
  readonly progress: number;
  readonly key: string | undefined;
  readonly error: string | undefined;
}

const BYTES_PER_MEBIBYTE = 1_048_576;
const DEFAULT_NAME = 'file';
const DEFAULT_TYPE = 'text/plain';

export class AttachmentUploads {
  readonly files = signal<readonly AttachedFile[]>([]);
  readonly isUploading = computed(() => this.files.value.some(({ key, error }) => key === undefined && error === undefined));
  readonly hasErrors = computed(() => this.files.value.some(({ error }) => error !== undefined));

  readonly #api: ApiClient;
  readonly #chatRoomId: string;

  constructor(api: ApiClient, chatRoomId: string) {
    this.#api = api;
    this.#chatRoomId = chatRoomId;
  }

  /** @returns the reason, if a file was not accepted. */
  add(files: Iterable<File>): string | undefined {
    const all = [...files];
    const available = attachmentsMaximum - this.files.value.length;
    const tooLarge = all.find(({ size }) => size > attachmentSizeMaximum);
    all
      .filter(({ size }) => size > 0 && size <= attachmentSizeMaximum)
      .slice(0, available)
      .forEach((file) => this.#start(file));
    if (tooLarge !== undefined) {
      return `“${tooLarge.name}” is larger than ${attachmentSizeMaximum / BYTES_PER_MEBIBYTE} MB. Choose a smaller file.`;
    }
    return all.length > available ? `You can attach up to ${attachmentsMaximum} files.` : undefined;
  }

  remove(id: string): void {
    const removed = this.files.value.find((file) => file.id === id);
    if (removed?.preview !== undefined) {
      URL.revokeObjectURL(removed.preview);
    }
    this.files.value = this.files.value.filter((file) => file.id !== id);
  }

  /** Returns the attachments for the message, and removes the files here. */
  take(): { type: MessageType; attachments: AttachmentInput[] } | undefined {
    const files = this.files.value;
    if (files.length === 0) {
      return undefined;
    }
    files.forEach(({ id }) => this.remove(id));
    const attachments = files.map(({ file, key }) => ({
      key: key ?? '',
      name: nameOf(file),
      contentType: contentTypeOf(file),
      size: file.size,
    }));
    const areImages = files.every(({ file }) => file.type.startsWith('image/'));
    return { type: areImages ? 'IMAGE' : 'FILE', attachments };
  }

  #start(file: File): void {
    const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined;
    const id = crypto.randomUUID();
    this.files.value = [...this.files.value, { id, file, preview, progress: 0, key: undefined, error: undefined }];
    void this.#upload(id, file);
  }

  async #upload(id: string, file: File): Promise<void> {
    try {
      const input = { chatRoomId: this.#chatRoomId, name: nameOf(file), contentType: contentTypeOf(file), size: file.size };
      const permission = await this.#api.request(RequestAttachmentUpload, { input });
      const typed = new File([file], file.name, { type: contentTypeOf(file) });
      await upload(permission, typed, (progress) => this.#change(id, { progress }));
      this.#change(id, { progress: 1, key: permission.key });
    } catch (error) {
      // Name and size are valid already, so a validation error is about the type.
      const isWrongType = error instanceof ApiError && error.type === 'ValidationError';
      this.#change(id, { error: isWrongType ? 'This type of file is not supported.' : errorMessage(error) });
    }
  }

  #change(id: string, change: Partial<AttachedFile>): void {
    this.files.value = this.files.value.map((file) => (file.id === id ? { ...file, ...change } : file));
  }
}

function nameOf(file: File): string {
  return cutToEnd(withoutRejectedCharacters(file.name), attachmentNameLength).trim() || DEFAULT_NAME;
}

function contentTypeOf(file: File): string {
  return file.type === '' ? DEFAULT_TYPE : file.type.split(';')[0] ?? DEFAULT_TYPE;
}
