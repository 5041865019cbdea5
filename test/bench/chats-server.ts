// A Coder deployment with Chats at rest and no Tasks, in a process of its own. Sends its URL to the parent.
import { startChatsServer } from '../support/chats/chats-server.ts';

const [count = '100'] = process.argv.slice(2);
const { chats, url } = await startChatsServer({ token: 'bench-token' });
for (let n = 0; n < Number(count); n++)
  chats.seed({
    title: `Chat ${n} of the bench`,
    summary: 'Pinned the clock in two tests; all green.',
    createdAgoMs: 86_400_000,
    updatedAgoMs: (n + 10) * 60_000,
  });
process.send?.(url);
