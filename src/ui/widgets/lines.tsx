import { createElement, memo } from 'react';

export interface LinesProps {
  /** Sanitised; none leaves a style open. */
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/**
 * Exactly `height` rows of `width` columns; missing rows are blank. All are one `ink-text` element of known size, which needs no
 * measuring. The bundled Ink draws the rows unchanged (see scripts/ink-rows.mjs).
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
