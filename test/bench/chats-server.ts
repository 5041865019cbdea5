// A Coder deployment with chats and no Tasks, in a process of its own. Sends its URL to the parent; then writes the parts
// of a turn of the first chat that the parent asks for, and answers with their times.
import { startChatsServer } from '../support/chats/chats-server.ts';
import { monotonicMs, type PartsRequest, type PartsWritten } from './chats-turn.ts';

const [count = '100'] = process.argv.slice(2);
const { chats, url } = await startChatsServer({ token: 'bench-token' });
const ids = Array.from({ length: Number(count) }, (_, n) =>
  chats.seed({
    title: `Chat ${n} of the bench`,
    summary: 'Pinned the clock in two tests; all green.',
    createdAgoMs: 86_400_000,
    updatedAgoMs: (n + 10) * 60_000,
  }),
);
const [first = ''] = ids;

/** Writes each part at its time, whatever the ones before it took. */
async function write({ parts, perSecond }: PartsRequest): Promise<PartsWritten> {
  const agent = chats.agent(first);
  const startedAt = monotonicMs();
  const times: number[] = [];
  for (const [index, part] of parts.entries()) {
    const due = startedAt + (index * 1_000) / perSecond;
    for (let left = due - monotonicMs(); left > 0; left = due - monotonicMs())
      await new Promise((resolve) => setTimeout(resolve, left));
    times.push(monotonicMs());
    agent.write(part);
  }
  return { times };
}

process.on('message', (request: PartsRequest | 'begin') => {
  if (request === 'begin') chats.web.send(first, 'Write.');
  else void write(request).then((written) => process.send?.(written));
});
process.send?.(url);
