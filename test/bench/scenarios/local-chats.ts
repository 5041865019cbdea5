import { DatabaseSync } from 'node:sqlite';
import {
  type ChatStream,
  type LocalChatServer,
  type StreamEvent,
  startLocalChatServer,
} from '../local-server.ts';
import { sleep } from '../measured-program.ts';
import { ownCpuMs, ownRssMiB } from '../process-usage.ts';
import type { Bench } from '../scenario.ts';
import type { Samples } from '../statistics.ts';
import { countCommits } from '../wal-commits.ts';

const PROMPTS = 100;
const CHATS = 20;
const UPDATES_PER_SECOND = 20;
const SECONDS = 60;
/** Characters of an update, besides its number. */
const FILLING = 'x'.repeat(95);
const HUGE_MB = 20;
const FLOOD = 60_000;
/** Until the memory of a finished turn is measured, ms. */
const REST_MS = 10_000;

/** Chats of the local server with fake agents as real processes: the server's own part. */
export async function localChats({ programs, samples }: Bench): Promise<void> {
  const server = await startLocalChatServer(programs);
  try {
    await firstParts(server, samples);
  } finally {
    await server.stop();
  }
  const streaming = await startLocalChatServer(programs);
  try {
    await streamTogether(streaming, samples);
  } finally {
    await streaming.stop();
  }
  const flooded = await startLocalChatServer(programs);
  try {
    await flood(flooded, samples);
  } finally {
    await flooded.stop();
  }
}

const isPart = ({ type }: StreamEvent): boolean => type === 'message_part';
const isRest = ({ type, status }: StreamEvent): boolean => type === 'status' && status?.status === 'waiting';

/** The time from a request with a prompt to the first part, when the agent answers at once. */
async function firstParts(server: LocalChatServer, samples: Samples): Promise<void> {
  const chat = await server.create('say ready');
  await server.rests(chat);
  const stream = await server.stream(chat);
  for (let count = 0; count < PROMPTS; count++) {
    const [part, rest] = [stream.until(isPart), stream.until(isRest)];
    const at = performance.now();
    const sent = server.send(chat, 'say hello');
    await part;
    samples.add('local first part', performance.now() - at);
    await Promise.all([sent, rest]);
  }
  stream.close();
}

/** Many turns that stream at the same time, with a client each. Throws if a text is not whole. */
async function streamTogether(server: LocalChatServer, samples: Samples): Promise<void> {
  const count = UPDATES_PER_SECOND * SECONDS;
  const chats: string[] = [];
  for (let index = 0; index < CHATS; index++) chats.push(await server.create('say ready'));
  for (const chat of chats) await server.rests(chat);
  const streams = await Promise.all(chats.map((chat) => server.stream(chat)));
  const texts = streams.map(textOf);
  const ends = streams.map((stream) => stream.until(isRest));

  await Promise.all(
    chats.map((chat) => server.send(chat, `stream ${count} ${1_000 / UPDATES_PER_SECOND} %${FILLING};`)),
  );
  const commits = countCommits(server.database);
  const cpu = ownCpuMs(server.pid);
  const at = performance.now();
  await Promise.all(ends);
  const seconds = (performance.now() - at) / 1_000;
  samples.add('local streaming cpu %', (ownCpuMs(server.pid) - cpu) / seconds / 10);
  samples.add('local streaming commits/s', commits.stop() / seconds);

  const whole = Array.from({ length: count }, (_, index) => `${index}${FILLING};`).join('');
  const database = new DatabaseSync(server.database, { readOnly: true });
  for (const [index, chat] of chats.entries()) {
    if (texts[index]?.() !== whole) throw new Error('A client did not receive the whole text.');
    if (storedText(database, chat) !== whole) throw new Error('The database does not hold the whole text.');
  }
  database.close();
  for (const stream of streams) stream.close();
}

/** Collects the text of the next turn from its parts. */
function textOf(stream: ChatStream): () => string {
  // The end of the turn drops its parts.
  let [text, last] = ['', ''];
  stream.onEvent(({ type, message_part: live }) => {
    if (type === 'preview_reset') text = '';
    if (live?.part.type !== 'text') return;
    text += live.part.text ?? '';
    last = text;
  });
  return () => last;
}

function storedText(database: DatabaseSync, chat: string): string {
  const row = database
    .prepare(
      `SELECT content FROM chat_messages WHERE chat_id = ? AND role = 'assistant' ORDER BY id DESC LIMIT 1`,
    )
    .get(chat);
  const parts: readonly { readonly type: string; readonly text?: string }[] = JSON.parse(
    String(row?.content),
  );
  return parts.map(({ type, text = '' }) => (type === 'text' ? text : '')).join('');
}

/** A huge line and very many updates. */
async function flood(server: LocalChatServer, samples: Samples): Promise<void> {
  const chat = await server.create('say ready');
  await server.rests(chat);
  const stream = await server.stream(chat);
  for (const prompt of [`huge ${HUGE_MB}`, `flood ${FLOOD}`]) {
    const rest = stream.until(isRest);
    await server.send(chat, prompt);
    await rest;
  }
  await sleep(REST_MS);
  samples.add('local flood memory', ownRssMiB(server.pid));
  stream.close();
}
