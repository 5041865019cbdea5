import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DirectoryProgram } from '../../src/domain/ports/terminal-services.ts';
import { directoryProblem, runInDirectory } from '../../src/terminal/directory-programs.ts';
import { editorArguments } from '../../src/terminal/editor-arguments.ts';

describe('an editor opens a file at a line', () => {
  it.each([
    ['vi', ['+12', '/d/a.ts']],
    ['/usr/bin/nvim -u NONE', ['+12', '/d/a.ts']],
    ['nano', ['+12', '/d/a.ts']],
    ['emacs -nw', ['+12', '/d/a.ts']],
    ['emacsclient -t', ['+12', '/d/a.ts']],
    ['micro', ['+12', '/d/a.ts']],
    ['hx', ['/d/a.ts:12']],
    ['code', ['--wait', '--goto', '/d/a.ts:12']],
    ['code --wait', ['--goto', '/d/a.ts:12']],
    ['"/opt/VS Code/code" -w', ['--goto', '/d/a.ts:12']],
    ['subl -w', ['/d/a.ts:12']],
    ['ed', ['/d/a.ts']],
    ['my-own-editor', ['/d/a.ts']],
  ])('%s', (editor, args) => {
    expect(editorArguments(editor, '/d/a.ts', 12)).toEqual(args);
  });

  it('without a line only the file', () => {
    expect(editorArguments('vi', '/d/a.png', 0)).toEqual(['/d/a.png']);
  });
});

const SILENT = { askForKey: async () => {}, say: async () => {} };

describe('a file of a diff', () => {
  let folder: string;
  let repository: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'taskdeck-editor-')));
    repository = path.join(folder, 'my 仓库');
    mkdirSync(path.join(repository, '.git'), { recursive: true });
    mkdirSync(path.join(repository, 'packages/a'), { recursive: true });
    for (const name of ['$(touch hacked).ts', '-rf', 'packages/a/b.ts', '.git/config'])
      writeFileSync(path.join(repository, name), '');
    writeFileSync(path.join(folder, 'secret'), '');
    symlinkSync(path.join(folder, 'secret'), path.join(repository, 'link'));
    const editor = path.join(folder, 'vim');
    writeFileSync(editor, `#!/bin/sh\nprintf '%s\\n' "$PWD" "$@" > '${folder}/args'\n`);
    chmodSync(editor, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = async (name: string, directory = repository, editor = `'${folder}/vim' -n`) => {
    const env = { PATH: process.env.PATH, EDITOR: editor };
    const program: DirectoryProgram = { kind: 'file', path: name, line: 7 };
    const problem = directoryProblem(directory, program, env);
    if (problem !== null) return problem;
    const notice = await runInDirectory(directory, program, { env, ...SILENT });
    return notice?.text ?? null;
  };
  const args = () => readFileSync(path.join(folder, 'args'), 'utf8').trimEnd().split('\n');

  it.each(['$(touch hacked).ts', '-rf', 'packages/a/b.ts'])('%s is opened at its line', async (name) => {
    expect(await open(name)).toBeNull();
    expect(args()).toEqual([repository, '-n', '+7', path.join(repository, name)]);
  });

  it('is below the working tree also from a directory inside', async () => {
    expect(await open('packages/a/b.ts', path.join(repository, 'packages/a'))).toBeNull();
    expect(args().at(-1)).toBe(path.join(repository, 'packages/a/b.ts'));
  });

  it.each([
    ['../secret', '../secret is outside the directory of the chat.'],
    ['/etc/passwd', '/etc/passwd is outside the directory of the chat.'],
    ['link', 'link is outside the directory of the chat.'],
    ['.git/config', '.git/config is outside the directory of the chat.'],
    ['gone\u001b[31m.ts', 'gone.ts does not exist any more.'],
    ['packages', 'packages is not a file.'],
    ['', 'A file without a name cannot be opened.'],
  ])('“%s” is not opened', async (name, problem) => {
    expect(await open(name)).toBe(problem);
    expect(() => args()).toThrow();
  });

  it('says that the editor is missing, or the directory', async () => {
    expect(await open('packages/a/b.ts', repository, '/no/such/vim')).toMatch(/^Cannot run the editor/);
    expect(await open('packages/a/b.ts', repository, '')).toMatch(/^No editor is set/);
    expect(await open('b.ts', path.join(folder, 'none'))).toMatch(/does not exist\.$/);
  });

  it('reports how a shell or an editor ended', async () => {
    const script = path.join(folder, 'ends');
    writeFileSync(script, '#!/bin/sh\ntest "$1" = . && exit 7\nkill -9 $$\n');
    chmodSync(script, 0o755);
    const run = (kind: 'shell' | 'editor') =>
      runInDirectory(repository, { kind }, { env: { SHELL: script, EDITOR: `'${script}'` }, ...SILENT });
    expect(await run('shell')).toEqual({ tone: 'plain', text: 'The shell exited with signal 9 (SIGKILL).' });
    expect(await run('editor')).toEqual({ tone: 'bad', text: 'The editor exited with code 7.' });
  });
});
