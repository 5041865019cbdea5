import { displayWidth, truncate } from '../../domain/text/width.ts';

/** The first of several variants, longest first, that fits; the last one truncated if none does. */
export const firstThatFits = (variants: readonly string[], columns: number): string =>
  variants.find((variant) => displayWidth(variant) <= columns) ?? truncate(variants.at(-1) ?? '', columns);
