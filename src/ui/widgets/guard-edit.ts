import { graphemeStart, nextGrapheme } from '../../domain/edit/graphemes.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';

/**
 * What one edit of a field that counts in UTF-16 units should have been: whole characters go, and what comes stands
 * between characters, on one line and without control characters.
 */
export function guardEdit(before: string, after: string): string {
  if (after.length < before.length) return eraseWhole(before, after);
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  const typed = sanitiseLine(after.slice(start, start + after.length - before.length));
  const place = graphemeStart(before, start);
  return before.slice(0, place) + typed + before.slice(place);
}

function eraseWhole(before: string, after: string): string {
  let start = 0;
  while (start < after.length && before[start] === after[start]) start++;
  const from = graphemeStart(before, start);
  return before.slice(0, from) + before.slice(nextGrapheme(before, from));
}
