// A taskdeck of its own process: writes numbered prompts and drafts, and says each number once it is written.
import { openStorage } from '../../src/storage/storage.ts';

const [directory, name, count] = process.argv.slice(2);
const storage = openStorage({ directory: directory ?? '' });
const memory = storage.memory({ origin: 'https://coder.example.com', user: 'ada' });
for (let number = 1; number <= Number(count); number += 1) {
  memory.remember(`${name} ${number}`);
  memory.saveDraft(name ?? '', String(number));
  process.stdout.write(`${number}\n`);
}
process.stdout.write(`${storage.notice ?? 'done'}\n`);
storage.close();
