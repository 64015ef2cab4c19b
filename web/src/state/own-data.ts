/** Data export with its progress, and account deletion. */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { ApiClient } from '../api/client';
import { DeleteMyAccount, ExportMyData, MyPrivacyJobs } from '../api/operations';
import type { MyPrivacyJobsQuery } from '../api/operations';

export type PrivacyJob = NonNullable<MyPrivacyJobsQuery['myPrivacyJobs']>[number];

const EVERY_MILLISECONDS = 2_000;

/** Polls the last export while it is displayed. */
export class OwnData {
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
    const jobs = await this.#api.ask(MyPrivacyJobs, {});
    const found = jobs.find(({ kind }) => kind === 'EXPORT') ?? null;
    this.#export.value = found;
    if (found !== null && found.status !== 'COMPLETED') {
      // A failed read is repeated by the next one.
      this.#timer = setTimeout(() => void this.watch().catch(() => undefined), EVERY_MILLISECONDS);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async ask(): Promise<void> {
    await this.#api.ask(ExportMyData, {});
    await this.watch();
  }

  async deleteAccount(): Promise<void> {
    await this.#api.ask(DeleteMyAccount, {});
  }
}
