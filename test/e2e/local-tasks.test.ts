import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { countProcesses } from '../support/count-processes.ts';
import { type Home, makeHome } from '../support/home.ts';
import { openShellForm } from '../support/shell-form.ts';
import type { TerminalApp } from '../support/terminal-app.ts';

/** The tests alternate between these sizes: test/ui/any-size.test.ts draws the panes at many others. */
const NARROW = { cols: 80, rows: 24 };
const WIDE = { cols: 120, rows: 40 };

/** Creates a task with keys. */
async function begin(app: TerminalApp, prompt: string): Promise<void> {
  await openShellForm(app);
  app.type(prompt);
  await app.until(prompt.slice(-8));
  app.press('enter');
}

/** A file that a command waits for. */
function signal({ folder }: Home, name: string): { readonly wait: string; give(): void } {
  const file = path.join(folder, name);
  return {
    wait: `while [ ! -e ${name} ]; do sleep 0.1; done`,
    give: () => writeFileSync(file, ''),
  };
}

async function quit(app: TerminalApp): Promise<void> {
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
  expect(app.modes()).toMatchObject({ alternateScreen: false, bracketedPaste: false });
  expect(app.cursor().visible).toBe(true);
}

describe('local tasks', () => {
  it('a task is created, followed, written to and deleted', async () => {
    const home = makeHome();
    const app = await home.open(undefined, NARROW);
    await app.until('Press n to start one');

    const go = signal(home, 'go');
    await begin(app, `for i in 1 2; do echo line $i; done; ${go.wait}; for i in 9 10; do echo line $i; done`);
    await app.until(/working/);
    await app.until(/line 2\s/);
    expect(app.text()).not.toMatch(/line 9\s/);
    go.give();
    await app.until(/line 10\s/);
    await app.until(/complete/);

    app.press('enter');
    app.type('echo the answer is $((6 * 7))');
    await app.until('6 * 7');
    app.press('enter');
    await app.until('the answer is 42');
    await app.shows(/✔ .* complete /);

    app.press('d');
    await app.until('The directory ~ stays.');
    app.press('enter');
    await app.until((screen) => !screen.text().includes('Delete “'));
    expect(app.text()).toMatch(/✔ .* complete /);
    app.press('d');
    await app.until('Delete “');
    app.press('y');
    await app.until('No tasks yet');
    await quit(app);
  });

  it('a paused task has no processes, and can be resumed', async () => {
    const home = makeHome();
    const app = await home.open(undefined, WIDE);
    await app.until('Press n to start one');
    const seconds = `98${WIDE.cols}`;
    await begin(app, `echo started; sleep ${seconds}; echo never`);
    await app.until(/◐ .* working /);
    await expect.poll(() => countProcesses(`sleep ${seconds}`)).toBeGreaterThan(0);

    app.press('p');
    await app.until('Its command ends and does not run again.');
    app.press('enter');
    await app.until((screen) => !screen.text().includes('Pause “'));
    expect(countProcesses(`sleep ${seconds}`)).toBeGreaterThan(0);
    app.press('p');
    await app.until('Pause “');
    app.press('y');
    await app.until(/‖ .* paused /);
    expect(countProcesses(`sleep ${seconds}`)).toBe(0);
    await app.shows(/│ +started /);

    app.press('r');
    await app.until(/idle|complete/);
    expect(countProcesses(`sleep ${seconds}`)).toBe(0);
    app.press('enter');
    app.type('echo up again');
    app.press('enter');
    await app.until(/^.*│ +up again/m);
    await quit(app);
  });

  it('a task runs on after taskdeck exits, and its output is complete later', async () => {
    const home = makeHome();
    const first = await home.open(undefined, NARROW);
    await first.until('Press n to start one');
    const unseen = signal(home, 'unseen');
    const seen = signal(home, 'seen');
    const parts = 'for i in 1 2; do echo part $i; done; ';
    await begin(first, `${parts}${unseen.wait}; echo part 3; ${seen.wait}; echo part 4; echo part 5;`);
    await first.until(/part 2\s/);
    await quit(first);
    unseen.give();

    const second = await home.open(undefined, NARROW);
    await second.until(/part 3\s/);
    seen.give();
    await second.until(/part 5\s/);
    for (const part of [1, 2, 3, 4, 5]) expect(second.text()).toMatch(new RegExp(`part ${part}\\s`));
    await quit(second);
  });
});

it('a killed local server is restarted, and shows the right phases of its tasks', async () => {
  const home = makeHome();
  const app = await home.open();
  await app.until('Press n to start one');
  await begin(app, 'echo written before; sleep 976');
  await app.until(/│ +written before/);
  const { pid } = JSON.parse(await home.run('serve', '--status', '--json')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await app.until(/✖ .* failed /, { timeout: 40_000 });
  await app.until(/│ +written before/);
  await expect.poll(() => countProcesses('sleep 976')).toBe(0);
  await quit(app);
});
