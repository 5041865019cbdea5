import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import type { ScreenSnapshot } from '../support/emulator.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, ONE, signedIn, TASKS } from './deployment.ts';

function configured(settings: unknown): Home {
  const home = makeHome();
  const folder = home.env.TASKDECK_CONFIG_DIR ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.jsonc'), JSON.stringify(settings));
  return home;
}

/** Undoes the wrapping of a notice. */
const onOneLine = (screen: ScreenSnapshot): string => screen.text().replaceAll(/\s*\n\s*/g, ' ');

describe('configured keys', () => {
  it('work, and are in the footer and the palette', async () => {
    const server = await deployment();
    const home = configured({ keys: { help: 'H', delete: [] } });
    const app = await home.open([], signedIn(server));
    await app.until(/H help/);
    expect(app.text()).not.toMatch(/d delete/);
    app.press('H');
    await app.until('Pause the task; messages stay');
    app.press('esc');
    await app.until(/H help/);
    app.press(':');
    await app.until('type to find');
    app.type('allkeys');
    await app.until(/Help: all keys and signs .* H /);
    app.press('enter');
    await app.until('Pause the task; messages stay');
  });

  it('that clash are reported with file, line and command, by doctor too, and the others apply', async () => {
    const server = await deployment();
    const home = configured({
      keys: { pause: 'r' },
      views: { 1: { name: 'Waiting', filter: 'phase:idle' } },
    });
    const app = await home.open([], signedIn(server));
    await app.until((screen) =>
      /config\.jsonc:1:\d+: keys\.pause: "r" already belongs to "resume"/.test(onOneLine(screen)),
    );
    await app.until('● Fix login');
    await applyView(app, '1');
    await app.until('Tasks · Waiting');
    const { out } = await home.call(['doctor'], signedIn(server));
    expect(out).toMatch(/keys\.pause: "r" already belongs to "resume"/);
  });
});

const applyView = async (app: TerminalApp, digit: string): Promise<void> => {
  app.press('V', digit);
  await app.until(new RegExp(`Saved views.*${digit} `, 's'));
  app.press('enter');
};

it('V and a digit show the tasks of a saved view, and all again', async () => {
  const server = await deployment();
  const home = configured({
    views: { 1: { name: 'Waiting', filter: 'phase:idle' }, 2: { filter: 'phase:working' } },
  });
  const app = await home.open([], signedIn(server));
  await app.until('● Fix login');
  await applyView(app, '2');
  await app.until(/No task matches/);
  await applyView(app, '1');
  await app.until('Tasks · Waiting');
  await app.until('● Fix login');
  app.press('V', '3');
  await app.until('No match.');
  app.press('esc');
  await app.until((screen) => !screen.text().includes('No match.'));
  await applyView(app, '1');
  await app.until('┌ Tasks ─');
});

it('an invalid saved view is reported with its place in the file', async () => {
  const server = await deployment();
  const app = await configured({ views: { 4: { filter: 'phase:bored' } } }).open([], signedIn(server));
  await app.until((screen) => /views\.4\.filter: Unknown phase "bored"/.test(onOneLine(screen)));
});

it('--ascii and the setting ascii draw ASCII signs and leave names unchanged', async () => {
  const server = await deployment();
  const wide = task({ display_name: '修复 the “café” ● 🚀' });
  server.on('GET', TASKS, json(200, { tasks: [wide], count: 1 }));
  server.on('GET', ONE, json(200, wide));
  for (const [home, args] of [
    [makeHome(), ['--ascii']] as const,
    [configured({ ascii: true }), []] as const,
  ]) {
    const app = await home.open(args, signedIn(server));
    await app.until('+ 修复 the "café" * 🚀 -');
    app.press('?');
    await app.until('Pause the task; messages stay');
    app.press('esc');
    await app.until('q quit');
    expect(app.text()).toContain('enter write');
    app.press('q');
    expect((await app.exit()).code).toBe(0);
    expect(app.output().replaceAll(/修复|é|🚀/gu, '')).toMatch(/^[\x00-\x7f]*$/);
  }
});
