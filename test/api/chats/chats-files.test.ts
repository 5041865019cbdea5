import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { attachmentDisposition } from '../../../src/api/chats/chats-files.ts';
import { checkAttachmentFile } from '../../../src/attachments/attachment-file.ts';
import { makeChat } from '../../domain/builders.ts';
import { ORGANIZATION_ID } from '../../support/chats/state.ts';
import { json, type Reply, raw } from '../../support/coder-server.ts';
import { newChat, signal, startWrites } from './writes-fixture.ts';

const UPLOAD = '/api/v2/chats/files';
const CHAT = makeChat({ organizationId: 'o-1' });

async function textFile(name: string, text: string) {
  const directory = await mkdtemp(path.join(tmpdir(), 'taskdeck-upload-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = path.join(directory, name);
  await writeFile(file, text);
  return checkAttachmentFile(file);
}

async function startUpload(...replies: readonly Reply[]) {
  const fixture = await startWrites();
  const path = `${UPLOAD}?organization=o-1`;
  fixture.server.on('POST', path, ...replies);
  const upload = () =>
    fixture.server.requests.filter(({ method, target }) => method === 'POST' && target.startsWith(UPLOAD));
  return { ...fixture, upload };
}

describe('an upload', () => {
  it('sends the bytes with type and name to the organization of the chat, and returns the id', async () => {
    const { writes, upload } = await startUpload(json(201, { id: 'f-1' }));
    const file = await textFile('plan.md', '# Plan\n');
    expect(await writes.uploadFile(CHAT, file, signal)).toBe('f-1');
    expect(upload()).toHaveLength(1);
    expect(upload()[0]).toMatchObject({
      target: `${UPLOAD}?organization=o-1`,
      body: '# Plan\n',
      headers: {
        'content-type': 'text/markdown',
        'content-disposition': 'attachment; filename="plan.md"',
        'content-length': '7',
      },
    });
  });

  it('of a file that has changed or is gone sends nothing', async () => {
    const { writes, upload } = await startUpload(json(201, { id: 'f-1' }));
    const file = await textFile('plan.md', '# Plan\n');
    await appendFile(file.path, 'more');
    await expect(writes.uploadFile(CHAT, file, signal)).rejects.toMatchObject({
      kind: 'invalid',
      tookEffect: 'no',
      message: `${file.path} has changed since it was attached. Attach it again.`,
    });
    await rm(file.path);
    await expect(writes.uploadFile(CHAT, file, signal)).rejects.toMatchObject({
      kind: 'invalid',
      message: `There is no file ${file.path}.`,
    });
    expect(upload()).toEqual([]);
  });

  it.each([
    [
      413,
      json(413, { message: 'Request body too large.' }),
      'invalid',
      'This server takes only smaller files.',
    ],
    [
      415,
      json(415, { message: 'Unsupported type.' }),
      'invalid',
      'This server does not take files of this type.',
    ],
    [400, json(400, { message: 'Too many files.' }), 'invalid', undefined],
    [500, json(500, { message: 'Failed to save.' }), 'server', undefined],
    [503, raw(503, 'busy'), 'server', expect.any(String)],
  ] as const)(
    'that the server refuses with %i names the file and has no effect',
    async (status, reply, kind, hint) => {
      const { writes } = await startUpload(reply);
      const file = await textFile('plan.md', '# Plan\n');
      await expect(writes.uploadFile(CHAT, file, signal)).rejects.toMatchObject({
        kind,
        status,
        hint,
        tookEffect: 'no',
        message: expect.stringMatching(/^Cannot upload plan\.md: /u),
      });
    },
  );

  it('with an answer of another shape is an error', async () => {
    const { writes } = await startUpload(json(201, { file: 'f-1' }));
    const file = await textFile('plan.md', '# Plan\n');
    await expect(writes.uploadFile(CHAT, file, signal)).rejects.toMatchObject({ kind: 'bad-answer' });
  });
});

describe('a new chat with files', () => {
  it('is created with their ids after all of them arrived', async () => {
    const { server, writes, requests } = await startWrites();
    const files = [await textFile('a.txt', 'one'), await textFile('b.txt', 'two')];
    const { id } = await writes.create(newChat({ attachments: files }), signal);
    expect(requests().map((request) => request.split('?')[0])).toEqual([
      'POST /files',
      'POST /files',
      'POST ',
    ]);
    expect(server.chats.files.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['a.txt', 'text/plain'],
      ['b.txt', 'text/plain'],
    ]);
    const create = server.requests.find(
      ({ method, target }) => method === 'POST' && target.endsWith('/chats'),
    );
    expect(JSON.parse(create?.body ?? '').content).toEqual([
      { type: 'text', text: 'Fix the clock' },
      ...server.chats.files.map((file) => ({ type: 'file', file_id: file.id })),
    ]);
    expect(id).not.toBe('');
  });

  it('is not created when an upload fails', async () => {
    const { server, writes, requests } = await startWrites();
    const chat = newChat({ attachments: [await textFile('a.txt', 'one')] });
    server.on('POST', `${UPLOAD}?organization=${chat.organizationId}`, json(500, { message: 'No space.' }));
    await expect(writes.create(chat, signal)).rejects.toMatchObject({ tookEffect: 'no' });
    expect(requests()).toHaveLength(1);
  });
});

it('an edit of the last prompt keeps its files', async () => {
  const { server, writes } = await startWrites();
  const id = server.chats.seed({});
  const task = makeChat({ id, organizationId: ORGANIZATION_ID });
  const fileId = await writes.uploadFile(task, await textFile('plan.md', '# Plan'), signal);
  await writes.send(task, 'Read it', signal, { fileIds: [fileId] });
  const sent = server.chats.messages(id).findLast(({ role }) => role === 'user');
  await writes.editMessage(task, sent?.id ?? 0, 'Read it well', signal);
  const edit = server.requests.findLast(({ method }) => method === 'PATCH');
  expect(JSON.parse(edit?.body ?? '').content).toEqual([
    { type: 'text', text: 'Read it well' },
    { type: 'file', file_id: fileId },
  ]);
});

describe('the name of an upload', () => {
  it.each([
    ['plan.md', 'attachment; filename="plan.md"'],
    ['my "best" \\ plan.md', 'attachment; filename="my \\"best\\" \\\\ plan.md"'],
    ['größe (1).png', `attachment; filename="gr__e (1).png"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%281%29.png`],
    ['a\r\nb.txt', `attachment; filename="a__b.txt"; filename*=UTF-8''a%0D%0Ab.txt`],
    ['\ud800.txt', `attachment; filename="_.txt"; filename*=UTF-8''%EF%BF%BD.txt`],
  ])('%j', (name, header) => {
    expect(attachmentDisposition(name)).toBe(header);
  });
});
