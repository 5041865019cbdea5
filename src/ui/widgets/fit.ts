import { fitTo } from '../../domain/text/width.ts';

/** Rows that two screens of the largest size have; what a screen showed last is mostly what it shows next. */
const KEPT = 500;

/** Two generations: when the young one is full it becomes the old one, and what the old one held is forgotten. */
let young = new Map<string, string>();
let old = new Map<string, string>();

/**
 * `fitTo`, for the rows of a screen: measuring styled text is most of the work of drawing, and from one key to the next
 * nearly every row stays as it was.
 */
export function fitRow(text: string, columns: number): string {
  const key = `${columns} ${text}`;
  const known = young.get(key) ?? old.get(key);
  const row = known ?? fitTo(text, columns);
  if (!young.has(key)) {
    if (young.size >= KEPT) {
      old = young;
      young = new Map();
    }
    young.set(key, row);
  }
  return row;
}
