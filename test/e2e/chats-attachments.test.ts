import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TASK_ID, task } from '../api/response-bodies.ts';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { type ChatsDeploymentOptions, chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn, TASKS } from './deployment.ts';

const DOCS = '7a1d2c3b-6f1b-4a38-9a55-0b6c7b3b6a02';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

interface OnServer {
  readonly server: ChatsServer;
  readonly home: Home;
}

/** A server with one chat, and a home with some files. */
async function start(options: ChatsDeploymentOptions = {}): Promise<OnServer> {
  const server = await chatsDeployment(options);
  server.chats.seed({ id: DOCS, title: 'Write the docs' });
  const home = pollOften(makeHome(signedIn(server)));
  mkdirSync(path.join(home.folder, 'shots'));
  writeFileSync(path.join(home.folder, 'shots', 'first shot.png'), PNG);
  writeFileSync(path.join(home.folder, 'plan.md'), '# Plan\n');
  writeFileSync(path.join(home.folder, 'fake.png'), 'no image');
  writeFileSync(path.join(home.folder, 'tool.zip'), 'PK');
  writeFileSync(path.join(home.folder, 'large.txt'), 'x');
  truncateSync(path.join(home.folder, 'large.txt'), 11 * 1024 * 1024);
  return { server, home };
}

const uploads = ({ chats }: ChatsServer) =>
  chats.files.map(({ name, mediaType, bytes }) => [name, mediaType, bytes.length]);

/** The contents of the messages that were sent to the server. */
const sentContents = ({ requests }: ChatsServer): readonly unknown[] =>
  requests
    .filter(({ method, target }) => method === 'POST' && /\/chats(?:\/[^/]+\/messages)?$/u.test(target))
    .map(({ body }) => JSON.parse(body).content);

const filesOf = ({ chats }: ChatsServer) => chats.files.map(({ id }) => ({ type: 'file', file_id: id }));

describe('ctrl+x f', () => {
  it('attaches a file by its path, sends it with the message, and shows it in the conversation', async () => {
    const { server, home } = await start();
    const app = await home.open([], { cols: 100, rows: 30, cwd: home.folder });
    await app.shows('Write the docs');
    app.press('i');
    await app.until(/❯ write to/);
    app.send('\x18f');
    await app.until(/attach file: +a path; tab completes it/);
    app.type('sho');
    app.press('tab');
    await app.until('attach file: shots/');
    app.press('tab');
    await app.until('attach file: shots/first shot.png');
    app.press('enter');
    await app.until('1 file: first shot.png 16 B');
    app.send('\x18f');
    await app.until('a path; tab completes it');
    // A terminal pastes a dragged path as its shell quotes it.
    app.send(`\x1b[200~'${path.join(home.folder, 'plan.md')}' \x1b[201~`);
    await app.until(/attach file: '.*plan\.md'/);
    app.press('enter');
    await app.until('2 files: first shot.png 16 B, plan.md 7 B');
    app.type('Compare them');
    await app.until('❯ Compare them');
    app.press('enter');
    await expect.poll(() => sentContents(server)).toHaveLength(1);
    expect(uploads(server)).toEqual([
      ['first shot.png', 'image/png', 16],
      ['plan.md', 'text/markdown', 7],
    ]);
    expect(sentContents(server)).toEqual([[{ type: 'text', text: 'Compare them' }, ...filesOf(server)]]);
    await app.shows(/Compare them.*first shot\.png.*plan\.md/s);
  });

  it('keeps the files of a draft over a restart, and says what is wrong with a file', async () => {
    const { server, home } = await start();
    const options = { cols: 100, rows: 30, cwd: home.folder };
    const first = await home.open([], options);
    await first.shows('Write the docs');
    first.press('i');
    await first.until(/❯ write to/);
    first.send('\x18f');
    await first.until(/attach file: +a path/);
    first.type('fake.png');
    first.press('enter');
    await first.until(/fake\.png is named like a PNG image, but its content is something else/);
    first.send('\x15plan.md');
    await first.until('attach file: plan.md');
    first.press('enter');
    await first.until('1 file: plan.md 7 B');
    first.type('Read it');
    await first.until('❯ Read it');
    first.press('esc');
    await first.until('continue “Read it” with 1 file');
    first.press('q');
    await first.exit();
    expect(uploads(server)).toEqual([]);

    const second = await home.open([], options);
    await second.shows('continue “Read it” with 1 file');
    writeFileSync(path.join(home.folder, 'plan.md'), '# Another plan\n');
    second.press('i');
    await second.until(/plan\.md 7 B.*❯ Read it/s);
    second.press('enter');
    await second.until(/Not sent: .*plan\.md has changed since it was attached\. Attach it again\./s);
    expect([uploads(server), sentContents(server)]).toEqual([[], []]);
    await second.shows('continue “Read it” with 1 file');
  }, 120_000);
});

describe('send --attach', () => {
  it('uploads the files and sends their ids with the message', async () => {
    const { server, home } = await start();
    const sent = await home.run(
      'send',
      DOCS,
      'Compare them',
      '--attach',
      'shots/first shot.png',
      '--attach=plan.md',
      '--json',
    );
    expect(JSON.parse(sent)).toEqual([
      { task: DOCS, ok: true, queued: false, files: server.chats.files.map(({ id }) => id) },
    ]);
    expect(uploads(server)).toEqual([
      ['first shot.png', 'image/png', 16],
      ['plan.md', 'text/markdown', 7],
    ]);
    expect(sentContents(server)).toEqual([[{ type: 'text', text: 'Compare them' }, ...filesOf(server)]]);
    expect(await home.run('logs', DOCS)).toMatch(/Compare them[\s\S]*first shot\.png[\s\S]*plan\.md/u);
  });

  it('checks all files before it sends a byte', async () => {
    const { server, home } = await start();
    for (const [file, sentence] of [
      ['nothing.txt', 'There is no file nothing.txt.'],
      ['shots', 'shots is a directory. Attach its files one by one.'],
      ['large.txt', 'large.txt is too large: it has 11 MiB, and a chat takes files of at most 10 MiB.'],
      ['fake.png', 'fake.png is named like a PNG image, but its content is something else.'],
      ['tool.zip', 'tool.zip cannot be attached: chats take only png, jpeg, gif,'],
    ] as const) {
      const bad = await home.call(['send', DOCS, 'x', '--attach', 'plan.md', '--attach', file]);
      expect(bad).toMatchObject({ code: 2, out: '' });
      expect(bad.err).toContain(sentence);
    }
    const asJson = await home.call(['send', DOCS, 'x', '--attach', 'nothing.txt', '--json']);
    expect(asJson.code).toBe(2);
    expect(JSON.parse(asJson.err).error).toMatchObject({
      kind: 'usage',
      message: 'There is no file nothing.txt.',
    });
    expect((await home.call(['send', DOCS, 'x', '--attach', ''])).code).toBe(2);
    expect([uploads(server), sentContents(server)]).toEqual([[], []]);
  });

  it('fails with the words of the server, and sends nothing, when an upload fails', async () => {
    const { server, home } = await start();
    server.on(
      'POST',
      `/api/v2/chats/files?organization=${server.chats.row(DOCS).organizationId}`,
      json(500, { message: 'No space left.' }),
    );
    const failed = await home.call(['send', DOCS, 'x', '--attach', 'plan.md']);
    expect(failed).toMatchObject({ code: 1, out: '' });
    expect(failed.err).toContain('Cannot upload plan.md: No space left.');
    expect(sentContents(server)).toEqual([]);
  });

  it('to a task is wrong usage', async () => {
    const { server, home } = await start({ tasks: true });
    server.on('GET', TASKS, json(200, { tasks: [task()], count: 1 }));
    const refused = await home.call(['send', `ada/${TASK_ID}`, 'x', '--attach', 'plan.md']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('A task takes no files: Coder sends it only text. Omit --attach.');
  });
});

describe('create --attach', () => {
  it('makes a chat whose first message has the files', async () => {
    const { server, home } = await start();
    await home.run('create', 'Describe it', '--attach', 'shots/first shot.png');
    expect(uploads(server)).toEqual([['first shot.png', 'image/png', 16]]);
    expect(sentContents(server)).toEqual([[{ type: 'text', text: 'Describe it' }, ...filesOf(server)]]);
  });

  it('creates nothing with a wrong file, or with flags of a task', async () => {
    const { server, home } = await start();
    expect((await home.call(['create', 'x', '--attach', 'tool.zip'])).code).toBe(2);
    const mixed = await home.call(['create', 'x', '--template', 'shell', '--attach', 'plan.md']);
    expect(mixed.code).toBe(2);
    expect(mixed.err).toContain('--template makes a task and --attach a chat.');
    expect([uploads(server), sentContents(server)]).toEqual([[], []]);
  });
});
