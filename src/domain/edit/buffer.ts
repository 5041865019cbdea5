import { graphemeStart, nextGrapheme } from './boundaries.ts';

/** The text of an editor and where its cursor stands. Every operation gives a new one, or the very same when nothing changed. */
export interface EditBuffer {
  /** Lines end in `\n`. Already sanitised: the editor shows it as it is. */
  readonly text: string;
  /** Offset into `text` in UTF-16 units, always between two graphemes. */
  readonly cursor: number;
  /** The column, in display columns, that moving up and down tries to return to; null after anything else. */
  readonly goalColumn: number | null;
}

export const EMPTY_BUFFER: EditBuffer = { text: '', cursor: 0, goalColumn: null };

/** A buffer that holds `text`, with the cursor at its end or at an offset in UTF-16 units. */
export function bufferOf(text: string, cursor: number = text.length): EditBuffer {
  return { text, cursor: graphemeStart(text, cursor), goalColumn: null };
}

/** The same text with the cursor at `cursor`, which must lie between two graphemes. */
export function withCursor(buffer: EditBuffer, cursor: number): EditBuffer {
  return cursor === buffer.cursor && buffer.goalColumn === null
    ? buffer
    : { text: buffer.text, cursor, goalColumn: null };
}

/** Replaces what lies between two offsets and puts the cursor behind the new text. */
export function replaceRange(buffer: EditBuffer, from: number, to: number, text: string): EditBuffer {
  if (from === to && text === '') return withCursor(buffer, from);
  const joined = buffer.text.slice(0, from) + text + buffer.text.slice(to);
  // What was joined may have become one grapheme: a letter and a mark, two halves of a flag.
  const cursor = graphemeEnd(joined, from + text.length);
  return { text: joined, cursor, goalColumn: null };
}

function graphemeEnd(text: string, offset: number): number {
  const start = graphemeStart(text, offset);
  return start === offset ? offset : nextGrapheme(text, start);
}

/** Puts text where the cursor stands. CR LF and CR become line breaks. */
export function insert(buffer: EditBuffer, text: string): EditBuffer {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return replaceRange(buffer, buffer.cursor, buffer.cursor, lines);
}

export const insertNewline = (buffer: EditBuffer): EditBuffer => insert(buffer, '\n');
