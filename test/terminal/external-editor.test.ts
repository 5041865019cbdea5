import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { editInEditor, editorCommand, editorProblem } from '../../src/terminal/external-editor.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'taskdeck editor '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An editor that records its file and the modes of file and directory. */
function editor(script: string): string {
  const file = path.join(folder, 'my-editor');
  writeFileSync(
    file,
    `#!/bin/sh\nfor file; do :; done\nprintf '%s' "$file" >'${folder}/file'\ncp "$file" '${folder}/was'\n` +
      `for each in "$file" "$(dirname "$file")"; do ls -ld "$each" | cut -c 1-10; done >'${folder}/modes'\n${script}\n`,
  );
  chmodSync(file, 0o755);
  return `'${file}'`;
}
const noted = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const env = (more: Readonly<Record<string, string>>) => ({ PATH: process.env.PATH, ...more });
let time = 0;
/** A clock that advances a second at each call. */
const now = (): number => {
  time += 1_000;
  return time;
};
const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined;

describe('the editor', () => {
  it('gets the text in a private file and returns the edited text', async () => {
    const EDITOR = editor(`printf 'one\\r\\n\\ttwo\\n\\n' >"$file"; touch "$file.swp"`);
    expect(await editInEditor('half a thought', env({ EDITOR }), now)).toEqual({
      kind: 'written',
      text: 'one\r\n\ttwo\n',
    });
    expect(noted('was')).toBe('half a thought\n');
    expect(noted('modes').split('\n').slice(0, 2)).toEqual(['-rw-------', 'drwx------']);
    expect(isThere(noted('file'))).toBe(false);
    expect(isThere(path.dirname(noted('file')))).toBe(false);
  });

  it('gets its own arguments first, and no second newline', async () => {
    const EDITOR = `${editor(`echo "$1" >"$file"`)} --wait`;
    expect(await editInEditor('a line\n', env({ EDITOR }), now)).toEqual({
      kind: 'written',
      text: '--wait',
    });
    expect(noted('was')).toBe('a line\n');
  });

  it('that fails leaves the text unchanged and deletes the file', async () => {
    const EDITOR = editor(`echo lost >"$file"; exit 3`);
    expect(await editInEditor('mine', env({ EDITOR }), now)).toEqual({
      kind: 'not-written',
      why: 'The editor exited with code 3. The text is unchanged.',
    });
    expect(isThere(path.dirname(noted('file')))).toBe(false);
    const killed = editor('kill -KILL $$');
    expect(await editInEditor('mine', env({ EDITOR: `exec ${killed}` }), now)).toEqual({
      kind: 'not-written',
      why: 'The editor exited with signal 9 (SIGKILL). The text is unchanged.',
    });
  });

  it('that is missing is reported, and so is a deleted file', async () => {
    expect(await editInEditor('mine', env({ EDITOR: '/no/such/editor' }), now)).toEqual({
      kind: 'not-written',
      why: 'Cannot run the editor “/no/such/editor”. Check VISUAL and EDITOR. The text is unchanged.',
    });
    const EDITOR = editor('rm "$file"');
    expect(await editInEditor('mine', env({ EDITOR }), now)).toEqual({
      kind: 'not-written',
      why: 'Cannot read the file of the editor: it does not exist. The text is unchanged.',
    });
    expect(isThere(path.dirname(noted('file')))).toBe(false);
  });

  it('is VISUAL before EDITOR; without both the error says what to set', async () => {
    expect(editorCommand({ VISUAL: ' code --wait ', EDITOR: 'vi' })).toBe('code --wait');
    expect(editorCommand({ VISUAL: ' ', EDITOR: 'vi' })).toBe('vi');
    expect(editorCommand({ EDITOR: '' })).toBeNull();
    const written = await editInEditor('mine', env({}), now);
    expect(written).toMatchObject({ why: expect.stringMatching(/^No editor is set\. .*export EDITOR=vi/u) });
  });

  it('that exits at once without changes gives a hint how to make it wait', async () => {
    const EDITOR = editor('');
    expect(await editInEditor('mine', env({ EDITOR }), () => 0)).toEqual({
      kind: 'not-written',
      why: expect.stringMatching(/^“.*my-editor.*” exited at once without changes\. .*EDITOR="code --wait"/u),
    });
    // After a while, or with changed text, the editor waited for the user.
    expect(await editInEditor('mine', env({ EDITOR }), now)).toEqual({ kind: 'written', text: 'mine' });
    const quick = editor('echo more >"$file"');
    expect(await editInEditor('mine', env({ EDITOR: quick }), () => 0)).toMatchObject({ text: 'more' });
  });

  it.each([
    ['code', 'code --wait'],
    ['code --new-window', 'code --new-window --wait'],
    ["'/usr/local/bin/code' -n", "'/usr/local/bin/code' -n --wait"],
    ['cursor', 'cursor --wait'],
    ['/snap/bin/codium', '/snap/bin/codium --wait'],
    ['zed', 'zed --wait'],
    ['subl -n', 'subl -n --wait'],
    ['mate', 'mate --wait'],
    ['mate -l1', 'mate -l1 --wait'],
    ['code --reuse-window', 'code --reuse-window --wait'],
    ['gvim', 'gvim -f'],
    ['mvim', 'mvim -f'],
    ['gvim -R', 'gvim -R -f'],
    ['gvim -fn Mono', 'gvim -fn Mono -f'],
    ['gvim -font Mono', 'gvim -font Mono -f'],
    ['gvim -rv', 'gvim -rv -f'],
    ['gvim -V', 'gvim -V -f'],
    ['gvim --remote-silent', 'gvim --remote-silent -f'],
    ['kate -n', 'kate -n --block'],
    ['kate', 'kate --block'],
  ])('EDITOR=%j opens a window and is not started: set %j', (EDITOR, better) => {
    expect(editorProblem({ EDITOR })).toBe(
      `“${EDITOR}” opens a window and does not wait for it. Set EDITOR="${better}" and start taskdeck again.`,
    );
    expect(editorProblem({ EDITOR: better })).toBeNull();
  });

  it.each(['vi', 'nano', 'emacs -nw', 'vim', 'hx', 'micro', 'codex'])(
    'EDITOR=%j runs in the terminal and is started',
    (EDITOR) => {
      expect(editorProblem({ EDITOR })).toBeNull();
    },
  );

  it.each([
    'code -w',
    'code -nw',
    'code -wn',
    'code -n -w',
    'codium -nw',
    'cursor -rw',
    'zed -nw',
    'subl -nw',
    'atom -nw',
    'mate -w',
    'mate -wl1',
    'bbedit -w',
    'gvim --nofork',
    'gvim -f',
    'gvim -Rf',
    'gvim -fR',
    'gvim -nf',
    'gvim -v',
    'mvim -v',
    'mvim -vn',
    'gvim -vfn',
    "'/Applications/My Tools/mvim' -v",
    'gvim --remote-wait',
    'gvim --remote-tab-wait-silent',
    'gview -f',
    'kate -b',
    'kate -nb',
  ])('EDITOR=%j waits and is started', (EDITOR) => {
    expect(editorProblem({ EDITOR })).toBeNull();
  });
});
