/**
 * Memoizes `work`. A result stays as long as the objects among its arguments; of other arguments, it keeps the last two
 * values. So a comparison of the states before and after an event computes nothing twice.
 */
export function memoize<Arguments extends readonly unknown[], Result>(
  work: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  const root = new CacheNode<Result>();
  return (...args) => {
    let node = root;
    for (const arg of args) node = node.next(arg);
    node.result ??= { value: work(...args) };
    return node.result.value;
  };
}

/** The number of states in a comparison. */
const MAX_STATES = 2;

/**
 * Caches results that each hold from the time at which they were computed until another one, Unix ms. Keeps the last two, so
 * that the states before and after an event both find theirs.
 */
export function cacheInTime<Result>(): (
  now: number,
  work: () => { readonly result: Result; readonly until: number },
) => Result {
  let known: readonly { readonly from: number; readonly until: number; readonly result: Result }[] = [];
  return (now, work) => {
    const found = known.find(({ from, until }) => from <= now && now < until);
    if (found !== undefined) return found.result;
    const added = { from: now, ...work() };
    known = [added, ...known.slice(0, MAX_STATES - 1)];
    return added.result;
  };
}

/** Holds a node for each value of the next argument, or the result after the last one. */
class CacheNode<Result> {
  result: { readonly value: Result } | null = null;
  #objects: WeakMap<object, CacheNode<Result>> | null = null;
  #primitives: readonly { readonly arg: unknown; readonly node: CacheNode<Result> }[] = [];

  next(arg: unknown): CacheNode<Result> {
    return (typeof arg === 'object' && arg !== null) || typeof arg === 'function'
      ? this.#nextOfObject(arg)
      : this.#nextOfPrimitive(arg);
  }

  #nextOfObject(arg: object): CacheNode<Result> {
    this.#objects ??= new WeakMap();
    const known = this.#objects.get(arg);
    if (known !== undefined) return known;
    const node = new CacheNode<Result>();
    this.#objects.set(arg, node);
    return node;
  }

  #nextOfPrimitive(arg: unknown): CacheNode<Result> {
    const known = this.#primitives.find((primitive) => Object.is(primitive.arg, arg));
    if (known !== undefined) return known.node;
    const node = new CacheNode<Result>();
    this.#primitives = [{ arg, node }, ...this.#primitives.slice(0, MAX_STATES - 1)];
    return node;
  }
}
