/** Positions of the rows in a long list: measured heights, and an estimate for rows that were not displayed yet. */
export class Heights {
  readonly #estimate: number;
  readonly #measured = new Map<string, number>();
  #keys: readonly string[] = [];
  #offsets = new Float64Array(1);

  constructor(estimate: number) {
    this.#estimate = estimate;
  }

  get total(): number {
    return this.#offsets[this.#keys.length] ?? 0;
  }

  setKeys(keys: readonly string[]): void {
    this.#keys = keys;
    this.#sum();
  }

  /** Stores measured heights; returns whether any has changed. */
  measure(heights: Iterable<readonly [string, number]>): boolean {
    let isChanged = false;
    for (const [key, height] of heights) {
      if (this.#measured.get(key) !== height) {
        this.#measured.set(key, height);
        isChanged = true;
      }
    }
    if (isChanged) {
      this.#sum();
    }
    return isChanged;
  }

  /** Returns the distance of a row from the top of the list. */
  offset(index: number): number {
    return this.#offsets[Math.min(Math.max(index, 0), this.#keys.length)] ?? 0;
  }

  indexOf(key: string): number {
    return this.#keys.indexOf(key);
  }

  key(index: number): string | undefined {
    return this.#keys[index];
  }

  /** Returns the index of the row at a distance from the top. */
  indexAt(distance: number): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#offsets[middle] ?? Infinity) <= distance) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return Math.min(low, Math.max(0, this.#keys.length - 1));
  }

  #sum(): void {
    const offsets = new Float64Array(this.#keys.length + 1);
    let sum = 0;
    this.#keys.forEach((key, index) => {
      offsets[index] = sum;
      sum += this.#measured.get(key) ?? this.#estimate;
    });
    offsets[this.#keys.length] = sum;
    this.#offsets = offsets;
  }
}
