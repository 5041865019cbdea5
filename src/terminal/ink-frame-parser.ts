/** The visible cursor, in cells from 0; null if hidden. */
export type CursorPosition = { readonly x: number; readonly y: number } | null;

/** The meaning of one write of Ink. */
export type InkOutput =
  /** A complete new screen. */
  | { readonly kind: 'frame'; readonly lines: readonly string[]; readonly cursor: CursorPosition }
  /** Only the cursor changes. */
  | { readonly kind: 'cursor'; readonly cursor: CursorPosition }
  /** Erases the screen, before a frame or before Ink exits. */
  | { readonly kind: 'erase' }
  /** Start or end of a synchronised update. */
  | { readonly kind: 'sync' }
  /** Modes and queries for the terminal. */
  | { readonly kind: 'modes' }
  | { readonly kind: 'unknown' };

const SYNC = /^\x1b\[\?2026[hl]$/;
const MODES = /^(?:\x1b\[\?[\d;]*[hlu]|\x1b\[[<>][\d;]*u)+$/;
/** The start of a write of log-update: hides the cursor, moves to the bottom and erases upwards, or moves home and erases down. */
const PREFIX = /(?:\x1b\[(?:\?25l|\d*[ABG]|2K|1;1H|0?J))+/y;
const CURSOR_SUFFIX = /(?:\x1b\[(\d+)A)?\x1b\[(\d+)G\x1b\[\?25h$/;
const SHOW = '\x1b[?25h';
/** `up` and `column` of four digits each, and `SHOW`. */
const LONGEST_SUFFIX = 24;
const CURSOR_ONLY = /^(?:\x1b\[\?25l)?(?:\x1b\[\d+B)?(?:\x1b\[1G)?(?:\x1b\[(\d+)A)?\x1b\[(\d+)G\x1b\[\?25h$/;
/** Hides the cursor and leaves it at the bottom. */
const CURSOR_HIDDEN = /^\x1b\[\?25l(?:\x1b\[\d+B)?\x1b\[1G$/;

/**
 * Reads a write of Ink's renderer on the alternate screen, where each frame is complete. `lastLine` is the index of the last
 * line of the frame before: Ink's cursor moves start there.
 */
export function parseInkOutput(data: string, lastLine: number): InkOutput {
  if (SYNC.test(data)) return { kind: 'sync' };
  if (MODES.test(data)) return { kind: 'modes' };
  const only = CURSOR_ONLY.exec(data);
  if (only !== null) return { kind: 'cursor', cursor: cursorAt(lastLine, only[1], only[2]) };
  if (CURSOR_HIDDEN.test(data)) return { kind: 'cursor', cursor: null };
  PREFIX.lastIndex = 0;
  const prefix = PREFIX.exec(data)?.[0] ?? '';
  if (prefix.length === data.length) return { kind: 'erase' };
  const suffix = data.endsWith(SHOW) ? CURSOR_SUFFIX.exec(data.slice(-LONGEST_SUFFIX)) : null;
  const text = data.slice(prefix.length, data.length - (suffix?.[0].length ?? 0));
  if (hasControls(text)) return { kind: 'unknown' };
  const lines = text.split('\n');
  const cursor = suffix === null ? null : cursorAt(lines.length - 1, suffix[1], suffix[2]);
  // A frame with fewer lines than the screen ends in a line break.
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return { kind: 'frame', lines, cursor };
}

function cursorAt(lastLine: number, up: string | undefined, column: string | undefined): CursorPosition {
  return { x: Math.max(0, Number(column ?? 1) - 1), y: Math.max(0, lastLine - Number(up ?? 0)) };
}

/** Whether it has sequences other than SGR and hyperlinks: frames have none. */
const hasControls = (text: string): boolean => /\x1b(?!\[[\d;:]*m|\]8;|\\)/.test(text);
