import { CachedBody, UNCHANGED } from './cached-body.ts';
import type { BodyConsumer } from './call.ts';
import { type ListSchema, type ParsedList, parseList } from './incremental-list-parser.ts';

/** Memory for bodies, bytes. The transcript of a long task can be megabytes. */
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;
/** Minimum size of a body that is parsed in slices with byte ranges, bytes. */
const DEFAULT_MIN_PARSED_IN_PARTS = 64 * 1024;

interface CacheEntry<Item, Value> {
  readonly body: CachedBody;
  /** Absent before the first parse. */
  value?: Value;
  /** Null when the body was parsed as a whole. */
  parsedList: ParsedList<Item> | null;
  /** A response is arriving and is compared with the body. */
  isComparing: boolean;
  /** The entry's share of the cache size. */
  countedBytes: number;
}

export interface ResponseCacheOptions {
  /** Maximum bytes of all bodies; the newest body always stays. */
  readonly maxBytes?: number;
  readonly minParsedInParts?: number;
}

/**
 * The last response to each request. Most polls return the same bytes: then `fetch` parses nothing and returns the same
 * object. For a changed long list it parses only the changed part; all other items keep their identity.
 */
export class ResponseCache<Item, Value> {
  readonly #entries = new Map<string, CacheEntry<Item, Value>>();
  readonly #schema: ListSchema<Item, Value>;
  readonly #maxBytes: number;
  readonly #minParsedInParts: number;
  #bytes = 0;

  constructor(
    schema: ListSchema<Item, Value>,
    {
      maxBytes = DEFAULT_MAX_BYTES,
      minParsedInParts = DEFAULT_MIN_PARSED_IN_PARTS,
    }: ResponseCacheOptions = {},
  ) {
    this.#schema = schema;
    this.#maxBytes = maxBytes;
    this.#minParsedInParts = minParsedInParts;
  }

  /**
   * Resolves to the value of the response. `send` must write the response's bytes to the consumer; `parse` parses the
   * body as a whole. Rejects with the errors of both, and with the signal's reason.
   */
  async fetch<Response>(
    key: string,
    send: (consumer: BodyConsumer) => Promise<Response>,
    parse: (response: Response) => Value,
    signal: AbortSignal,
  ): Promise<Value> {
    const last = this.#entries.get(key);
    // A body must not change while another response is compared with it.
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
        // If parsing fails, the last value must not be used for this body.
        this.#delete(key);
        delete entry.value;
        entry.parsedList = null;
        const isLarge = entry.body.bytes.length >= this.#minParsedInParts;
        const from =
          parsedList === null || diff === null || diff === UNCHANGED
            ? null
            : { list: parsedList, change: diff };
        const parsed = isLarge ? await parseList(entry.body, this.#schema, from, signal) : null;
        entry.parsedList = parsed?.list ?? null;
        entry.value = parsed === null ? parse(response) : parsed.value;
      }
      this.#store(key, entry);
      return entry.value;
    } finally {
      entry.isComparing = false;
    }
  }

  /** Deletes the oldest entries when the cache is too large, but never the new one. */
  #store(key: string, entry: CacheEntry<Item, Value>): void {
    this.#delete(key);
    this.#entries.set(key, entry);
    entry.countedBytes = entry.body.size;
    this.#bytes += entry.countedBytes;
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
