import { padOrTruncate } from '../../domain/text/width.ts';

/** Rows that two screens of the largest size have; what a screen showed last is mostly what it shows next. */
const MAX_CACHED_ROWS = 500;

/** Two generations: when the young one is full it becomes the old one, and what the old one held is forgotten. */
let recent = new Map<string, string>();
let previous = new Map<string, string>();

/**
 * `fitTo`, for the rows of a screen: measuring styled text is most of the work of drawing, and from one key to the next
 * nearly every row stays as it was.
 */
export function fitRow(text: string, columns: number): string {
  const key = `${columns} ${text}`;
  const known = recent.get(key) ?? previous.get(key);
  const row = known ?? padOrTruncate(text, columns);
  if (!recent.has(key)) {
    if (recent.size >= MAX_CACHED_ROWS) {
      previous = recent;
      recent = new Map();
    }
    recent.set(key, row);
  }
  return row;
}
