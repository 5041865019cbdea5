import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/domain/text/width.ts';
import { signsToAscii, toAscii } from '../../src/terminal/ascii.ts';
import { seededRandom } from '../support/seeded-random.ts';

describe('a line in ASCII', () => {
  it.each([
    ['plain', 'plain'],
    ['┌ Tasks ─┐', '+ Tasks -+'],
    ['│▌● Fix “login”… │', '|>* Fix "login". |'],
    ['\x1b[31m✖\x1b[39m failed', '\x1b[31mX\x1b[39m failed'],
    ['Grüße, señor Ærø, łódź', 'Gruse, senor Aro, lodz'],
    ['Привет, ёж', 'Privet, ez'],
    ['Ωμέγα', 'Omega'],
    ['╭─╮ ║ ┏━┓ ▓', '+-+ | +=+ #'],
    ['日本 ok', '???? ok'],
    ['👩‍👩‍👧‍👦!', '??!'],
    ['e\u0301', 'e'],
    ['▁█', '.@'],
    ['⏺ Read ⎿ done ✻', '* Read ` done *'],
  ])('%j is %j', (line, ascii) => {
    expect(toAscii(line)).toBe(ascii);
  });

  it.each([
    ['│▌● Fix “login”… │ 修复 café 🚀', '|>* Fix "login". | 修复 café 🚀'],
    ['┅┅══╌╌··', '====----'],
  ])('where only signs are replaced %j is %j', (line, ascii) => {
    expect(signsToAscii(line)).toBe(ascii);
  });

  it('has the same cells in the same places', () => {
    const next = seededRandom(7);
    const pieces = [
      'a',
      ' ',
      '日',
      '👍🏽',
      'é',
      'e\u0301',
      '🇩🇪',
      '─',
      '…',
      '\x1b[1m',
      '\x1b[22m',
      'हि',
      '❤️',
      '\u200b',
      'ß',
    ];
    for (let round = 0; round < 500; round++) {
      const line = Array.from({ length: next(20) }, () => pieces[next(pieces.length)]).join('');
      const ascii = toAscii(line);
      expect(ascii).toMatch(/^[\x00-\x7f]*$/u);
      expect(displayWidth(ascii), JSON.stringify(line)).toBe(displayWidth(line));
      expect(displayWidth(signsToAscii(line)), JSON.stringify(line)).toBe(displayWidth(line));
    }
  });
});
