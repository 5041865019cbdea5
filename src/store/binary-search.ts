/** The part that a line belongs to: the last one that starts at or before it. `starts` go up; 0 where there are none. */
export function lastStartAtOrBefore(starts: readonly number[], line: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= line) low = middle;
    else high = middle - 1;
  }
  return low;
}
