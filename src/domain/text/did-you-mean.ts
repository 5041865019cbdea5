/**
 * The known word nearest to a mistyped one, ignoring case; null with more than two typing errors, more than one in
 * three to five letters, or any in one or two.
 */
export function nearestWord(word: string, known: readonly string[]): string | null {
  const typed = word.toLowerCase();
  const maxErrors = typed.length > 5 ? 2 : typed.length > 2 ? 1 : 0;
  const [nearest] = known
    .map((name) => ({ name, errors: typingErrors(typed, name.toLowerCase()) }))
    .filter(({ errors }) => errors <= maxErrors)
    .toSorted((one, other) => one.errors - other.errors);
  return nearest?.name ?? null;
}

/** `Did you mean "list"?`, or empty when no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === null ? '' : `Did you mean "${nearest}"?`;
}

/**
 * The number of letters that were added, omitted, replaced or swapped with their neighbour (optimal string alignment
 * distance).
 */
function typingErrors(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const isSame = one[row - 1] === other[at - 1];
      const isSwapped = one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      current[at] = Math.min(
        (current[at - 1] ?? 0) + 1,
        (last[at] ?? 0) + 1,
        (last[at - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[at - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
}
