import { describe, expect, it } from 'vitest';
import { type DiffDocument, diffDocument } from '../../../src/domain/diff-document.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import { NO_LINES } from '../../../src/store/review.ts';
import {
  type DiffLayout,
  movedAnchor,
  rowsOfLine,
  visibleRows,
  withinDocument,
} from '../../../src/view/diff/diff-rows.ts';

const documentOf = (...lines: readonly string[]): DiffDocument =>
  diffDocument(
    {
      repositories: [
        {
          name: '',
          branch: '',
          text: `diff --git a/x b/x\n@@ -1,${lines.length} +1,${lines.length} @@\n${lines.join('\n')}\n`,
        },
      ],
      url: '',
      reason: '',
    },
    'base',
  );

const WRAPPED: DiffLayout = { width: 60, wrap: true, column: 0, comments: NO_LINES };
const CUT: DiffLayout = { ...WRAPPED, wrap: false };
/** Lines before the first one of the hunk. */
const FIRST = 4;
const TOP = { line: 0, row: 0 };

const texts = (document: DiffDocument, layout: DiffLayout, line = FIRST): readonly string[] =>
  rowsOfLine(document, line, layout).map(({ text }) => text);

describe('a long line', () => {
  const long = documentOf(`+${'a'.repeat(60)}${'b'.repeat(20)}`);

  it('wraps below its number', () => {
    expect(texts(long, WRAPPED)).toEqual([`1 +${'a'.repeat(55)}`, `  ↳ ${'a'.repeat(5)}${'b'.repeat(20)}`]);
  });

  it('is cut, and scrolls sideways behind its sign', () => {
    expect(texts(long, CUT)).toEqual([`1 +${'a'.repeat(56)}›`]);
    expect(texts(long, { ...CUT, column: 40 })).toEqual([`1 +‹${'a'.repeat(19)}${'b'.repeat(20)}`]);
  });

  it.each([10, 20, 40, 59, 60, 80])('of wide characters fits into %i columns', (width) => {
    const wide = documentOf(`-${'漢字 e\u0301'.repeat(40)}`);
    for (const layout of [
      { ...WRAPPED, width },
      { ...CUT, width },
      { ...CUT, width, column: 7 },
    ])
      for (const text of texts(wide, layout)) expect(displayWidth(text)).toBeLessThanOrEqual(width);
  });
});

it('shows no numbers on a narrow screen', () => {
  expect(texts(documentOf('+a'), { ...WRAPPED, width: 59 })).toEqual(['+a']);
});

it('styles whole lines by their signs, which stay visible', () => {
  const document = documentOf('+a', '-b', ' c');
  const styles = [0, 1, 2].map((line) =>
    rowsOfLine(document, FIRST + line, WRAPPED)[0]
      ?.spans.map(({ style }) => style)
      .join(' '),
  );
  expect(styles).toEqual(['mark added', 'mark removed', 'mark']);
  expect(rowsOfLine(document, FIRST - 1, WRAPPED)[0]?.spans.map(({ style }) => style)).toEqual(['hunk']);
});

describe('a window', () => {
  const document = documentOf(
    ...Array.from({ length: 100 }, (_, index) => `+line ${index} ${'x'.repeat(70)}`),
  );
  const height = 10;
  const move = (anchor: typeof TOP, by: number) => movedAnchor(document, anchor, by, WRAPPED, height);

  it('moves by rows, also inside a wrapped line, and back to the same place', () => {
    let anchor = TOP;
    for (let step = 0; step < 60; step++) anchor = move(anchor, 1);
    expect(anchor).toEqual({ line: 32, row: 0 });
    expect(move(anchor, 1)).toEqual({ line: 32, row: 1 });
    expect(move(move(anchor, 7), -7)).toEqual(anchor);
    expect(move(anchor, -60)).toEqual(TOP);
    expect(move(anchor, -1_000)).toEqual(TOP);
  });

  it('ends with the last row at the lower edge', () => {
    const end = move(TOP, Number.POSITIVE_INFINITY);
    const rows = visibleRows(document, end, WRAPPED, height);
    expect(rows).toHaveLength(height);
    expect(rows.at(-1)).toMatchObject({ line: document.lines.length - 1, index: 1 });
    expect(move(end, 1)).toEqual(end);
    expect(move(TOP, 100_000)).toEqual(end);
  });

  it('keeps a place below the last full screen, from which it only moves up', () => {
    const last = { line: document.lines.length - 2, row: 0 };
    expect(move(last, 1)).toEqual(last);
    expect(move(last, -2)).toEqual({ line: last.line - 1, row: 0 });
  });

  it('is within a document that has become shorter', () => {
    expect(withinDocument(documentOf('+a'), { line: 50, row: 1 })).toEqual({ line: FIRST, row: 0 });
  });

  it('shows a short document whole', () => {
    const short = documentOf('+a');
    expect(movedAnchor(short, TOP, 5, WRAPPED, 40)).toEqual(TOP);
    expect(visibleRows(short, TOP, WRAPPED, 40)).toHaveLength(short.lines.length);
  });
});

it('computes only the visible rows of a large document', () => {
  const line = '+'.padEnd(40, 'y');
  const document = documentOf(...Array.from({ length: 100_000 }, () => line));
  const computed: number[] = [];
  const spied: DiffDocument = {
    ...document,
    lines: new Proxy(document.lines, {
      get(target, name) {
        if (typeof name === 'string' && /^\d+$/u.test(name)) computed.push(Number(name));
        return Reflect.get(target, name) as unknown;
      },
    }),
  };
  const anchor = movedAnchor(spied, { line: 50_000, row: 0 }, 30, WRAPPED, 40);
  expect(visibleRows(spied, anchor, WRAPPED, 40)).toHaveLength(40);
  expect(new Set(computed).size).toBeLessThan(300);
});
