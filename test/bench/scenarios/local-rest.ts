import { type LocalChatServer, type StreamEvent, startLocalChatServer } from '../local-server.ts';
import { sleep } from '../measured-program.ts';
import { ownCpuMs, ownRssMiB } from '../process-usage.ts';
import type { Bench } from '../scenario.ts';

const CHATS = 50;
/** Each with a prompt and an answer. */
const TURNS = 100;
const ANSWER = 'Pinned the clock in two tests; all green. '.repeat(20);
const WATCHED_MS = 60_000;

/** The server with many chats that rest, their agents still running. Only in the first run, because it waits minutes. */
export async function localRest({ programs, samples, run, restMs }: Bench): Promise<void> {
  if (run > 0) return;
  const server = await startLocalChatServer(programs);
  try {
    for (let count = 0; count < CHATS; count++) await converse(server);
    await sleep(restMs);
    samples.add('local rest memory', ownRssMiB(server.pid));
    samples.add('local rest cpu %', await cpuPercent(server.pid));
    const close = await server.watch();
    await sleep(1_000);
    samples.add('local rest watched cpu %', await cpuPercent(server.pid));
    close();
  } finally {
    await server.stop();
  }
}

const isRest = ({ type, status }: StreamEvent): boolean => type === 'status' && status?.status === 'waiting';

async function converse(server: LocalChatServer): Promise<void> {
  const chat = await server.create(`say ${ANSWER}`);
  await server.rests(chat);
  const stream = await server.stream(chat);
  for (let turn = 1; turn < TURNS; turn++) {
    const rest = stream.until(isRest);
    await server.send(chat, `say ${ANSWER}`);
    await rest;
  }
  stream.close();
}

async function cpuPercent(pid: number): Promise<number> {
  const cpu = ownCpuMs(pid);
  const at = performance.now();
  await sleep(WATCHED_MS);
  return ((ownCpuMs(pid) - cpu) * 100) / (performance.now() - at);
}
