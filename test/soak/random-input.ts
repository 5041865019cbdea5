import { setTimeout as sleep } from 'node:timers/promises';
import type { TerminalApp } from '../support/terminal-app.ts';

type Next = (below: number) => number;

/** All keys except `q`, `ctrl+c`, `ctrl+z` and `P`, which leave. As a prompt they form no harmful command. */
const KEYS = [
  ...[
    'up',
    'down',
    'left',
    'right',
    'home',
    'end',
    'pageup',
    'pagedown',
    'tab',
    'shift+tab',
    'enter',
    'backspace',
  ],
  ...[
    'j',
    'k',
    'g',
    'G',
    'p',
    'r',
    'd',
    'y',
    'n',
    'N',
    'I',
    'space',
    'a',
    'u',
    'U',
    '/',
    ']',
    '[',
    '!',
    's',
    'O',
  ],
  ...['Q', 'J', 'K', 'e', 'x', 'w', '?', ':', 'f', 'm', 't', 'z', 'v', 'S', '{', '}', '1', '2', 'i', 'l'],
  ...['ctrl+l', 'ctrl+f', 'ctrl+r', 'ctrl+w', 'ctrl+u', 'ctrl+k', 'ctrl+a', 'ctrl+e', 'alt+enter', 'ctrl+j'],
];
const SIZES = [
  [100, 30],
  [80, 24],
  [60, 20],
  [30, 8],
  [1, 1],
  [200, 50],
  [120, 40],
] as const;

const sizeAt = (index: number): readonly [number, number] => SIZES[index] ?? [80, 24];

/** Sends random keys, sizes and pastes until `until` (`performance.now`). Throws if the program ends. */
export async function sendRandomInput(app: TerminalApp, next: Next, until: number): Promise<number> {
  const back = async (): Promise<void> => {
    for (let count = 0; count < 4; count += 1) {
      app.press('esc');
      // Esc counts as a key only if no byte follows it.
      await sleep(70);
    }
  };
  let pressed = 0;
  while (performance.now() < until) {
    if (!isRunning(app.pid)) throw new Error(`The program ended. The screen:\n${app.framedScreen()}`);
    const choice = next(100);
    if (choice < 70) app.press(KEYS[next(KEYS.length)] ?? 'down');
    else if (choice < 75) {
      await back();
      app.press('n');
      app.type(`echo task ${pressed}; sleep ${next(4)}\r`);
    } else if (choice < 80) {
      await back();
      app.press('i');
      app.type(`echo answer ${pressed}\r`);
    } else if (choice < 83) app.paste(`echo ${'pasted line\necho '.repeat(next(200))}`);
    else if (choice < 88) app.resize(...sizeAt(next(SIZES.length)));
    else if (choice < 90) app.send(next(2) === 0 ? '\x1b[I' : '\x1b[O');
    else await back();
    pressed += 1;
    await sleep(10 + next(90));
  }
  app.resize(100, 30);
  await back();
  return pressed;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
