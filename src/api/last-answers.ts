/** How many bytes of bodies are kept for comparing. One transcript of a long task can be megabytes. */
const DEFAULT_BUDGET = 32 * 1024 * 1024;

interface Kept {
  readonly body: Buffer;
  readonly value: unknown;
}

/**
 * What was last answered to a question. Polls mostly bring the same bytes again: then the same object is
 * handed out, nothing is parsed, and whoever holds it sees by identity that nothing has changed.
 */
export class LastAnswers<Value> {
  readonly #kept = new Map<string, Kept & { readonly value: Value }>();
  readonly #budget: number;
  #bytes = 0;

  constructor(budget: number = DEFAULT_BUDGET) {
    this.#budget = budget;
  }

  /** The value of `body`, read only when it differs from the last one under this key. */
  read(key: string, body: Buffer, parse: () => Value): Value {
    const last = this.#kept.get(key);
    if (last?.body.equals(body)) {
      this.#keep(key, last);
      return last.value;
    }
    const value = parse();
    this.#keep(key, { body, value });
    return value;
  }

  /** Newest last; the oldest go when there are too many bytes, but never the newest itself. */
  #keep(key: string, kept: Kept & { readonly value: Value }): void {
    this.#drop(key);
    this.#kept.set(key, kept);
    this.#bytes += kept.body.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#budget || oldest === key) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.body.length ?? 0;
    this.#kept.delete(key);
  }
}
