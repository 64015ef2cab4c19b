/** Data export with its progress, and account deletion. */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { ApiClient } from '../api/client';
import { DeleteMyAccount, ExportMyData, MyPrivacyJobs } from '../api/operations';
import type { MyPrivacyJobsQuery } from '../api/operations';

export type PrivacyJob = NonNullable<MyPrivacyJobsQuery['myPrivacyJobs']>[number];

const POLL_MILLISECONDS = 2_000;

/** Polls the last export while it is displayed. */
export class AccountData {
  readonly #api: ApiClient;
  readonly #export = signal<PrivacyJob | null | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** The last export: null if there is none, undefined while loading. */
  get export(): ReadonlySignal<PrivacyJob | null | undefined> {
    return this.#export;
  }

  /** Reads the state of the export every two seconds until it is complete. */
  async watch(): Promise<void> {
    this.stop();
    const jobs = await this.#api.request(MyPrivacyJobs, {});
    const found = jobs.find(({ kind }) => kind === 'EXPORT') ?? null;
    this.#export.value = found;
    if (found !== null && found.status !== 'COMPLETED') {
      // A failed read is retried by the next poll.
      this.#timer = setTimeout(() => void this.watch().catch(() => undefined), POLL_MILLISECONDS);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async requestExport(): Promise<void> {
    await this.#api.request(ExportMyData, {});
    await this.watch();
  }

  async deleteAccount(): Promise<void> {
    await this.#api.request(DeleteMyAccount, {});
  }
}
