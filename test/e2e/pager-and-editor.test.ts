import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, signedIn } from './deployment.ts';

const hasLess = (): boolean => {
  try {
    execFileSync('less', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

async function opened(env: Readonly<Record<string, string | undefined>>, cols = 100): Promise<TerminalApp> {
  const server = await deployment();
  const app = await makeHome().open([], { cols, env: { ...signedIn(server).env, ...env } });
  await app.until(cols < 80 ? /● Fix login[\s\S]*q quit/ : /Please fix the login redirect[\s\S]*q quit/);
  return app;
}

describe('a pager that ends at once waits for a key, which is not a command', () => {
  it.for([
    ['cat', { PAGER: 'cat' }, /“cat” exited at once\..*PAGER=less/s],
    ['true', { PAGER: 'true' }, /“true” exited at once\..*PAGER=less/s],
    ['one that fails', { PAGER: 'false' }, /“false” exited at once with code 1\./s],
    ['less -F', { PAGER: 'less -F', LESS: '' }, /“less -F” exited at once\..*remove\s+-F/s],
    ['less by its variable', { PAGER: undefined, LESS: 'FX' }, /“less” exited at once\..*remove\s+-F/s],
  ] as const)('%s', async ([name, env, sentence], { skip }) => {
    if (name.startsWith('less') && !hasLess()) skip('less is not installed');
    const app = await opened({ LESSOPEN: undefined, ...env });
    app.press('v');
    await app.until(sentence);
    expect(app.modes().alternateScreen).toBe(false);
    if (name !== 'true' && name !== 'one that fails')
      expect(app.emulator.history()).toContain('Which branch?');
    // q would quit taskdeck too.
    app.press('q');
    await app.until(/● Fix login[\s\S]*q quit/);
    app.press('?');
    await app.until('Pause the task; messages stay');
    app.press('esc');
    await app.until('q quit');
    app.press('q');
    expect((await app.exit()).code).toBe(0);
  });
});

it('v shows why it is disabled without a transcript', async () => {
  const app = await opened({ PAGER: 'cat' }, 40);
  app.press('v');
  await app.until(/The\s+transcript\s+is\s+not\s+on\s+screen\.\s+tab\s+shows\s+it/);
});

it('an editor that does not wait is not started, and taskdeck says what to set', async () => {
  const app = await opened({ VISUAL: undefined, EDITOR: 'code' });
  app.press('i');
  await app.until('esc back');
  app.type('a thought');
  await app.until('❯ a thought');
  app.press('ctrl+x', 'ctrl+e');
  await app.until('Set EDITOR="code --wait"');
  expect(app.text()).toContain('❯ a thought');
});

it('an editor that ends at once is reported, and the text stays', async () => {
  const app = await opened({ VISUAL: undefined, EDITOR: 'true' });
  app.press('i');
  await app.until('esc back');
  app.type('a thought');
  await app.until('❯ a thought');
  app.press('ctrl+x', 'ctrl+e');
  await app.until('“true” exited at once without changes.');
  expect(app.text()).toContain('❯ a thought');
});
