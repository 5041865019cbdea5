import { describe, expect, it } from 'vitest';
import {
  bufferOf,
  type EditBuffer,
  EMPTY_BUFFER,
  insert,
  insertNewline,
} from '../../../src/domain/edit/buffer.ts';
import * as erase from '../../../src/domain/edit/keys.ts';
import { down, up } from '../../../src/domain/edit/keys.ts';
import { layoutText, scrollWindow } from '../../../src/domain/edit/layout.ts';
import * as move from '../../../src/domain/edit/move.ts';
import { graphemesOf } from '../../../src/domain/text/graphemes.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const family = '👨‍👩‍👧‍👦';
const flag = '🇩🇪';
const accented = 'e\u0301';

/** Text with the cursor drawn as `|`. */
const from = (drawn: string): EditBuffer => bufferOf(drawn.replace('|', ''), drawn.indexOf('|'));
const drawn = ({ text, cursor }: EditBuffer): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;
const rowsOf = (text: string, width: number): string[] =>
  layoutText(bufferOf(text, 0), width).rows.map((row) => row.text);

describe('editing', () => {
  it.each<[string, (buffer: EditBuffer) => EditBuffer, string, string]>([
    ['insert', (b) => insert(b, 'xy'), 'a|b', 'axy|b'],
    ['insert lines as a terminal pastes them', (b) => insert(b, '1\r2\r\n3'), '|', '1\n2\n3|'],
    ['insert newline', insertNewline, 'a|b', 'a\n|b'],
    ['insert a mark on the letter before', (b) => insert(b, '\u0301'), 'e|x', `${accented}|x`],
    ['complete a flag', (b) => insert(b, '🇪'), '🇩|x', `${flag}|x`],
    ['backspace', erase.backspace, 'ab|c', 'a|c'],
    ['backspace a family', erase.backspace, `a${family}|c`, 'a|c'],
    ['backspace a flag', erase.backspace, `${flag}${flag}|`, `${flag}|`],
    ['backspace a letter with its mark', erase.backspace, `a${accented}|`, 'a|'],
    ['backspace a line break', erase.backspace, 'a\n|b', 'a|b'],
    ['backspace at the start', erase.backspace, '|a', '|a'],
    ['delete', erase.deleteForward, `|${family}b`, '|b'],
    ['delete a line break', erase.deleteForward, 'a|\nb', 'a|b'],
    ['delete at the end', erase.deleteForward, 'a|', 'a|'],
    ['left over a family', move.left, `a${family}|`, `a|${family}`],
    ['left over a line break', move.left, 'a\n|b', 'a|\nb'],
    ['right over a flag', move.right, `|${flag}${flag}`, `${flag}|${flag}`],
    ['right over a letter with its mark', move.right, `|${accented}x`, `${accented}|x`],
    ['right over a line break', move.right, 'a|\nb', 'a\n|b'],
    ['word left', move.wordLeft, 'fix the-bug  |', 'fix the-|bug  '],
    ['word left over lines', move.wordLeft, 'one\n|two', '|one\ntwo'],
    ['word right', move.wordRight, 'fix| the-bug', 'fix the|-bug'],
    ['word right in another script', move.wordRight, '|größe übrig', 'größe| übrig'],
    ['home', move.home, 'a\nbc|d', 'a\n|bcd'],
    ['home at home', move.home, 'a\n|b', 'a\n|b'],
    ['end', move.end, 'a|b\nc', 'ab|\nc'],
    ['to the start', move.toStart, 'a\nb|', '|a\nb'],
    ['to the end', move.toEnd, '|a\nb', 'a\nb|'],
    ['kill to the start', erase.killToStart, 'a\nbc|d', 'a\n|d'],
    ['kill to the start at the start', erase.killToStart, 'a\n|d', 'a|d'],
    ['kill to the end', erase.killToEnd, 'a|bc\nd', 'a|\nd'],
    ['kill to the end at the end', erase.killToEnd, 'a|\nd', 'a|d'],
    ['kill a word', erase.killToBlank, 'fix the-bug  |now', 'fix |now'],
    ['kill a word of letters', erase.killWordLeft, 'fix the-bug|', 'fix the-|'],
    ['kill a word to the right', erase.killWordRight, 'fix| the-bug', 'fix|-bug'],
  ])('%s', (_, operation, before, after) => {
    expect(drawn(operation(from(before)))).toBe(after);
  });

  it('returns the same buffer when nothing changes', () => {
    for (const operation of [move.left, move.home, move.toStart, erase.backspace, erase.killToBlank]) {
      expect(operation(EMPTY_BUFFER)).toBe(EMPTY_BUFFER);
    }
    expect(up(EMPTY_BUFFER, 10)).toBe(EMPTY_BUFFER);
    expect(down(EMPTY_BUFFER, 10)).toBe(EMPTY_BUFFER);
  });

  it('never puts the cursor inside a grapheme', () => {
    const next = seededRandom(3);
    const pieces = [
      'a',
      ' ',
      '\n',
      '日',
      family,
      flag,
      '🇩',
      accented,
      '\u0301',
      '\u200d',
      '👍🏽',
      '한',
      'क्षि',
      '\r\n',
    ];
    const operations: ((buffer: EditBuffer) => EditBuffer)[] = [
      (b) => insert(b, pieces[next(pieces.length)] ?? ''),
      (b) => insert(b, pieces[next(pieces.length)] ?? ''),
      (b) => insert(b, pieces[next(pieces.length)] ?? ''),
      (b) => up(b, 5),
      (b) => down(b, 5),
      ...Object.values(move).filter(
        (f) => f.length === 1 && f !== move.isNonBlank && f !== move.isWordCharacter,
      ),
      ...Object.values(erase),
    ] as ((buffer: EditBuffer) => EditBuffer)[];
    for (let round = 0; round < 60; round++) {
      let buffer: EditBuffer = EMPTY_BUFFER;
      for (let step = 0; step < 60; step++) {
        buffer = operations[next(operations.length)]?.(buffer) ?? buffer;
        const ends = new Set([0]);
        let offset = 0;
        for (const line of buffer.text.split('\n')) {
          ends.add(offset);
          for (const grapheme of graphemesOf(line)) {
            offset += grapheme.length;
            ends.add(offset);
          }
          offset++;
        }
        expect(ends.has(buffer.cursor), JSON.stringify(drawn(buffer))).toBe(true);
        checkLayout(buffer, 2 + next(9));
      }
    }
  });

  it('undoes an insert with one backspace per grapheme', () => {
    const text = `a${family}日${flag}${accented}\n한`;
    let buffer = insert(EMPTY_BUFFER, text);
    for (let n = graphemesOf(text).length; n > 0; n--) buffer = erase.backspace(buffer);
    expect(buffer.text).toBe('');
  });
});

/** Invariants for every text and width. */
function checkLayout(buffer: EditBuffer, width: number): void {
  const { rows, cursorRow, cursorColumn } = layoutText(buffer, width);
  const layout = rows.map((row) => row.text + (row.wrapped ? '' : '\n')).join('');
  expect(layout).toBe(`${buffer.text}\n`);
  for (const row of rows) {
    expect(buffer.text.slice(row.start, row.end)).toBe(row.text);
    if (graphemesOf(row.text).length > 1) expect(displayWidth(row.text)).toBeLessThanOrEqual(width);
  }
  const row = rows[cursorRow];
  expect(row?.start).toBeLessThanOrEqual(buffer.cursor);
  expect(row?.end).toBeGreaterThanOrEqual(buffer.cursor);
  expect(cursorColumn).toBeLessThan(width);
}

describe('layout', () => {
  it.each([
    ['', 5, ['']],
    ['abc', 5, ['abc']],
    ['a\n\nb\n', 5, ['a', '', 'b', '']],
    ['hello big world', 8, ['hello ', 'big ', 'world']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['ab      cd', 4, ['ab  ', '    ', 'cd']],
    ['日本語テ', 5, ['日本', '語テ']],
    ['日本', 1, ['日', '本']],
    ['日本 語テ', 6, ['日本 ', '語テ']],
    [`x ${family}${family}`, 5, ['x ', `${family}${family}`]],
    [`${accented.repeat(5)}`, 4, [accented.repeat(4), accented]],
  ])('%j in %i columns', (text, width, rows) => {
    expect(rowsOf(text, width)).toEqual(rows);
  });

  it.each([
    ['a|b', 5, 0, 1],
    ['|', 5, 0, 0],
    ['a\n|', 5, 1, 0],
    ['日|本', 5, 0, 2],
    [`${family}|`, 5, 0, 2],
    ['abcd|', 4, 1, 0],
    ['abcd|\nx', 4, 1, 0],
    ['ab|cd', 4, 0, 2],
    ['abcd|ef', 4, 1, 0],
    ['日本|', 4, 1, 0],
    ['日本|', 5, 0, 4],
    ['a日本|語', 4, 1, 2],
    ['hello |big', 6, 1, 0],
  ])('puts the cursor of %j in %i columns on row %i, column %i', (text, width, row, column) => {
    const layout = layoutText(from(text), width);
    expect([layout.cursorRow, layout.cursorColumn]).toEqual([row, column]);
  });

  it('adds a row only for a cursor after a full line', () => {
    expect(layoutText(from('abcd|\nx'), 4).rows.map((row) => row.text)).toEqual(['abcd', '', 'x']);
    expect(layoutText(from('abcd\n|x'), 4).rows.map((row) => row.text)).toEqual(['abcd', 'x']);
  });
});

describe('moving up and down', () => {
  it('keeps the goal column over a short row', () => {
    let buffer = from('abcdef\nx\nabc|def');
    buffer = up(buffer, 20);
    expect(drawn(buffer)).toBe('abcdef\nx|\nabcdef');
    buffer = up(buffer, 20);
    expect(drawn(buffer)).toBe('abc|def\nx\nabcdef');
    expect(up(buffer, 20)).toBe(buffer);
    expect(drawn(down(down(buffer, 20), 20))).toBe('abcdef\nx\nabc|def');
  });

  it('resets it after any other move', () => {
    const buffer = down(move.left(up(from('abcdef\nx\nabc|def'), 20)), 20);
    expect(drawn(buffer)).toBe('abcdef\nx\n|abcdef');
  });

  it('moves through the rows of one wrapped line', () => {
    expect(drawn(up(from('hello big world|'), 8))).toBe('hello big| world');
    expect(drawn(up(from('hello big w|'), 8))).toBe('hello| big w');
    expect(drawn(up(up(from('abcd\nefghij|'), 4), 4))).toBe('ab|cd\nefghij');
  });

  it('stays inside a wrapped row at its end', () => {
    expect(drawn(up(from('hello \nbigger|'), 20))).toBe('hello |\nbigger');
    expect(drawn(up(from('hello bigger|'), 7))).toBe('hello| bigger');
  });

  it('counts columns, not characters', () => {
    expect(drawn(up(from(`日本語\nabcd|`), 20))).toBe('日本|語\nabcd');
    expect(drawn(up(from(`日本語\nabc|d`), 20))).toBe('日|本語\nabcd');
  });
});

describe('the window', () => {
  const layoutAt = (row: number) => layoutText(bufferOf('0\n1\n2\n3\n4\n5', row * 2), 10);

  it.each([
    [0, 0, 0],
    [2, 0, 0],
    [3, 0, 1],
    [5, 0, 3],
    [3, 3, 3],
    [2, 3, 2],
    [5, 9, 3],
    [0, 9, 0],
  ])('with the cursor on row %i and last at %i stands at %i', (row, before, top) => {
    const layout = scrollWindow(layoutAt(row), 3, before);
    expect(layout.top).toBe(top);
    expect(layout.rows).toHaveLength(3);
    expect(layout.rows[layout.cursorRow]?.text).toBe(String(row));
  });

  it('shows all rows if they fit', () => {
    expect(scrollWindow(layoutAt(5), 10, 4).rows).toHaveLength(6);
  });
});
