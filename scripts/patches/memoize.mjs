/** Caches the last `size` results of a function of one string, or up to twice as many. Not for undefined results. */
export function memoize(compute, size) {
  let recent = new Map();
  let older = new Map();
  return (text) => {
    let result = recent.get(text);
    if (result !== undefined) return result;
    result = older.get(text) ?? compute(text);
    if (recent.size >= size) {
      older = recent;
      recent = new Map();
    }
    recent.set(text, result);
    return result;
  };
}
