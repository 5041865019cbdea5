import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mergeTranscript } from '../../src/domain/merge-transcript.ts';
import type { Storage } from '../../src/domain/ports/storage.ts';
import { EMPTY_CONVERSATION } from '../../src/domain/stored-conversation.ts';
import { parseArguments } from '../../src/script/parse-arguments.ts';
import { purge, purgeOptions } from '../../src/script/purge.ts';
import { live, NOON, you } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { frozenClock } from '../support/manual-clock.ts';

const DAY = 24 * 60 * 60_000;

let state: ReturnType<typeof stateDirectory>;
let storage: Storage;
beforeEach(() => {
  state = stateDirectory();
  storage = state.open();
  for (const [id, name, days] of [
    ['t1', 'fix-login', 40],
    ['t2', 'docs', 1],
  ] as const) {
    const { entries } = mergeTranscript(EMPTY_CONVERSATION, live(you(0, `words of ${name}`)));
    const now = NOON - days * DAY;
    storage.conversations(ada).save(id, {
      name,
      title: '',
      owner: 'ada',
      put: entries,
      remove: [],
      readUpTo: null,
      revision: 0,
      oldestLoaded: null,
      now,
    });
  }
});
afterEach(() => state.dispose());

const left = (): readonly string[] =>
  ['t1', 't2'].filter((id) => storage.conversations(ada).load(id) !== null);

/** The output of `taskdeck purge` with these words; `typed` answers the question. */
async function run(words: readonly string[], { typed, origin }: { typed?: string; origin?: string } = {}) {
  const { args, flags } = parseArguments(['purge', ...words]);
  const options = purgeOptions(args[0], flags, origin, typed !== undefined);
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(`${typed ?? ''}\n`);
  const io = { stdin, stdout, stderr, isTTY: { stdin: typed !== undefined, stdout: false } };
  const clock = frozenClock(NOON);
  const code = await purge({ storage, clock, io, signal: new AbortController().signal }, options);
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

describe('taskdeck purge', () => {
  test('deletes all stored conversations, and prints their number and size', async () => {
    expect(await run(['--yes'])).toEqual({
      code: 0,
      out: 'Deleted 2 conversations: 2 entries, 31 bytes.\n',
      err: '',
    });
    expect(left()).toEqual([]);
    expect((await run(['--yes'])).out).toBe('Nothing to delete.\n');
  });

  test('deletes the conversation of a task, by name or id', async () => {
    await run(['fix-login', '--yes']);
    expect(left()).toEqual(['t2']);
    await run(['t2', '-y']);
    expect(left()).toEqual([]);
  });

  test('deletes old conversations', async () => {
    expect(JSON.parse((await run(['--older-than', '30d', '--yes', '--json'])).out)).toEqual({
      tasks: 1,
      messages: 1,
      bytes: 'words of fix-login'.length,
    });
    expect(left()).toEqual(['t2']);
  });

  test('deletes the conversations of one deployment', async () => {
    await run(['--yes'], { origin: 'https://other.example.com' });
    expect(left()).toEqual(['t1', 't2']);
    await run(['--yes'], { origin: ada.origin });
    expect(left()).toEqual([]);
  });

  test('asks, and only y deletes', async () => {
    expect(await run([], { typed: '' })).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(
        /^Delete all stored conversations .* permanently\? \(y\/N\) taskdeck: Nothing was deleted\.\n$/,
      ),
    });
    expect(left()).toEqual(['t1', 't2']);
    expect((await run(['docs'], { typed: 'y' })).err).toMatch(/of docs on this machine permanently/);
    expect(left()).toEqual(['t1']);
  });

  test('without --yes and without a terminal is wrong usage', async () => {
    await expect(run([])).rejects.toThrow(/Use --yes to delete/);
    await expect(run(['--yes', '--older-than', 'soon'])).rejects.toThrow(/--older-than needs a time/);
    expect(left()).toEqual(['t1', 't2']);
  });
});
