import { graphemeStart, nextGrapheme } from './boundaries.ts';

/**
 * An editor's text and cursor. Immutable: every operation returns a new buffer, or the same one when nothing changed.
 */
export interface EditBuffer {
  /** Lines end in `\n`. Already sanitised. */
  readonly text: string;
  /** Offset into `text` in UTF-16 units, always between two graphemes. */
  readonly cursor: number;
  /** The display column that moving up and down tries to keep; null after any other operation. */
  readonly goalColumn: number | null;
}

export const EMPTY_BUFFER: EditBuffer = { text: '', cursor: 0, goalColumn: null };

/** A buffer with the cursor at an offset in UTF-16 units, the end by default. */
export function bufferOf(text: string, cursor: number = text.length): EditBuffer {
  return { text, cursor: graphemeStart(text, cursor), goalColumn: null };
}

/** Moves the cursor to `cursor`, which must lie between two graphemes. */
export function withCursor(buffer: EditBuffer, cursor: number): EditBuffer {
  return cursor === buffer.cursor && buffer.goalColumn === null
    ? buffer
    : { text: buffer.text, cursor, goalColumn: null };
}

/** Replaces a range and puts the cursor after the new text. */
export function replaceRange(buffer: EditBuffer, from: number, to: number, text: string): EditBuffer {
  if (from === to && text === '') return withCursor(buffer, from);
  const result = buffer.text.slice(0, from) + text + buffer.text.slice(to);
  // The result text may form one grapheme: a letter and a mark, two halves of a flag.
  const cursor = graphemeEnd(result, from + text.length);
  return { text: result, cursor, goalColumn: null };
}

function graphemeEnd(text: string, offset: number): number {
  const start = graphemeStart(text, offset);
  return start === offset ? offset : nextGrapheme(text, start);
}

/** Inserts text at the cursor. CR LF and CR become line breaks. */
export function insert(buffer: EditBuffer, text: string): EditBuffer {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return replaceRange(buffer, buffer.cursor, buffer.cursor, lines);
}

export const insertNewline = (buffer: EditBuffer): EditBuffer => insert(buffer, '\n');
