import { plainWidth } from '../../src/domain/text/plain-width.ts';
import { memoize } from './memoize.mjs';

/** Lines and rows that are memoize from one frame to the next: several screens full. */
const LINES = 1_000;

const widthOf = memoize(plainWidth, LINES);

/** What no row of a screen may hold; the sequences that Ink takes out are Ink's to find. */
const CONTROL = /[\x00-\x1a\x1c-\x1f\x7f-\x9f]/;

/**
 * Ink's Output that composes a row from the texts that stand on it, one behind the other, and takes no text apart
 * into cells. What it cannot compose so, such as wide characters, texts over others or cut by a clip, is
 * Ink's own to draw, row by row. The screen is the same; the strings may differ in where their styles begin and end.
 */
export function rowOutput(Output, stringWidth, sanitizeAnsi) {
  const columnsOf = memoize(stringWidth, LINES);
  /** The columns of a line that may be shown as it is; endless for any other. */
  const safeColumnsOf = memoize((line) => {
    const plain = widthOf(line);
    if (plain !== -1) return plain;
    return CONTROL.test(line) || sanitizeAnsi(line) !== line ? Number.POSITIVE_INFINITY : columnsOf(line);
  }, LINES);
  // Ink's caches hold for one frame; these hold for as long as they are used.
  let caches = new Output({ width: 0, height: 0 }).caches;
  let cached = 0;
  const sharedCaches = () => {
    if (++cached % LINES === 0) caches = new Output({ width: 0, height: 0 }).caches;
    return caches;
  };

  /** Ink's own drawing of one row. */
  const stockRow = (width, pieces) => {
    const output = new Output({ width, height: 1 });
    output.caches = sharedCaches();
    for (const { x, y = 0, text, transformers = [], clip } of pieces) {
      if (clip) output.clip(clip);
      output.write(x, y, text, { transformers });
      if (clip) output.unclip();
    }
    return stockGet.call(output).output;
  };
  const stockGet = Output.prototype.get;

  const knownRow = memoize((key) => {
    const [width, ...parts] = key.split('\0');
    const pieces = [];
    for (let at = 0; at < parts.length; at += 2) pieces.push({ x: Number(parts[at]), text: parts[at + 1] });
    return stockRow(Number(width), pieces);
  }, LINES);

  /** The rows of the last frame, what stood on them and what came of it: most are the same in the next one. */
  let last = [];
  let lastWidth = -1;

  return class RowOutput extends Output {
    /**
     * Lines that are rows of the screen as they are: no wider than `width`, none leaving a style open for the next one. False
     * when they have to be written as text.
     */
    rows(x, y, lines, width) {
      if (!Number.isInteger(x) || !Number.isInteger(y) || x < 0 || y < 0) return false;
      if (!lines.every((line) => safeColumnsOf(line) <= width)) return false;
      this.operations.push({ type: 'rows', x, y, lines, width });
      return true;
    }

    get() {
      const rows = Array.from({ length: this.height }, () => ({ pieces: [], whole: true }));
      const clips = [];
      for (const operation of this.operations) {
        if (operation.type === 'clip') clips.push(intersection(clips.at(-1), operation.clip));
        else if (operation.type === 'unclip') clips.pop();
        else if (operation.type === 'rows') this.placeRows(rows, operation, clips.at(-1));
        else this.place(rows, operation, clips.at(-1));
      }
      if (lastWidth !== this.width) last = [];
      lastWidth = this.width;
      const texts = rows.map((row, y) => this.rowText(row, last[y]));
      last = rows;
      return { output: texts.join('\n'), height: rows.length };
    }

    placeRows(rows, { x, y, lines, width }, clip) {
      if (clip && isEmpty(clip)) return;
      const cut = isCut(clip, x, width);
      for (let index = 0; index < lines.length; index++) {
        const row = rows[y + index];
        const text = lines[index];
        if (row === undefined || text === '' || isOutside(clip, y + index)) continue;
        row.pieces.push(cut ? { x, text, clip: sideways(clip) } : { x, text });
        if (cut) row.whole = false;
      }
    }

    /** Notes for each row that a text reaches what stands on it. */
    place(rows, operation, clip) {
      if (clip && isEmpty(clip)) return;
      const { text, x, y, transformers } = operation;
      const lines = text.split('\n');
      const isPlainBlock = lines.length === 1 || !text.includes('\x1b');
      for (const [index, line] of lines.entries()) {
        const row = rows[y + index];
        if (row === undefined) continue;
        if (isOutside(clip, y + index)) continue;
        if (!isPlainBlock || x < 0 || isCut(clip, x, columnsOf(line))) {
          row.pieces.push({ ...operation, y: -index, clip: sideways(clip) });
          row.whole = false;
          continue;
        }
        let shown = line;
        for (const transform of transformers) shown = transform(shown, index);
        if (shown !== '') row.pieces.push({ x, text: shown });
      }
    }

    rowText(row, before) {
      if (!row.whole) return stockRow(this.width, row.pieces);
      row.text = before?.whole && isSame(before.pieces, row.pieces) ? before.text : this.composed(row.pieces);
      return row.text;
    }

    composed(pieces) {
      let out = '';
      let column = 0;
      for (const { x, text } of pieces) {
        const width = widthOf(text);
        if (width === -1 || x < column || x + width > this.width) return this.knownRow(pieces);
        out += ' '.repeat(x - column) + text;
        // A style that a text leaves open ends with it.
        if (text.includes('\x1b') && !text.endsWith('\x1b[0m')) out += '\x1b[0m';
        column = x + width;
      }
      return out.trimEnd();
    }

    knownRow(pieces) {
      return knownRow([this.width, ...pieces.flatMap(({ x, text }) => [x, text])].join('\0'));
    }
  };
}

const isSame = (before, after) =>
  before.length === after.length &&
  before.every(({ x, text }, index) => x === after[index].x && text === after[index].text);

/** The part of a clip that a single row cannot see to itself. */
const sideways = (clip) => clip && { ...clip, y1: undefined, y2: undefined };

/** As Ink does it: a bound that is missing does not bound. */
function intersection(outer, inner) {
  if (outer === undefined) return inner;
  return {
    x1: tighter(outer.x1, inner.x1, Math.max),
    x2: tighter(outer.x2, inner.x2, Math.min),
    y1: tighter(outer.y1, inner.y1, Math.max),
    y2: tighter(outer.y2, inner.y2, Math.min),
  };
}

const tighter = (a, b, choose) => (a === undefined ? b : b === undefined ? a : choose(a, b));

const isEmpty = ({ x1, x2, y1, y2 }) =>
  (x1 !== undefined && x2 !== undefined && x1 >= x2) || (y1 !== undefined && y2 !== undefined && y1 >= y2);

/** Whether a clip takes something off a line. Ink clips in a direction only when it knows both bounds. */
const isCut = (clip, x, width) =>
  clip?.x1 !== undefined && clip.x2 !== undefined && (x < clip.x1 || x + width > clip.x2);

const isOutside = (clip, y) =>
  clip?.y1 !== undefined && clip.y2 !== undefined && (y < clip.y1 || y >= clip.y2);
