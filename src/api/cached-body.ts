import type { BodyConsumer } from './body-consumer.ts';

/** What of a body is not as it was: the bytes between those that both have at their beginnings and at their ends. */
export interface BodyDiff {
  /** How many bytes both bodies begin with. */
  readonly prefixBytes: number;
  /** How many bytes both end with; none of them is counted as one of the beginning. */
  readonly suffixBytes: number;
  /** How many bytes longer than the last one it is; less than 0 for a shorter one. */
  readonly growth: number;
}

export const UNCHANGED = 'unchanged';

export interface BodyComparison extends BodyConsumer {
  /** Set when the answer has ended. */
  readonly diff: BodyDiff | typeof UNCHANGED | null;
}

/** Room to spare, as conversations grow with every poll. What is never written to takes no memory. */
const GROWTH_FACTOR = 1.25;

/**
 * The body of the last answer to a question. The next one is compared with it while it comes in: of a poll that brings
 * nothing new nothing is kept and nothing copied, of one that brings a few words more only these.
 */
export class CachedBody {
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;

  /** Valid until the next answer has ended. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Bytes of memory. */
  get size(): number {
    return this.#buffer.length;
  }

  /** Takes one answer. Nothing is changed before its end, and no other must be taken before that. */
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
        // No byte of either counts twice.
        const after = commonSuffixLength(old.subarray(before), [first.subarray(before - matched), ...others]);
        const length = changedChunks.reduce((sum, chunk) => sum + chunk.length, matched);
        diff = { prefixBytes: before, suffixBytes: after, growth: length - old.length };
        this.#replaceFrom(matched, changedChunks);
        return this.bytes;
      },
    };
  }

  /** Everything from `from` on is `rest` now. */
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

/** How many bytes two begin with alike. */
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

/** How many bytes a buffer and some chunks end with alike. */
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
