import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runOnWorkspace, workspaceProblem } from '../../src/terminal/workspace-programs.ts';

let folder: string;
const said: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-coder-'));
  said.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const install = (code: number): void => {
  const file = path.join(folder, 'coder');
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/args'\nexit ${code}\n`);
  chmodSync(file, 0o755);
};
const options = () => ({
  env: { PATH: folder },
  askForKey: async (text: string) => void said.push(`key: ${text}`),
  say: async (text: string) => void said.push(text),
});

describe('the reason why a program cannot run on a workspace', () => {
  it('is a missing CLI', () => {
    const shell = { kind: 'shell', workspace: 'dev' } as const;
    expect(workspaceProblem(shell, { PATH: folder })).toContain('Install the Coder CLI');
    install(0);
    expect(workspaceProblem(shell, { PATH: folder })).toBeNull();
  });

  it('is an editor of this machine', () => {
    install(0);
    const editor = { kind: 'editor', workspace: 'dev' } as const;
    const problem = (EDITOR?: string) => workspaceProblem(editor, { PATH: folder, EDITOR });
    expect(problem('vim')).toMatch(/^The files are in the workspace dev, and “vim” runs on this machine\./u);
    expect(problem()).toContain('no editor is set');
    expect(problem('code --wait')).toBeNull();
  });
});

describe('Coder’s CLI', () => {
  it('opens a shell, and after an error shows its output until a key', async () => {
    install(0);
    const shell = { kind: 'shell', workspace: 'bob/dev.main' } as const;
    expect(await runOnWorkspace(shell, options())).toBeNull();
    expect(readFileSync(`${folder}/args`, 'utf8')).toBe('ssh\nbob/dev.main\n');
    expect(said).toEqual(['coder ssh bob/dev.main: exit returns to taskdeck.']);
    install(3);
    await runOnWorkspace(shell, options());
    expect(said.at(-1)).toBe(
      'key: “coder ssh bob/dev.main” exited with code 3. Press any key to return to taskdeck.',
    );
  });

  it('opens VS Code, and shows its output until a key', async () => {
    install(0);
    await runOnWorkspace({ kind: 'editor', workspace: 'dev' }, options());
    expect(readFileSync(`${folder}/args`, 'utf8')).toBe('open\nvscode\ndev\n');
    expect(said.at(-1)).toContain('Press any key');
  });
});
