import { KeptBody, UNCHANGED } from './kept-body.ts';
import { type ListForm, type ReadList, readList } from './list-reader.ts';
import type { Sink } from './sink.ts';

/** How many bytes of bodies are kept for comparing. One transcript of a long task can be megabytes. */
const DEFAULT_BUDGET = 32 * 1024 * 1024;
/** From so many bytes on a body is read in slices, and what is in it remembered by where it stands. */
const LARGE = 64 * 1024;

interface Kept<Item, Value> {
  readonly body: KeptBody;
  /** Of the body; absent before the first. */
  value?: Value;
  /** Null for what was read as a whole. */
  list: ReadList<Item> | null;
  /** An answer is coming in and is compared with the body. */
  busy: boolean;
  /** The bytes that it counts as. */
  counted: number;
}

export interface LastAnswersOptions {
  /** Bytes of bodies that are kept at most; the newest is kept in any case. */
  readonly budget?: number;
  /** Bytes. */
  readonly large?: number;
}

/**
 * What was last answered to a question. Polls mostly bring the same bytes again: then the same object is
 * handed out, nothing is parsed, and whoever holds it sees by identity that nothing has changed. Where a long list has
 * changed, only its changed part is parsed, and all its other items are the very same objects.
 */
export class LastAnswers<Item, Value> {
  readonly #kept = new Map<string, Kept<Item, Value>>();
  readonly #form: ListForm<Item, Value>;
  readonly #budget: number;
  readonly #large: number;
  #bytes = 0;

  constructor(
    form: ListForm<Item, Value>,
    { budget = DEFAULT_BUDGET, large = LARGE }: LastAnswersOptions = {},
  ) {
    this.#form = form;
    this.#budget = budget;
    this.#large = large;
  }

  /**
   * Asks, and resolves to the value of the answer. `ask` has the answer's bytes go into the sink, and `parse` reads the body as
   * a whole; what these two throw is thrown, and so is the signal's reason.
   */
  async read<Answered>(
    key: string,
    ask: (sink: Sink) => Promise<Answered>,
    parse: (answered: Answered) => Value,
    signal: AbortSignal,
  ): Promise<Value> {
    const last = this.#kept.get(key);
    // While somebody else's answer is compared with a body it must not change.
    const kept: Kept<Item, Value> =
      last === undefined || last.busy ? { body: new KeptBody(), list: null, busy: false, counted: 0 } : last;
    kept.busy = true;
    const receipt = kept.body.receive();
    try {
      const answered = await ask(receipt);
      const { change } = receipt;
      if (change !== UNCHANGED || kept.value === undefined) {
        const { list } = kept;
        // Nothing that is known of the last body holds for this one, if reading it should fail.
        this.#drop(key);
        delete kept.value;
        kept.list = null;
        const isLarge = kept.body.bytes.length >= this.#large;
        const from = list === null || change === null || change === UNCHANGED ? null : { list, change };
        const read = isLarge ? await readList(kept.body, this.#form, from, signal) : null;
        kept.list = read?.list ?? null;
        kept.value = read === null ? parse(answered) : read.value;
      }
      this.#keep(key, kept);
      return kept.value;
    } finally {
      kept.busy = false;
    }
  }

  /** Newest last; the oldest go when there are too many bytes, but never the newest itself. */
  #keep(key: string, kept: Kept<Item, Value>): void {
    this.#drop(key);
    this.#kept.set(key, kept);
    kept.counted = kept.body.size;
    this.#bytes += kept.counted;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#budget || oldest === key) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.counted ?? 0;
    this.#kept.delete(key);
  }
}
