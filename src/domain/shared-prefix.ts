/** The number of first elements that both lists have, compared by identity. */
export function sharedPrefixLength<Item>(a: readonly Item[], b: readonly Item[]): number {
  const length = Math.min(a.length, b.length);
  let count = 0;
  while (count < length && a[count] === b[count]) count++;
  return count;
}
