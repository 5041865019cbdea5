import { Agent, get, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { divertBody, reuseSocketBuffer } from '../../src/api/stream-response.ts';
import { textOf } from '../../src/domain/message.ts';
import { json } from '../support/coder-server.ts';
import { ada, authorityFile, backendAt, coderServer, errorOf, neverAborted, tls } from './api-fixture.ts';
import { message, TASK_ID } from './response-bodies.ts';

const LIST = '/api/v2/tasks';
const LOGS = `/api/v2/tasks/ada/${TASK_ID}/logs`;

/** About 2 MB, without repetition. */
const logsOf = (seed: string) =>
  Array.from({ length: 2_000 }, (_, id) => ({
    ...message(1, 'output', `${seed} ${id} ü `.repeat(80)),
    id,
  }));

test('a diverted body arrives in one buffer; another body does not', async () => {
  const server = await coderServer();
  const body = { logs: logsOf('a') };
  server.on('GET', '/any', json(200, body));
  const agent = reuseSocketBuffer(new Agent({ keepAlive: true }));
  const ask = (at: (answer: IncomingMessage) => void = () => {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(`${server.url}/any`, { agent }, (answer) => {
        at(answer);
        resolve(answer);
      }).once('error', reject);
    });

  const buffers = new Set<ArrayBufferLike>();
  const pieces: Buffer[] = [];
  const first = await ask((answer) => {
    answer.socket.on('data', (bytes: Buffer) => buffers.add(bytes.buffer));
    divertBody(answer, (bytes) => void pieces.push(Buffer.from(bytes)));
  });
  await new Promise((resolve) => first.resume().once('end', resolve));
  expect(JSON.parse(Buffer.concat(pieces).toString())).toEqual(body);
  expect(pieces.length).toBeGreaterThan(10);
  // The bytes that arrived with the headers came before the body was diverted.
  expect(buffers.size).toBeLessThanOrEqual(2);

  const chunks: Buffer[] = [];
  for await (const piece of await ask()) chunks.push(piece);
  expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual(body);
  expect(server.connections).toBe(1);
  agent.destroy();
});

test('a long body yields to the event loop every 256 KiB', async () => {
  const server = await coderServer();
  server.on('GET', '/any', json(200, { logs: [...logsOf('a'), ...logsOf('b'), ...logsOf('c')] }));
  const agent = reuseSocketBuffer(new Agent());
  let length = 0;
  let inTurn = 0;
  let most = 0;
  let isOver = false;
  const next = (): void => {
    most = Math.max(most, inTurn);
    inTurn = 0;
    if (!isOver) setImmediate(next);
  };
  next();
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${server.url}/any`, { agent }, (found) => {
      divertBody(found, (bytes) => {
        length += bytes.length;
        inTurn += bytes.length;
      });
      resolve(found);
    }).once('error', reject);
  });
  await new Promise((resolve) => answer.resume().once('end', resolve));
  isOver = true;
  expect(length).toBeGreaterThan(4_000_000);
  // A started read is completed.
  expect(most).toBeLessThan((256 + 64) * 1_024);
  agent.destroy();
});

test.each([
  ['plainly', {}],
  ['over TLS', { tls }],
])('long, short and error responses arrive complete over one connection, %s', async (_how, options) => {
  const server = await coderServer(options);
  const [one, other] = [logsOf('a'), logsOf('b')];
  const grown = [...other, message(3, 'input', 'more')];
  const answers = [one, other, grown, one, grown].map((logs) => json(200, { logs }));
  server.on('GET', LOGS, ...answers);
  server.on('GET', LIST, json(200, { tasks: [] }), json(503, { message: 'x'.repeat(200_000) }));
  const backend = backendAt(server, { env: { SSL_CERT_FILE: authorityFile } });
  for (const logs of [one, other, grown, one, grown]) {
    const { messages } = await backend.transcript(ada, neverAborted());
    expect(messages.map(textOf)).toEqual(logs.map(({ content }) => content));
    await backend.list({ owner: null }, neverAborted()).catch(() => undefined);
  }
  expect((await errorOf(backend.list({ owner: null }, neverAborted()))).kind).toBe('server');
  expect(server.connections).toBe(1);
});
