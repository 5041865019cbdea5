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
