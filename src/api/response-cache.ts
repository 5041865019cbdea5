import type { BodyConsumer } from './body-consumer.ts';
import { CachedBody, UNCHANGED } from './cached-body.ts';
import { type ListSchema, type ParsedList, parseList } from './incremental-list-parser.ts';

/** How many bytes of bodies are kept for comparing. One transcript of a long task can be megabytes. */
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;
/** From so many bytes on a body is read in slices, and what is in it remembered by where it stands. */
const DEFAULT_MIN_PARSED_IN_PARTS = 64 * 1024;

interface CacheEntry<Item, Value> {
  readonly body: CachedBody;
  /** Of the body; absent before the first. */
  value?: Value;
  /** Null for what was read as a whole. */
  parsedList: ParsedList<Item> | null;
  /** An answer is coming in and is compared with the body. */
  isComparing: boolean;
  /** The bytes that it counts as. */
  countedBytes: number;
}

export interface ResponseCacheOptions {
  /** Bytes of bodies that are kept at most; the newest is kept in any case. */
  readonly maxBytes?: number;
  /** Bytes. */
  readonly minParsedInParts?: number;
}

/**
 * What was last answered to a question. Polls mostly bring the same bytes again: then the same object is
 * handed out, nothing is parsed, and whoever holds it sees by identity that nothing has changed. Where a long list has
 * changed, only its changed part is parsed, and all its other items are the very same objects.
 */
export class ResponseCache<Item, Value> {
  readonly #entries = new Map<string, CacheEntry<Item, Value>>();
  readonly #schema: ListSchema<Item, Value>;
  readonly #maxBytes: number;
  readonly #minParsedInParts: number;
  #bytes = 0;

  constructor(
    form: ListSchema<Item, Value>,
    {
      maxBytes = DEFAULT_MAX_BYTES,
      minParsedInParts = DEFAULT_MIN_PARSED_IN_PARTS,
    }: ResponseCacheOptions = {},
  ) {
    this.#schema = form;
    this.#maxBytes = maxBytes;
    this.#minParsedInParts = minParsedInParts;
  }

  /**
   * Asks, and resolves to the value of the answer. `ask` has the answer's bytes go into the sink, and `parse` reads the body as
   * a whole; what these two throw is thrown, and so is the signal's reason.
   */
  async fetch<Answered>(
    key: string,
    send: (sink: BodyConsumer) => Promise<Answered>,
    parse: (response: Answered) => Value,
    signal: AbortSignal,
  ): Promise<Value> {
    const last = this.#entries.get(key);
    // While somebody else's answer is compared with a body it must not change.
    const entry: CacheEntry<Item, Value> =
      last === undefined || last.isComparing
        ? { body: new CachedBody(), parsedList: null, isComparing: false, countedBytes: 0 }
        : last;
    entry.isComparing = true;
    const comparison = entry.body.compareNext();
    try {
      const response = await send(comparison);
      const { diff } = comparison;
      if (diff !== UNCHANGED || entry.value === undefined) {
        const { parsedList } = entry;
        // Nothing that is known of the last body holds for this one, if reading it should fail.
        this.#delete(key);
        delete entry.value;
        entry.parsedList = null;
        const isLarge = entry.body.bytes.length >= this.#minParsedInParts;
        const from =
          parsedList === null || diff === null || diff === UNCHANGED
            ? null
            : { list: parsedList, change: diff };
        const fetch = isLarge ? await parseList(entry.body, this.#schema, from, signal) : null;
        entry.parsedList = fetch?.list ?? null;
        entry.value = fetch === null ? parse(response) : fetch.value;
      }
      this.#store(key, entry);
      return entry.value;
    } finally {
      entry.isComparing = false;
    }
  }

  /** Newest last; the oldest go when there are too many bytes, but never the newest itself. */
  #store(key: string, kept: CacheEntry<Item, Value>): void {
    this.#delete(key);
    this.#entries.set(key, kept);
    kept.countedBytes = kept.body.size;
    this.#bytes += kept.countedBytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.countedBytes ?? 0;
    this.#entries.delete(key);
  }
}
