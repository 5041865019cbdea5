import type { Sink } from './sink.ts';

/** What of a body is not as it was: the bytes between those that both have at their beginnings and at their ends. */
export interface Change {
  /** How many bytes both bodies begin with. */
  readonly before: number;
  /** How many bytes both end with; none of them is counted as one of the beginning. */
  readonly after: number;
  /** How many bytes longer than the last one it is; less than 0 for a shorter one. */
  readonly grown: number;
}

export const UNCHANGED = 'unchanged';

export interface Receipt extends Sink {
  /** Set when the answer has ended. */
  readonly change: Change | typeof UNCHANGED | null;
}

/** Room to spare, as conversations grow with every poll. What is never written to takes no memory. */
const SPARE = 1.25;

/**
 * The body of the last answer to a question. The next one is compared with it while it comes in: of a poll that brings
 * nothing new nothing is kept and nothing copied, of one that brings a few words more only these.
 */
export class KeptBody {
  #room: Buffer = Buffer.alloc(0);
  #length = 0;

  /** Valid until the next answer has ended. */
  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  /** Bytes of memory. */
  get size(): number {
    return this.#room.length;
  }

  /** Takes one answer. Nothing is changed before its end, and no other must be taken before that. */
  receive(): Receipt {
    const old = this.bytes;
    let same = 0;
    let rest: Uint8Array[] = [];
    let change: Receipt['change'] = null;
    return {
      get change() {
        return change;
      },
      begin: () => {
        same = 0;
        rest = [];
      },
      take: (chunk) => {
        const end = same + chunk.length;
        const mayBeSame = rest.length === 0 && end <= old.length;
        if (mayBeSame && old.compare(chunk, 0, chunk.length, same, end) === 0) same = end;
        else rest.push(Buffer.from(chunk));
      },
      end: () => {
        if (rest.length === 0 && same === old.length) {
          change = UNCHANGED;
          return old;
        }
        const [first = old.subarray(0, 0), ...others] = rest;
        const before = same + commonStart(old.subarray(same), first);
        // No byte of either counts twice.
        const after = commonEnd(old.subarray(before), [first.subarray(before - same), ...others]);
        const length = rest.reduce((sum, chunk) => sum + chunk.length, same);
        change = { before, after, grown: length - old.length };
        this.#replace(same, rest);
        return this.bytes;
      },
    };
  }

  /** Everything from `from` on is `rest` now. */
  #replace(from: number, rest: readonly Uint8Array[]): void {
    const length = rest.reduce((sum, chunk) => sum + chunk.length, from);
    if (length > this.#room.length) {
      const room = Buffer.allocUnsafeSlow(Math.ceil(length * SPARE));
      this.#room.copy(room, 0, 0, from);
      this.#room = room;
    }
    let at = from;
    for (const chunk of rest) {
      this.#room.set(chunk, at);
      at += chunk.length;
    }
    this.#length = length;
  }
}

/** How many bytes two begin with alike. */
function commonStart(one: Buffer, other: Uint8Array): number {
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
function commonEnd(old: Buffer, chunks: readonly Uint8Array[]): number {
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
