/*
 * Run as a program by stream-memory.test.ts: follows one chat (`url`, `token`, `id`), and reports the bytes that it
 * holds, as one JSON object a line, whenever a line arrives on stdin.
 */
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

Object.assign(globalThis, { TASKDECK_VERSION: '0.0.0-test' });
const { createCoderBackend } = await import('../../../src/api/coder-backend.ts');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const [, , url = '', token = '', id = ''] = process.argv;
const source = createCoderBackend({ url, token }).sources.find((each) => each.id === 'chats');
if (source?.follow === undefined) throw new Error('Chats have no streams.');

const { signal } = new AbortController();
const task = await source.get({ id, ownerName: 'ada' }, signal);
let messages = 0;
let liveLength = 0;
let events = 0;

createInterface({ input: process.stdin }).on('line', () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ bytes: heapUsed + external, events, messages, liveLength })}\n`);
});

await source.follow(
  task,
  (event) => {
    if (event.type !== 'transcript') return;
    events += 1;
    messages = event.transcript.messages.length;
    liveLength = (event.transcript.live?.parts ?? []).reduce(
      (sum, part) => sum + ('text' in part ? part.text.length : 0),
      0,
    );
  },
  signal,
);
