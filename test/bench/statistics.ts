/** The value below which `percent` of the values lie; NaN for none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** All measured values by name, in the order of the runs. */
export class Samples {
  readonly #values = new Map<string, number[]>();

  add(name: string, ...values: readonly number[]): void {
    const known = this.#values.get(name) ?? [];
    known.push(...values);
    this.#values.set(name, known);
  }

  /** Empty if not measured. */
  of(name: string): readonly number[] {
    return this.#values.get(name) ?? [];
  }

  toJSON(): Record<string, readonly number[]> {
    return Object.fromEntries(this.#values);
  }

  static fromJSON(json: Readonly<Record<string, readonly number[]>>): Samples {
    const samples = new Samples();
    for (const [name, values] of Object.entries(json)) samples.add(name, ...values);
    return samples;
  }
}
