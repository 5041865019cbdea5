import { ChatRepository } from '../../../src/local/chats/chat-repository.ts';
import { openDatabase } from '../../../src/local/database/database.ts';
import { Repository } from '../../../src/local/database/repository.ts';
import { StatementCache } from '../../../src/local/database/statement-cache.ts';
import { startLocalChatServer } from '../local-server.ts';
import { sleep } from '../measured-program.ts';
import { ownCpuMs, ownRssMiB } from '../process-usage.ts';
import type { Bench } from '../scenario.ts';

const CHATS = 50;
/** With those of the last turn. */
const MESSAGES = 200;
const WATCHED_MS = 60_000;
const ANSWER = 'Pinned the clock in two tests; all green. '.repeat(20);

/** The server with many chats that rest, their agents still running. Only in the first run, because it waits minutes. */
export async function localRest({ programs, samples, run, restMs }: Bench): Promise<void> {
  if (run > 0) return;
  let chats: readonly string[] = [];
  const server = await startLocalChatServer(programs, (stateDir, directory) => {
    chats = seed(stateDir, directory);
  });
  try {
    for (const chat of chats) await server.send(chat, 'say done');
    for (const chat of chats) await server.rests(chat);
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

async function cpuPercent(pid: number): Promise<number> {
  const cpu = ownCpuMs(pid);
  const at = performance.now();
  await sleep(WATCHED_MS);
  return ((ownCpuMs(pid) - cpu) * 100) / (performance.now() - at);
}

/** Writes chats of which only the last turn is missing. Returns their ids. */
function seed(stateDir: string, directory: string): readonly string[] {
  const { database } = openDatabase(stateDir);
  const sql = new StatementCache(database);
  const repository = new Repository(sql, stateDir);
  const chats = new ChatRepository(repository, sql);
  const now = Date.now();
  const ids = Array.from({ length: CHATS }, () => crypto.randomUUID());
  repository.inTransaction(() => {
    for (const [index, id] of ids.entries()) {
      chats.addChat({
        id,
        agent: 'fake',
        model: '',
        effort: '',
        title: `Chat ${index} of the bench`,
        has_own_title: 1,
        status: 'waiting',
        directory,
        permission_mode: 'ask',
        plan_mode: 0,
        labels: '{}',
        client_type: 'api',
        agent_token: id,
        created_at: now,
      });
      for (let message = 0; message < MESSAGES - 2; message++) {
        const isUsers = message % 2 === 0;
        const text = isUsers ? 'Fix the flaky auth tests' : ANSWER;
        chats.addMessage(
          id,
          { role: isUsers ? 'user' : 'assistant', content: [{ type: 'text', text }] },
          now,
        );
      }
    }
  });
  repository.close();
  return ids;
}
