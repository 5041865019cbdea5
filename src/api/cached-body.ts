import type { BodyConsumer } from './call.ts';

/** The changed range of a body: everything between a common prefix and a common suffix. */
export interface BodyDiff {
  readonly prefixBytes: number;
  /** Never overlaps the prefix. */
  readonly suffixBytes: number;
  /** New length minus old length, bytes. */
  readonly growth: number;
}

export const UNCHANGED = 'unchanged';

export interface BodyComparison extends BodyConsumer {
  /** Null until the response has ended. */
  readonly diff: BodyDiff | typeof UNCHANGED | null;
}

/** Conversations grow with every poll. Spare pages that are never written use no memory. */
const GROWTH_FACTOR = 1.25;

/**
 * The body of the last response to a request. The next body is compared with it while it arrives: only the part after
 * the first difference is copied.
 */
export class CachedBody {
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;

  /** Valid until the next response has ended. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Bytes of memory. */
  get size(): number {
    return this.#buffer.length;
  }

  /** A consumer for one response. The body changes only at its end. Do not compare two responses at once. */
  compareNext(): BodyComparison {
    const old = this.bytes;
    let matched = 0;
    let changedChunks: Uint8Array[] = [];
    let diff: BodyComparison['diff'] = null;
    return {
      get diff() {
        return diff;
      },
      start: () => {
        matched = 0;
        changedChunks = [];
      },
      write: (chunk) => {
        const end = matched + chunk.length;
        const mayBeSame = changedChunks.length === 0 && end <= old.length;
        if (mayBeSame && old.compare(chunk, 0, chunk.length, matched, end) === 0) matched = end;
        else changedChunks.push(Buffer.from(chunk));
      },
      end: () => {
        if (changedChunks.length === 0 && matched === old.length) {
          diff = UNCHANGED;
          return old;
        }
        const [first = old.subarray(0, 0), ...others] = changedChunks;
        const before = matched + commonPrefixLength(old.subarray(matched), first);
        // Prefix and suffix must not overlap.
        const after = commonSuffixLength(old.subarray(before), [first.subarray(before - matched), ...others]);
        const length = changedChunks.reduce((sum, chunk) => sum + chunk.length, matched);
        diff = { prefixBytes: before, suffixBytes: after, growth: length - old.length };
        this.#replaceFrom(matched, changedChunks);
        return this.bytes;
      },
    };
  }

  #replaceFrom(from: number, rest: readonly Uint8Array[]): void {
    const length = rest.reduce((sum, chunk) => sum + chunk.length, from);
    if (length > this.#buffer.length) {
      const room = Buffer.allocUnsafeSlow(Math.ceil(length * GROWTH_FACTOR));
      this.#buffer.copy(room, 0, 0, from);
      this.#buffer = room;
    }
    let at = from;
    for (const chunk of rest) {
      this.#buffer.set(chunk, at);
      at += chunk.length;
    }
    this.#length = length;
  }
}

function commonPrefixLength(one: Buffer, other: Uint8Array): number {
  let low = 0;
  let high = Math.min(one.length, other.length);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (one.compare(other, low, middle, low, middle) === 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

function commonSuffixLength(old: Buffer, chunks: readonly Uint8Array[]): number {
  let end = old.length;
  for (let index = chunks.length - 1; index >= 0; index--) {
    const chunk = chunks[index] ?? old;
    const start = end - chunk.length;
    if (start >= 0 && old.compare(chunk, 0, chunk.length, start, end) === 0) {
      end = start;
      continue;
    }
    let same = 0;
    while (same < chunk.length && same < end && chunk[chunk.length - 1 - same] === old[end - 1 - same])
      same++;
    end -= same;
    break;
  }
  return old.length - end;
}
