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
const MAX_PRIMITIVES = 2;

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
    this.#primitives = [{ arg, node }, ...this.#primitives.slice(0, MAX_PRIMITIVES - 1)];
    return node;
  }
}
