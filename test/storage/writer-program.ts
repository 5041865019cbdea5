// A taskdeck as its own process: writes numbered prompts and drafts, and prints each number after the write.
import { openStorage } from '../../src/storage/storage.ts';

const [directory, name, count] = process.argv.slice(2);
const storage = openStorage({ directory: directory ?? '' });
const memory = storage.savedState({ origin: 'https://coder.example.com', user: 'ada' });
for (let number = 1; number <= Number(count); number += 1) {
  memory.addPrompt(`${name} ${number}`);
  memory.saveDraft(name ?? '', String(number));
  process.stdout.write(`${number}\n`);
}
process.stdout.write(`${storage.problem ?? 'done'}\n`);
storage.close();
