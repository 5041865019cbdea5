import { readFileSync } from 'node:fs';
import { type ResourceUsage, resourceUsageOf } from '../local/load-scenarios.ts';

/** Resources of a process at one moment. */
export interface Sample extends ResourceUsage {
  /** Since the start, s. */
  readonly at: number;
  /** Heap and external memory after a collection; null until the process has reported it. */
  readonly heapMiB: number | null;
  /** Heap reports requested so far. */
  readonly requests: number;
}

/** Maximum growth from the second to the last quarter. */
export interface GrowthLimits {
  readonly rssMiB: number;
  readonly heapMiB: number;
  readonly descriptors: number;
  /** Maximum of all samples. */
  readonly children: number;
  /** Average per second. */
  readonly requests: number;
}

const SAMPLE_EVERY_MS = 2_000;

/** Samples a process at intervals until it is stopped. */
export class ResourceWatch {
  readonly name: string;
  readonly samples: Sample[] = [];
  readonly #pid: () => number;
  readonly #heapFile: string;
  readonly #requests: () => number;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(name: string, pid: () => number, heapFile: string, requests: () => number = () => 0) {
    this.name = name;
    this.#pid = pid;
    this.#heapFile = heapFile;
    this.#requests = requests;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const pid = this.#pid();
    const usage = resourceUsageOf(pid);
    if (usage === null) return;
    const heapMiB = this.#heap(pid);
    const at = (performance.now() - this.#startedAt) / 1_000;
    this.samples.push({ ...usage, at, heapMiB, requests: this.#requests() });
    // For the next sample.
    process.kill(pid, 'SIGUSR2');
  }

  #heap(pid: number): number | null {
    try {
      return Number(readFileSync(`${this.#heapFile}.${pid}`, 'utf8')) / 1024 / 1024;
    } catch {
      return null;
    }
  }

  /** One sentence per exceeded limit. */
  faults(limits: GrowthLimits): string[] {
    const quarter = (index: number): readonly Sample[] =>
      this.samples.filter((_, place) => Math.floor((4 * place) / this.samples.length) === index);
    const [early, late] = [quarter(1), quarter(3)];
    if (early.length === 0 || late.length === 0) return [`${this.name}: too few samples.`];
    const faults: string[] = [];
    const grew = (what: 'rssMiB' | 'heapMiB' | 'descriptors'): void => {
      const by =
        median(late.map((sample) => sample[what] ?? 0)) - median(early.map((sample) => sample[what] ?? 0));
      if (by > limits[what])
        faults.push(`${this.name}: ${what} grew by ${by.toFixed(1)}, more than ${limits[what]}.`);
    };
    grew('rssMiB');
    grew('heapMiB');
    grew('descriptors');
    const children = Math.max(...this.samples.map((sample) => sample.children));
    if (children > limits.children) faults.push(`${this.name}: ${children} children at once.`);
    const zombies = late.filter((sample) => sample.zombies > 0).length;
    if (zombies === late.length) faults.push(`${this.name}: ended children remain as zombies.`);
    const last = late.at(-1);
    const rate = (last?.requests ?? 0) / (last?.at ?? 1);
    if (rate > limits.requests) faults.push(`${this.name}: ${rate.toFixed(1)} requests a second.`);
    return faults;
  }

  /** The samples as at most twelve rows of medians. */
  table(): string {
    const rows = Math.min(12, this.samples.length);
    const lines = [`${this.name}`, '     s   RSS MiB  heap MiB  descriptors  children  requests'];
    for (let row = 0; row < rows; row += 1) {
      const part = this.samples.filter(
        (_, place) => Math.floor((rows * place) / this.samples.length) === row,
      );
      const middle = (what: Exclude<keyof Sample, 'heapMiB'>): number =>
        median(part.map((each) => each[what]));
      const heaps = part.flatMap(({ heapMiB }) => heapMiB ?? []);
      lines.push(
        [
          middle('at').toFixed(0).padStart(6),
          middle('rssMiB').toFixed(0).padStart(10),
          (heaps.length === 0 ? '-' : median(heaps).toFixed(1)).padStart(10),
          middle('descriptors').toFixed(0).padStart(13),
          middle('children').toFixed(0).padStart(10),
          String(part.at(-1)?.requests ?? 0).padStart(10),
        ].join(''),
      );
    }
    return lines.join('\n');
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
