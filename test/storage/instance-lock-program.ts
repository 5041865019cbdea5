// A taskdeck as its own process: prints its instance name, and runs until its standard input ends.
import { openStorage } from '../../src/storage/storage.ts';

const [directory = ''] = process.argv.slice(2);
const storage = openStorage({ directory });
process.stdout.write(
  `${storage.outbox({ origin: 'https://coder.example.com', user: 'ada' }).instanceName}\n`,
);
process.stdin.resume().on('end', () => storage.close());
