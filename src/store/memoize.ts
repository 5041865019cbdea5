/**
 * Memoizes `work`. A result is kept for each object that was an argument, for as long as that object lives. Of other
 * arguments the last two values are kept. So comparing the state before an action with the state after it computes
 * nothing twice.
 */
export function memoize<Arguments extends readonly unknown[], Result>(
  work: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  const root = new CacheNode<Result>();
  return (...args) => {
    let step = root;
    for (const arg of args) step = step.to(arg);
    step.result ??= { is: work(...args) };
    return step.result.is;
  };
}

/** As many as there are states in a comparison. */
const MAX_PRIMITIVES = 2;

/** What is known after some of the arguments: a step for each value of the next one, or the result. */
class CacheNode<Result> {
  result: { readonly is: Result } | null = null;
  #objects: WeakMap<object, CacheNode<Result>> | null = null;
  #values: readonly { readonly arg: unknown; readonly step: CacheNode<Result> }[] = [];

  to(arg: unknown): CacheNode<Result> {
    return (typeof arg === 'object' && arg !== null) || typeof arg === 'function'
      ? this.#toObject(arg)
      : this.#toValue(arg);
  }

  #toObject(arg: object): CacheNode<Result> {
    this.#objects ??= new WeakMap();
    const known = this.#objects.get(arg);
    if (known !== undefined) return known;
    const step = new CacheNode<Result>();
    this.#objects.set(arg, step);
    return step;
  }

  #toValue(arg: unknown): CacheNode<Result> {
    const known = this.#values.find((value) => Object.is(value.arg, arg));
    if (known !== undefined) return known.step;
    const step = new CacheNode<Result>();
    this.#values = [{ arg, step }, ...this.#values.slice(0, MAX_PRIMITIVES - 1)];
    return step;
  }
}
