import { appendFile, chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkAttachmentFile, readAttachment } from '../../src/attachments/attachment-file.ts';
import { createAttachmentFiles } from '../../src/attachments/attachment-files.ts';
import { MAX_FILE_BYTES } from '../../src/domain/attachment.ts';

let home: string;
let cwd: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'taskdeck-attach-'));
  cwd = path.join(home, 'work');
  await mkdir(path.join(cwd, 'notes'), { recursive: true });
  await writeFile(path.join(cwd, 'plan.md'), '# Plan\n');
  await writeFile(path.join(cwd, 'my file.txt'), 'text');
  await writeFile(path.join(home, 'home.txt'), 'text');
});
afterEach(() => rm(home, { recursive: true, force: true }));

const files = () => createAttachmentFiles({ cwd, home });

describe('checking', () => {
  it.each([
    ['plan.md', 'work/plan.md'],
    ['./plan.md', 'work/plan.md'],
    ['my file.txt', 'work/my file.txt'],
    ['my\\ file.txt', 'work/my file.txt'],
    ["'my file.txt'", 'work/my file.txt'],
    ['~/home.txt', 'home.txt'],
    ['notes/../plan.md\n', 'work/plan.md'],
  ])('finds %j', async (typed, file) => {
    const found = await files().check(typed);
    expect(found).toMatchObject({
      kind: 'ok',
      file: { path: path.join(home, file), name: path.basename(file) },
    });
  });

  it('finds dragged paths: quoted, escaped, and as a URL', async () => {
    const file = path.join(cwd, 'my file.txt');
    for (const typed of [`'${file}'`, file.replaceAll(' ', '\\ '), `file://${encodeURI(file)}`])
      expect(await files().check(typed)).toMatchObject({ kind: 'ok', file: { path: file } });
  });

  it('prefers a file whose name has a backslash', async () => {
    await writeFile(path.join(cwd, 'my\\ file.txt'), 'other');
    expect(await files().check('my\\ file.txt')).toMatchObject({
      kind: 'ok',
      file: { name: 'my\\ file.txt' },
    });
  });

  it('follows a symbolic link', async () => {
    await symlink(path.join(home, 'home.txt'), path.join(cwd, 'link.txt'));
    expect(await files().check('link.txt')).toMatchObject({
      kind: 'ok',
      file: { name: 'link.txt', size: 4 },
    });
  });

  it('refuses a missing file, a directory and a device with a sentence', async () => {
    expect(await files().check('nothing.txt')).toEqual({
      kind: 'refused',
      why: `There is no file ${path.join(cwd, 'nothing.txt')}.`,
    });
    expect(await files().check('notes')).toEqual({
      kind: 'refused',
      why: `${path.join(cwd, 'notes')} is a directory. Attach its files one by one.`,
    });
    expect(await files().check('/dev/zero')).toEqual({ kind: 'refused', why: '/dev/zero is not a file.' });
    expect(await files().check('plan.md/x.md')).toMatchObject({ kind: 'refused', why: /not a directory/u });
  });

  it('refuses a file above 10 MiB without reading it', async () => {
    const file = path.join(cwd, 'large.txt');
    await writeFile(file, 'x');
    await (await import('node:fs/promises')).truncate(file, MAX_FILE_BYTES + 1);
    expect(await files().check('large.txt')).toEqual({
      kind: 'refused',
      why: `${file} is too large: it has 10.1 MiB, and a chat takes files of at most 10 MiB.`,
    });
  });

  it.skipIf(process.getuid?.() === 0)('refuses an unreadable file', async () => {
    await chmod(path.join(cwd, 'plan.md'), 0);
    expect(await files().check('plan.md')).toEqual({
      kind: 'refused',
      why: `Cannot read ${path.join(cwd, 'plan.md')}: permission denied.`,
    });
  });

  it('refuses a relative path when the directory was deleted', async () => {
    const orphan = createAttachmentFiles({ cwd: null, home });
    expect(await orphan.check('plan.md')).toMatchObject({ kind: 'refused', why: /was deleted/u });
    expect(await orphan.check('~/home.txt')).toMatchObject({ kind: 'ok' });
  });
});

describe('reading', () => {
  it('returns the content of an unchanged file', async () => {
    const file = await checkAttachmentFile(path.join(cwd, 'plan.md'));
    expect((await readAttachment(file)).toString()).toBe('# Plan\n');
  });

  it.each([
    ['grew', (file: string) => appendFile(file, 'more')],
    [
      'was replaced by one of equal length',
      async (file: string) => {
        await writeFile(file, '# Mine\n');
        await utimes(file, 1_000_000, 1_000_000);
      },
    ],
    [
      'became a directory',
      async (file: string) => {
        await rm(file);
        await mkdir(file);
      },
    ],
  ])('refuses a file that %s', async (_, change) => {
    const file = await checkAttachmentFile(path.join(cwd, 'plan.md'));
    await change(file.path);
    await expect(readAttachment(file)).rejects.toThrow(
      `${file.path} has changed since it was attached. Attach it again.`,
    );
  });

  it('refuses a file that is gone', async () => {
    const file = await checkAttachmentFile(path.join(cwd, 'plan.md'));
    await rm(file.path);
    await expect(readAttachment(file)).rejects.toThrow(`There is no file ${file.path}.`);
  });
});

describe('completing', () => {
  it.each([
    ['pl', { path: 'plan.md', names: ['plan.md'] }],
    ['n', { path: 'notes/', names: ['notes/'] }],
    ['', { path: '', names: ['my file.txt', 'notes/', 'plan.md'] }],
    ['my\\ f', { path: 'my file.txt', names: ['my file.txt'] }],
    ['"my f', { path: 'my file.txt', names: ['my file.txt'] }],
    ['~/ho', { path: '~/home.txt', names: ['home.txt'] }],
    ['~', { path: '~/', names: ['~/'] }],
    ['x', { path: 'x', names: [] }],
    ['nowhere/x', { path: 'nowhere/x', names: [] }],
  ])('%j', async (typed, completion) => {
    expect(await files().complete(typed)).toEqual(completion);
  });

  it('goes as far as all names agree', async () => {
    await writeFile(path.join(cwd, 'plan-b.md'), 'x');
    expect(await files().complete('p')).toEqual({ path: 'plan', names: ['plan-b.md', 'plan.md'] });
  });

  it('leaves out names with control characters', async () => {
    await writeFile(path.join(cwd, 'evil\u001b[2J.txt'), 'x');
    expect((await files().complete('evil')).names).toEqual([]);
  });
});
