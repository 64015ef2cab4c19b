/** The user's own data: an export and how far it has come, and the end of the account. */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { ApiClient } from '../api/client';
import { DeleteMyAccount, ExportMyData, MyPrivacyJobs } from '../api/operations';
import type { MyPrivacyJobsQuery } from '../api/operations';

export type PrivacyJob = NonNullable<MyPrivacyJobsQuery['myPrivacyJobs']>[number];

const EVERY_MILLISECONDS = 2_000;

/** Looks after the last export for as long as somebody looks at it. */
export class OwnData {
  readonly #api: ApiClient;
  readonly #export = signal<PrivacyJob | null | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** The last export; null where there is none, undefined until that is known. */
  get export(): ReadonlySignal<PrivacyJob | null | undefined> {
    return this.#export;
  }

  /** Reads how far the export has come, and again every two seconds until it is done. */
  async watch(): Promise<void> {
    this.stop();
    const jobs = await this.#api.ask(MyPrivacyJobs, {});
    const found = jobs.find(({ kind }) => kind === 'EXPORT') ?? null;
    this.#export.value = found;
    if (found !== null && found.status !== 'COMPLETED') {
      // What goes wrong once is tried again at the next time.
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
