import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { message, TASK_ID } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, ONE, signedIn } from './deployment.ts';

const ANSWER = [
  '## What I did',
  '',
  'I changed **two files**, see `src/a.ts`.',
  '',
  '- [x] first',
  '- second',
  '',
  '```diff',
  '-old line',
  '+new line',
  '```',
].join('\n');

interface Reading {
  readonly app: TerminalApp;
  readonly home: Home;
  /** Opens taskdeck again in the same home. */
  again(): Promise<TerminalApp>;
}

/** Opens a transcript that ends with this message. */
async function reading(answer: string, env: Readonly<Record<string, string>> = {}): Promise<Reading> {
  const server = await deployment();
  const logs = [message(1, 'input', 'Please fix the login redirect'), message(2, 'output', answer)];
  server.on('GET', `${ONE}/logs`, json(200, { logs }));
  const home = makeHome();
  const signed = signedIn(server).env;
  const again = () => home.open([], { cols: 100, rows: 30, env: { ...signed, ...env } });
  const app = await again();
  await app.until('Fix login redirect');
  app.press('tab');
  await app.until('ctrl+f search');
  return { app, home, again };
}

describe('an agent’s message', () => {
  it('is shown as markdown, or as source after m, which is remembered', async () => {
    const { app, again } = await reading(ANSWER);
    await app.shows(/• \[x\] first/);
    expect(app.text()).toMatch(/## What I did/);
    expect(app.text()).toMatch(/I changed two files, see `src\/a\.ts`\./);
    expect(app.text()).toMatch(/╭ diff[ │]*\n.*│ -old line[ │]*\n.*│ \+new line/);
    app.press('m', 't');
    await app.until('I changed **two files**');
    expect(app.text()).toContain('```diff');
    await app.until(/│ agent +│/);
    app.press('q');
    await app.exit();
    const next = await again();
    await next.until('I changed **two files**');
    expect(next.text()).toMatch(/│ agent +│/);
  });

  it('is not wrapped after w, scrolls sideways, and fills the screen after z', async () => {
    const { app } = await reading(`${'word '.repeat(60)}end`);
    await app.shows(/end +│/);
    app.press('w');
    await app.until(/word w?o?r?d?›│/);
    for (let press = 0; press < 40; press++) app.press('right');
    await app.until(/‹.*end *│/);
    app.press('z');
    await app.until((screen) => !screen.text().includes('Tasks') && /‹/.test(screen.text()));
    app.press('z');
    await app.until('┌ Tasks');
  });
});

describe('a search', () => {
  const lines = Array.from(
    { length: 400 },
    (_, index) => `row ${index}${index % 100 === 7 ? ' needle' : ''}`,
  );

  it('finds text while the user types, and moves between matches until esc', async () => {
    const { app } = await reading(lines.join('\n'));
    app.send('\x06needle');
    await app.until('4 of 4');
    await app.until('row 307 needle');
    app.send('\r');
    await app.until('n next hit');
    app.press('N');
    await app.until('3 of 4');
    await app.until('row 207 needle');
    app.press('n', 'n');
    await app.until('1 of 4');
    await app.until('row 7 needle');
    app.press('esc');
    await app.until((screen) => !/of 4/.test(screen.text()));
    await app.until('ctrl+f search');
  });

  it('finds one line among a hundred thousand', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `line ${index}`).join('\n');
    const { app } = await reading(many);
    app.send('\x06line 4242\r');
    await app.until(/1\d? of 11/);
    await app.until('line 42429');
  });
});

describe('a message', () => {
  it('is copied to the clipboard by y y', async () => {
    const { app } = await reading(ANSWER, { TMUX: '', STY: '' });
    app.press('y', 'y');
    await app.until(/Sent \d+ B to the terminal’s clipboard/);
    const sent = /\x1b\]52;c;([\w+/=]+)\x07/.exec(app.output())?.[1] ?? '';
    expect(Buffer.from(sent, 'base64').toString()).toBe(ANSWER);
  });
});

describe('the copy menu', () => {
  it('copies a code block and the id of the task with one key each', async () => {
    const { app } = await reading(ANSWER, { TMUX: '', STY: '' });
    const last = (): string => {
      const sent = [...app.output().matchAll(/\x1b\]52;c;([\w+/=]+)\x07/gu)].at(-1)?.[1] ?? '';
      return Buffer.from(sent, 'base64').toString();
    };
    app.press('y');
    await app.until(/Last code block +c.*Address of the web page +a/su);
    app.press('c');
    await app.until(/Sent \d+ B to the terminal’s clipboard/);
    expect(last()).toBe('-old line\n+new line');
    app.press('tab');
    await app.until(/d delete {2}n new/u);
    app.press('y');
    await app.until(/Id +i/u);
    app.press('i');
    await app.until(/Sent \d+ B to the terminal’s clipboard/);
    expect(last()).toBe(TASK_ID);
  });
});

describe('a transcript', () => {
  it('opens in the pager with v, and the screen is restored afterwards', async () => {
    const pager = 'sed "s/^/paged: /"; sleep 1; read -r key </dev/tty; echo "key $key"';
    const { app } = await reading(ANSWER, { PAGER: pager });
    app.press('v');
    await app.until('paged: I changed **two files**');
    expect(app.modes().alternateScreen).toBe(false);
    app.send('q\r');
    await app.until('┌ Tasks');
    await app.shows(/• \[x\] first/);
    // taskdeck gets the keys again.
    app.press('m');
    await app.until('I changed **two files**');
  });

  it('shows an error if the pager cannot be run', async () => {
    const { app } = await reading(ANSWER, { PAGER: '/no/such/pager' });
    app.press('v');
    await app.until('Cannot run the pager “/no/such/pager”.');
  });

  it('is saved by S to a private file, and overwrites nothing without a confirmation', async () => {
    const { app, home } = await reading(ANSWER);
    app.press('S');
    await app.until('save as fix-login');
    app.press('ctrl+u');
    app.send('talk.txt\r');
    await app.until(/Saved \d+ B to .*talk\.txt\./);
    const file = path.join(home.folder, 'talk.txt');
    expect(readFileSync(file, 'utf8')).toContain('I changed **two files**');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    app.press('S', 'ctrl+u');
    app.send('talk.txt\r');
    await app.until('already exists.');
    app.press('n');
    await app.until('save as talk.txt');
    app.press('ctrl+u');
    app.send('no/where.txt\r');
    await app.until('the directory does not exist');
    expect(existsSync(path.join(home.folder, 'no'))).toBe(false);
  });
});
