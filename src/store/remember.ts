/** The function, answering again what it answered last when its arguments are the very same. For selectors. */
export function remember<Arguments extends readonly unknown[], Result>(
  work: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  let last: { readonly args: Arguments; readonly result: Result } | null = null;
  return (...args) => {
    if (last?.args.every((arg, index) => Object.is(arg, args[index]))) return last.result;
    last = { args, result: work(...args) };
    return last.result;
  };
}

/** The same, answering again what it answered last for this first argument: for what is gone back to. It is forgotten with the argument. */
export function rememberEach<Key extends object, Arguments extends readonly unknown[], Result>(
  work: (key: Key, ...args: Arguments) => Result,
): (key: Key, ...args: Arguments) => Result {
  const each = new WeakMap<Key, (...args: Arguments) => Result>();
  return (key, ...args) => {
    let known = each.get(key);
    if (known === undefined) {
      known = remember((...rest: Arguments) => work(key, ...rest));
      each.set(key, known);
    }
    return known(...args);
  };
}
