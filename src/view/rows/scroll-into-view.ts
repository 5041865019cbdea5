/** The first row of a window of `height` rows that contains `index`, with the smallest move. */
export function scrollIntoView(top: number, index: number, height: number, total: number): number {
  const last = Math.max(0, total - height);
  if (index < 0) return Math.min(top, last);
  if (index < top) return index;
  return Math.min(index >= top + height ? index - height + 1 : top, last);
}
