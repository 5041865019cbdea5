import { displayWidth, padOrTruncate, truncate } from '../../domain/text/width.ts';
import type { Theme } from '../theme.ts';
import { firstThatFits, fitRow } from './fit.ts';

export interface FrameOptions {
  readonly title: string;
  /** Shown in the lower border on the right: the first one that fits. */
  readonly status?: readonly string[];
  readonly focused: boolean;
  /** With borders. */
  readonly width: number;
  readonly height: number;
}

/** Frames styled lines and truncates them. Each row is a single string of exactly `width` columns, which Ink draws fastest. */
export function frame(
  lines: readonly string[],
  { title, status = [], focused, width, height }: FrameOptions,
  theme: Theme,
): string[] {
  const { corners, horizontal, vertical } = theme.glyphs;
  const border = focused ? theme.focusedBorder : theme.border;
  const inside = width - 2;
  const side = border(vertical);

  const name = ` ${truncate(title, inside - 3)} `;
  const top =
    border(corners.topLeft) +
    theme.title(name) +
    border(horizontal.repeat(Math.max(0, inside - displayWidth(name))) + corners.topRight);
  const words = firstThatFits(status, inside - 4);
  const note = words === '' ? '' : ` ${words} `;
  const rest = Math.max(0, inside - displayWidth(note) - (note === '' ? 0 : 1));
  const tail = note === '' ? corners.bottomRight : horizontal + corners.bottomRight;
  const bottom = border(corners.bottomLeft + horizontal.repeat(rest)) + theme.dim(note) + border(tail);

  const body = Array.from(
    { length: Math.max(0, height - 2) },
    (_, index) => side + fitRow(lines[index] ?? '', inside) + side,
  );
  return [top, ...body, bottom].slice(0, height);
}

/** Aligns two styled texts at both ends of a row; the left one is truncated. */
export function alignEnds(left: string, right: string, width: number): string {
  const room = width - displayWidth(right);
  if (right === '') return padOrTruncate(left, width);
  if (room <= 1) return padOrTruncate(right, width);
  return `${padOrTruncate(left, room - 1)} ${right}`;
}
