import { createElement, memo } from 'react';

export interface LinesProps {
  /** Safe to show, each on its own: none leaves a style open for the next one. */
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/**
 * Exactly `height` rows of `width` columns; rows that are missing are blank. All of them are one text of Ink's: what stands behind
 * its `Text` component, with a size that need not be measured. The bundled Ink puts the rows on the screen as they are (see
 * scripts/ink-rows.mjs); any other one takes the text apart again.
 */
export const Lines = memo(
  ({ lines, width, height }: LinesProps) => {
    const rows = Array.from({ length: height }, (_, index) => lines[index] ?? '');
    return createElement(
      'ink-text',
      { style: { width, height, flexShrink: 0, textWrap: 'truncate' }, rows },
      rows.join('\n'),
    );
  },
  (before, after) =>
    before.width === after.width &&
    before.height === after.height &&
    before.lines.length === after.lines.length &&
    before.lines.every((line, index) => line === after.lines[index]),
);
