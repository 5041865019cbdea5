import { displayWidth, padOrTruncate, truncate } from '../../domain/text/width.ts';

/** The rows of two large screens: most rows of a frame appear again in the next. */
const MAX_CACHED_ROWS = 500;

/** Two generations: when `recent` is full, it becomes `previous`. */
let recent = new Map<string, string>();
let previous = new Map<string, string>();

/** `padOrTruncate` with a cache: measuring styled text is most of the work of drawing, and most rows do not change. */
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

/** The first of several variants, longest first, that fits; the last one truncated if none does. */
export const firstThatFits = (variants: readonly string[], columns: number): string =>
  variants.find((variant) => displayWidth(variant) <= columns) ?? truncate(variants.at(-1) ?? '', columns);
