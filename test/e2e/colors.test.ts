import { describe, expect, it } from 'vitest';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, pollOften, signedIn } from './deployment.ts';

const WHITE = 'rgb:ffff/ffff/ffff';
const BLACK = 'rgb:0000/0000/0000';
/** 256 colours. */
const TERM = 'xterm-256color';

/** The colour of “needs you” in the header. */
function headerColor(app: TerminalApp): string | undefined {
  const row = app.screen().findIndex((line) => line.includes('needs you'));
  const column = app.screen()[row]?.indexOf('needs you') ?? 0;
  return app.cell(column, row).style.find((style) => style.startsWith('fg:'));
}

interface Opened {
  readonly background?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

async function openWith({ background, settings = {}, env = {} }: Opened): Promise<TerminalApp> {
  const server = await deployment();
  return pollOften(makeHome(), settings).open([], {
    cols: 120,
    ...(background !== undefined && { background }),
    env: { ...signedIn(server).env, TERM, COLORTERM: undefined, ...env },
  });
}

describe('a task that needs you', () => {
  it('is yellow on a dark background, and where the terminal does not report it', async () => {
    for (const background of [BLACK, undefined]) {
      const app = await openWith(background === undefined ? {} : { background });
      await app.until('● Fix login');
      expect(app.output()).toContain('\x1b]11;?\x1b\\');
      expect(headerColor(app)).toBe('fg:3');
    }
  });

  it('has a darker colour on a light background; the reply is no key', async () => {
    const app = await openWith({ background: WHITE });
    await app.until('● Fix login');
    await expect.poll(() => headerColor(app)).toBe('fg:130');
    // Opened by a stray key would be a prompt, a filter or a form.
    expect(app.text()).toMatch(/q quit/);
    app.press('?');
    await app.until('┌ Keys');
  });

  it('has a darker colour where only COLORFGBG says that the background is light', async () => {
    const app = await openWith({ env: { COLORFGBG: '0;15' } });
    await app.until('● Fix login');
    expect(headerColor(app)).toBe('fg:130');
  });

  it('has the colour of the settings, on every background', async () => {
    const app = await openWith({
      background: WHITE,
      settings: { theme: 'dark', colors: { 'needs-you': '#ff0000' } },
    });
    await app.until('● Fix login');
    expect(headerColor(app)).toBe('fg:196');
  });

  it('has no colour with NO_COLOR', async () => {
    const app = await openWith({
      background: WHITE,
      settings: { colors: { 'needs-you': 'red' } },
      env: { NO_COLOR: '1' },
    });
    await app.until('● Fix login');
    expect(headerColor(app)).toBeUndefined();
    expect(app.output()).not.toContain('\x1b]11;');
  });
});

it('wrong colours are reported with line and field, and the others apply', async () => {
  const app = await openWith({
    settings: {
      theme: 'solar',
      colors: { 'needs-yu': 'red', error: 'redd', accent: 5, 'needs-you': 'blue' },
    },
  });
  await app.until('config.jsonc has 3 errors');
  await app.until('● Fix login');
  expect(headerColor(app)).toBe('fg:4');
  const text = app.text().replaceAll(/\s*\n\s*/gu, ' ');
  expect(text).toContain('theme: must be one of "terminal", "light", "dark"');
  expect(text).toContain('colors.needs-yu: is not a setting. Did you mean "needs-you"?');
  expect(text).toContain('colors.error: must be a colour: a name such as "red"');
});

it('a changed theme in the settings is drawn at once', async () => {
  const server = await deployment();
  const home = pollOften(makeHome());
  const app = await home.open([], {
    cols: 120,
    env: { ...signedIn(server).env, TERM, COLORTERM: undefined },
  });
  await app.until('● Fix login');
  expect(headerColor(app)).toBe('fg:3');
  pollOften(home, { theme: 'dark' });
  await expect.poll(() => headerColor(app)).toBe('fg:221');
});
