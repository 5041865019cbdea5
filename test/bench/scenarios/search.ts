import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { textParts } from '../../../src/domain/message.ts';
import type { ConversationSearch } from '../../../src/domain/ports/conversation-search.ts';
import { parseSearchTerms } from '../../../src/domain/search-terms.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import type { Bench } from '../scenario.ts';

const TASKS = 200;
const MESSAGES_PER_TASK = 500;
const MESSAGES_PER_SAVE = 100;
const START = Date.UTC(2026, 0, 1);
const ACCOUNT = { origin: 'https://coder.example.com', user: 'ada' };

/** Frequent and rare words, phrases, several words, parts of words, words without a match. */
const SEARCHES = [
  'the',
  'error',
  'needle',
  'server',
  'transcript',
  '"the last page"',
  'conversation storage migration',
  'needle transcript',
  'ostgre',
  'absent words here',
  'xyzzy',
  'src/storage',
];
/** Too short for the index. */
const SHORT_SEARCHES = ['登录', 'qz', 'js'];
/** The shown results. */
const LIMIT = 200;
const REPEATS = 5;

/**
 * The search through 100,000 stored messages of about 400 characters: the first step of each search, which is the longest
 * pause between two keys, and all steps, in CPU time. Only in the first run, because it builds the index.
 */
export async function search({ samples, run }: Bench): Promise<void> {
  if (run > 0) return;
  const directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-bench-'));
  try {
    const storage = openStorage({ directory });
    const stored = storage.conversations(ACCOUNT);
    const words = wordSource();
    for (let task = 0; task < TASKS; task++) fill(stored, `task-${task}`, words);
    const file = path.join(directory, 'taskdeck.db');
    const size = (): number => statSync(file).size + statSync(`${file}-wal`).size;
    const sizeBefore = size();
    const conversations = await storage.conversationSearch(ACCOUNT);
    const began = cpuMs();
    for (let count = 1; count > 0; ) {
      const from = cpuMs();
      count = conversations.indexMore() ?? 0;
      samples.add('search index slice', cpuMs() - from);
    }
    samples.add('search index s', (cpuMs() - began) / 1_000);
    samples.add('search index MiB', (size() - sizeBefore) / 2 ** 20);
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      for (const text of SEARCHES) measure(conversations, text, 'search', samples);
      for (const text of SHORT_SEARCHES) measure(conversations, text, 'short search', samples);
    }
    storage.close();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function measure(
  conversations: ConversationSearch,
  text: string,
  name: string,
  samples: Bench['samples'],
): void {
  const terms = parseSearchTerms(text);
  const began = cpuMs();
  let found = 0;
  for (let before: number | null | undefined = null; before !== undefined && found < LIMIT; ) {
    const from = cpuMs();
    const page = conversations.find(terms, before, LIMIT - found);
    samples.add(`${name} step`, cpuMs() - from);
    found += page?.messages.length ?? 0;
    before = page?.next ?? undefined;
  }
  samples.add(`${name} all`, cpuMs() - began);
}

/** The CPU time of this process so far, ms: other work of the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const VOCABULARY =
  `the of and to in a is that server client task transcript message conversation storage migration
  postgres queue error warning fix test build deploy login session token request response stream socket page last first
  src/storage/index.ts npm run lint types 100% null undefined function return const await promise`.split(
    /\s+/u,
  );

/** Words with a skew like that of text, the same in each run; one in 20,000 is rare. */
function wordSource(): () => string {
  let seed = 7;
  const random = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  let count = 0;
  return () => {
    count += 1;
    if (count % 20_000 === 0) return count % 40_000 === 0 ? '请修复登录页面' : 'needle';
    const word = VOCABULARY[Math.floor(random() ** 2 * VOCABULARY.length)] ?? 'the';
    return random() < 0.1 ? `${word}${Math.floor(random() * 100_000).toString(36)}` : word;
  };
}

function fill(
  stored: ReturnType<ReturnType<typeof openStorage>['conversations']>,
  task: string,
  word: () => string,
) {
  for (let from = 0; from < MESSAGES_PER_TASK; from += MESSAGES_PER_SAVE) {
    const put = Array.from({ length: MESSAGES_PER_SAVE }, (_, offset) => {
      const id = from + offset;
      const text = Array.from({ length: 70 }, word).join(' ');
      const at = START + Number(task.slice(5)) * 3_600_000 + id * 20_000;
      const role = id % 2 === 0 ? ('user' as const) : ('agent' as const);
      return { kind: 'message' as const, run: 0, id, message: { id, role, at, parts: textParts(text) } };
    });
    stored.save(task, {
      name: task,
      title: task,
      owner: 'ada',
      put,
      remove: [],
      readUpTo: null,
      revision: from / MESSAGES_PER_SAVE,
      oldestLoaded: null,
      now: START,
    });
  }
}
