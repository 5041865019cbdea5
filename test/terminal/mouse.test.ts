import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { MouseInput } from '../../src/domain/mouse-input.ts';
import { keyInput } from '../../src/terminal/key-input.ts';
import { ModeTracker } from '../../src/terminal/mode-tracker.ts';
import { MOUSE_OFF, MOUSE_ON, parseMouseReport } from '../../src/terminal/mouse.ts';

describe('a report', () => {
  it.each<[string, string, MouseInput | null]>([
    ['a press of the left button', '\x1b[<0;10;5M', { kind: 'click', column: 9, row: 4 }],
    ['far to the right', '\x1b[<0;1000;300M', { kind: 'click', column: 999, row: 299 }],
    ['the wheel', '\x1b[<64;1;1M', { kind: 'wheel-up', column: 0, row: 0 }],
    ['the wheel down', '\x1b[<65;1;1M', { kind: 'wheel-down', column: 0, row: 0 }],
    ['the button let go', '\x1b[<0;10;5m', null],
    ['the right button', '\x1b[<2;10;5M', null],
    ['with ctrl', '\x1b[<16;10;5M', null],
    ['a way of the mouse', '\x1b[<35;10;5M', null],
    ['nonsense', '\x1b[<0;10M', null],
    ['more nonsense', '\x1b[<;;M', null],
  ])('%s', (_, bytes, pointing) => {
    expect(parseMouseReport(bytes)).toEqual(pointing);
  });
});

it('is requested without motion, so that shift and drag still select text', () => {
  expect(MOUSE_ON).not.toMatch(/100[23]/u);
  const modes = new ModeTracker();
  modes.record(MOUSE_ON);
  expect([modes.isOn(1000), modes.isOn(1006)]).toEqual([true, true]);
  expect(modes.restore()).toBe('\x1b[?1000l\x1b[?1006l');
  expect(modes.reapply()).toBe(MOUSE_ON);
  modes.record(MOUSE_OFF);
  expect(modes.restore()).toBe('');
});

describe('among keys', () => {
  async function read(bytes: readonly string[], listens: boolean): Promise<readonly unknown[]> {
    const source = Object.assign(new EventEmitter(), {
      isTTY: true,
      resume() {},
      pause() {},
      setRawMode() {},
    });
    const seen: unknown[] = [];
    const input = keyInput(source, listens ? { onMouse: (pointing) => seen.push(pointing.kind) } : {});
    input.setRawMode(true);
    input.on('readable', () => seen.push(input.read()));
    for (const each of bytes) source.emit('data', each);
    for (let turn = 0; turn < 60; turn++) await new Promise(setImmediate);
    return seen;
  }

  it('keeps its order', async () => {
    const bytes = ['ab\x1b[<0;1;1M\x1b[<0;1;1mc\x1b[<64;', '1;1Md'];
    expect(await read(bytes, true)).toEqual(['a', 'b', 'click', 'c', 'wheel-up', 'd']);
  });

  it('is dropped without a listener', async () => {
    expect(await read(['a\x1b[<0;1;1Mb\x1b[Mabcd'], false)).toEqual(['a', 'b', 'd']);
  });
});
