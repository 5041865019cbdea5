import { knownWidth } from '../../src/domain/text/plain-width.ts';
import { memoize } from './memoize.mjs';

/** Number of cached lines and rows: several screens. */
const CACHE_SIZE = 1_000;

const widthOf = memoize(knownWidth, CACHE_SIZE);

/** Control characters that a row must not contain. Without ESC: Ink's `sanitizeAnsi` checks sequences. */
const CONTROL = /[\x00-\x1a\x1c-\x1f\x7f-\x9f]/;

/**
 * An Output for Ink that joins the texts of a row and does not split them into cells. Leaves other rows to Ink: those
 * with characters that join, overlapping texts, or texts cut by a clip. The screen is the same; the positions of style
 * sequences may differ.
 */
export function rowOutput(Output, stringWidth, sanitizeAnsi) {
  const columnsOf = memoize(stringWidth, CACHE_SIZE);
  /** The width of a line that needs no sanitising; infinite for other lines. */
  const safeColumnsOf = memoize((line) => {
    const width = widthOf(line);
    if (width !== -1) return width;
    return CONTROL.test(line) || sanitizeAnsi(line) !== line ? Number.POSITIVE_INFINITY : columnsOf(line);
  }, CACHE_SIZE);
  // Ink's caches last for one frame; these last for several.
  let caches = new Output({ width: 0, height: 0 }).caches;
  let uses = 0;
  const sharedCaches = () => {
    if (++uses % CACHE_SIZE === 0) caches = new Output({ width: 0, height: 0 }).caches;
    return caches;
  };

  /** Renders one row with Ink's own Output. */
  const inkRow = (width, pieces) => {
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

  const cachedInkRow = memoize((key) => {
    const [width, ...parts] = key.split('\0');
    const pieces = [];
    for (let at = 0; at < parts.length; at += 2) pieces.push({ x: Number(parts[at]), text: parts[at + 1] });
    return inkRow(Number(width), pieces);
  }, CACHE_SIZE);

  /** The rows of the last frame, with their text: most do not change in the next one. */
  let lastRows = [];
  let lastWidth = -1;

  return class RowOutput extends Output {
    /**
     * Adds lines, each of which must end its styles. Returns false if a line needs sanitising or is wider than `width`:
     * write them as text then.
     */
    rows(x, y, lines, width) {
      if (!Number.isInteger(x) || !Number.isInteger(y) || x < 0 || y < 0) return false;
      if (!lines.every((line) => safeColumnsOf(line) <= width)) return false;
      this.operations.push({ type: 'rows', x, y, lines, width });
      return true;
    }

    get() {
      const rows = Array.from({ length: this.height }, () => ({ pieces: [], isComposable: true }));
      const clips = [];
      for (const operation of this.operations) {
        if (operation.type === 'clip') clips.push(intersection(clips.at(-1), operation.clip));
        else if (operation.type === 'unclip') clips.pop();
        else if (operation.type === 'rows') this.placeRows(rows, operation, clips.at(-1));
        else this.placeText(rows, operation, clips.at(-1));
      }
      if (lastWidth !== this.width) lastRows = [];
      lastWidth = this.width;
      const texts = rows.map((row, y) => this.rowText(row, lastRows[y]));
      lastRows = rows;
      return { output: texts.join('\n'), height: rows.length };
    }

    placeRows(rows, { x, y, lines, width }, clip) {
      if (clip && isEmpty(clip)) return;
      const cut = isCut(clip, x, width);
      for (let index = 0; index < lines.length; index++) {
        const row = rows[y + index];
        const text = lines[index];
        if (row === undefined || text === '' || isOutside(clip, y + index)) continue;
        row.pieces.push(cut ? { x, text, clip: horizontal(clip) } : { x, text });
        if (cut) row.isComposable = false;
      }
    }

    /** Adds a text to each row that it reaches. */
    placeText(rows, operation, clip) {
      if (clip && isEmpty(clip)) return;
      const { text, x, y, transformers } = operation;
      const lines = text.split('\n');
      const isPlainBlock = lines.length === 1 || !text.includes('\x1b');
      for (const [index, line] of lines.entries()) {
        const row = rows[y + index];
        if (row === undefined) continue;
        if (isOutside(clip, y + index)) continue;
        if (!isPlainBlock || x < 0 || isCut(clip, x, columnsOf(line))) {
          row.pieces.push({ ...operation, y: -index, clip: horizontal(clip) });
          row.isComposable = false;
          continue;
        }
        let transformed = line;
        for (const transform of transformers) transformed = transform(transformed, index);
        if (transformed !== '') row.pieces.push({ x, text: transformed });
      }
    }

    rowText(row, before) {
      if (!row.isComposable) return inkRow(this.width, row.pieces);
      row.text =
        before?.isComposable && isSame(before.pieces, row.pieces) ? before.text : this.compose(row.pieces);
      return row.text;
    }

    compose(pieces) {
      let composed = '';
      let column = 0;
      for (const { x, text } of pieces) {
        const width = widthOf(text);
        if (width === -1 || x < column || x + width > this.width) return this.inkRowOf(pieces);
        composed += ' '.repeat(x - column) + text;
        // Ends a style that the text leaves open.
        if (text.includes('\x1b') && !text.endsWith('\x1b[0m')) composed += '\x1b[0m';
        column = x + width;
      }
      return composed.trimEnd();
    }

    inkRowOf(pieces) {
      return cachedInkRow([this.width, ...pieces.flatMap(({ x, text }) => [x, text])].join('\0'));
    }
  };
}

const isSame = (before, after) =>
  before.length === after.length &&
  before.every(({ x, text }, index) => x === after[index].x && text === after[index].text);

/** A clip without its vertical bounds, which `isOutside` checks. */
const horizontal = (clip) => clip && { ...clip, y1: undefined, y2: undefined };

/** As in Ink, a missing bound does not clip. */
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

/** Whether a clip cuts a line. Ink clips in a direction only if both bounds are set. */
const isCut = (clip, x, width) =>
  clip?.x1 !== undefined && clip.x2 !== undefined && (x < clip.x1 || x + width > clip.x2);

const isOutside = (clip, y) =>
  clip?.y1 !== undefined && clip.y2 !== undefined && (y < clip.y1 || y >= clip.y2);
