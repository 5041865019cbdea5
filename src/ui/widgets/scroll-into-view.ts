/** Where a window of `height` rows has to begin so that `index` is in it, moving as little as it can. */
export function scrollIntoView(top: number, index: number, height: number, total: number): number {
  const last = Math.max(0, total - height);
  if (index < 0) return Math.min(top, last);
  if (index < top) return index;
  return Math.min(index >= top + height ? index - height + 1 : top, last);
}
