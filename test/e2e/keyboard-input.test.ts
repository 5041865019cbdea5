import { describe, expect, it } from 'vitest';
import { makeHome } from '../support/home.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openShellForm } from '../support/shell-form.ts';
import type { TerminalApp } from '../support/terminal-app.ts';

async function openWithTask(prompt = 'echo ready'): Promise<TerminalApp> {
  const home = makeHome();
  const app = await home.open();
  await app.until('Press n to start one');
  await openShellForm(app);
  app.type(`${prompt}\r`);
  await app.until(/✔ .* complete /);
  return app;
}

describe('the prompt', () => {
  it('sends text and Enter that arrive in one read', async () => {
    const app = await openWithTask();
    app.send('iecho one read\r');
    await app.until(/^.*│ +one read/m);
  });

  it('does not send a paste by itself, and sends its lines as one message', async () => {
    const app = await openWithTask();
    app.press('enter');
    await app.until((screen) => screen.cursor().visible);
    app.paste('echo first\necho second\n');
    await app.until('echo second');
    expect(app.text()).toMatch(/❯ echo first\n +echo second/);
    app.press('enter');
    await app.until(/│ +first .*\n.*│ +second /);
  });

  it('does not send several lines pasted without bracketed paste', async () => {
    const app = await openWithTask();
    app.press('enter');
    await app.until((screen) => screen.cursor().visible);
    app.send('echo this is a rather long first line\recho and this is the second line of it\r');
    await app.until('the second line');
    await app.until(/❯ echo this is a rather long first line\n +echo and this/);
    app.press('esc');
    await app.until(/q quit/);
    expect(app.text()).not.toMatch(/working/);
  });

  it('edits whole characters, with the terminal’s cursor after them', async () => {
    const app = await openWithTask();
    app.press('enter');
    app.type('漢字👨‍👩‍👧é');
    await app.until('漢字');
    await app.until((screen) => screen.cursor().x === 3 + 7);
    app.press('backspace', 'backspace');
    await app.until((screen) => screen.cursor().x === 3 + 4);
    app.press('left');
    await app.until((screen) => screen.cursor().x === 3 + 2);
    app.type('x');
    await app.until('漢x字');
  });

  it('keeps a draft after esc, other tasks and a restart', async () => {
    const home = makeHome();
    const first = await home.open();
    await first.until('Press n to start one');
    await openShellForm(first);
    first.send('echo a\r');
    await first.until(/✔ .* complete /);
    first.send('ihalf a thought');
    await first.until('❯ half a thought');
    first.press('esc');
    await first.until(/q quit/);
    first.press('q');
    await first.exit();
    const second = await home.open();
    await second.until('half a thought');
  });

  it('inserts a line break with alt+enter and ctrl+j', async () => {
    const app = await openWithTask();
    app.press('enter');
    app.type('one');
    app.press('alt+enter');
    app.type('two');
    app.press('ctrl+j');
    app.type('three');
    await app.until(/❯ one\n +two\n +three/);
  });

  it('recalls earlier prompts with up', async () => {
    const app = await openWithTask('echo to be recalled');
    app.press('enter');
    await app.until((screen) => screen.cursor().visible);
    app.press('up');
    await app.until('❯ echo to be recalled');
    app.press('down');
    await app.until((screen) => !screen.text().includes('❯ echo to be recalled'));
  });
});

describe('the list', () => {
  it('moves once for an arrow key that arrives in two reads', async () => {
    const home = makeHome();
    await home.run('create', '--local', '--template', 'shell', 'echo first');
    await home.run('create', '--local', '--template', 'shell', 'echo second');
    const app = await home.open();
    await app.until(/▌✔ echo second/);
    app.send('\x1b');
    await new Promise((resolve) => setTimeout(resolve, 5));
    app.send('[B');
    await app.until(/▌✔ echo first/);
    app.send('kkkk');
    await app.until(/▌✔ echo second/);
  });

  it('filters while the user types, with several keys in one read', async () => {
    const home = makeHome();
    await home.run('create', '--local', '--template', 'shell', 'echo apple');
    await home.run('create', '--local', '--template', 'shell', 'echo pear');
    const app = await home.open();
    await app.until('echo apple');
    app.send('/app\r');
    await app.until('Tasks /app ');
    expect(app.text()).not.toContain('echo pear');
    app.press('esc');
    await app.until('echo pear');
  });

  it('shows why a key is disabled', async () => {
    const app = await openWithTask();
    app.press('r');
    await app.until('It is not paused.');
  });
});

describe('the terminal', () => {
  it('is redrawn by ctrl+l after another program wrote to it', async () => {
    const app = await openWithTask();
    await app.until(/│ +ready .*│\n/);
    const before = app.text();
    await app.emulator.write('\x1b[2J\x1b[H garbage');
    expect(app.text()).not.toContain('Tasks');
    app.press('ctrl+l');
    await app.until('Tasks');
    await app.until((screen) => screen.text() === before);
  });

  it('is complete after many fast changes of its size', async () => {
    const app = await openWithTask();
    const next = seededRandom(7);
    const sizes = [
      [1, 1],
      [60, 20],
      [500, 200],
      [39, 9],
      [200, 50],
    ] as const;
    for (const [cols, rows] of sizes) {
      for (let more = 0; more < 10; more += 1) app.resize(1 + next(150), 1 + next(50));
      app.resize(cols, rows);
      // The last row shows that the frame is complete.
      if (rows > 9) await app.until((screen) => /help/.test(screen.rows()[rows - 1] ?? ''));
      else await app.until(cols > 1 ? 'taskdeck needs 40x10' : '…');
    }
    app.resize(80, 24);
    await app.until(
      (screen) => /^ taskdeck/.test(screen.rows()[0] ?? '') && /help/.test(screen.rows()[23] ?? ''),
    );
  });

  it('has no colours with NO_COLOR', async () => {
    const home = makeHome();
    const app = await home.open(undefined, { env: { NO_COLOR: '1' } });
    await app.until('Press n to start one');
    expect(app.output()).not.toMatch(/\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])[;m]/);
  });
});
