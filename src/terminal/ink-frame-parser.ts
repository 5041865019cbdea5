/** Where the cursor shall be shown, in cells from 0; null for hidden. */
export type CursorPosition = { readonly x: number; readonly y: number } | null;

/** What Ink means by one write. */
export type InkOutput =
  /** A whole new screen. */
  | { readonly kind: 'frame'; readonly lines: readonly string[]; readonly cursor: CursorPosition }
  /** The screen stays, the cursor moves. */
  | { readonly kind: 'cursor'; readonly cursor: CursorPosition }
  /** Only blanks the screen, for a frame that follows or for leaving. */
  | { readonly kind: 'erase' }
  /** Begin or end of a synchronised update. */
  | { readonly kind: 'sync' }
  /** Modes and questions: for the terminal, as they are. */
  | { readonly kind: 'modes' }
  | { readonly kind: 'unknown' };

const SYNC = /^\x1b\[\?2026[hl]$/;
const MODES = /^(?:\x1b\[\?[\d;]*[hlu]|\x1b\[[<>][\d;]*u)+$/;
/** How log-update begins: hides the cursor, returns to the bottom, erases upwards; or goes home and erases down. */
const PREFIX = /(?:\x1b\[(?:\?25l|\d*[ABG]|2K|1;1H|0?J))+/y;
const CURSOR_SUFFIX = /(?:\x1b\[(\d+)A)?\x1b\[(\d+)G\x1b\[\?25h$/;
const SHOW = '\x1b[?25h';
/** `up` and `column` of four digits each, and `SHOW`. */
const LONGEST_SUFFIX = 24;
const CURSOR_ONLY = /^(?:\x1b\[\?25l)?(?:\x1b\[\d+B)?(?:\x1b\[1G)?(?:\x1b\[(\d+)A)?\x1b\[(\d+)G\x1b\[\?25h$/;
/** The cursor hidden and left at the bottom. */
const CURSOR_HIDDEN = /^\x1b\[\?25l(?:\x1b\[\d+B)?\x1b\[1G$/;

/**
 * Reads a write of Ink's renderer on the alternate screen, where each frame is written whole. `lastLine` is the
 * index of the last line of the frame before: Ink's cursor moves start from there.
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
  // A frame that is lower than the screen ends in a line break.
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return { kind: 'frame', lines, cursor };
}

function cursorAt(lastLine: number, up: string | undefined, column: string | undefined): CursorPosition {
  return { x: Math.max(0, Number(column ?? 1) - 1), y: Math.max(0, lastLine - Number(up ?? 0)) };
}

/** Frames hold SGR and hyperlinks, nothing else that begins with ESC. */
const hasControls = (text: string): boolean => /\x1b(?!\[[\d;:]*m|\]8;|\\)/.test(text);
