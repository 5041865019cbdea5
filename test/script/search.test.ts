import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Storage } from '../../src/domain/ports/storage.ts';
import { parseArguments } from '../../src/script/parse-arguments.ts';
import { search, searchOptions } from '../../src/script/search.ts';
import { agent, NOON, you } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { frozenClock } from '../support/manual-clock.ts';

const DAY = 24 * 60 * 60_000;

let state: ReturnType<typeof stateDirectory>;
let storage: Storage;
beforeEach(() => {
  state = stateDirectory();
  storage = state.open();
  for (const [taskId, title, days] of [
    ['t1', 'Fix the login', 40],
    ['t2', '', 1],
  ] as const) {
    const at = NOON - days * DAY;
    storage.conversations(ada).save(taskId, {
      name: `${taskId}-name`,
      title,
      owner: taskId === 't1' ? 'ada' : 'bob',
      put: [you(0, `login of ${taskId}`, at), agent(1, 'exact phrase \x1b[31mhere', at + 1_000)].map(
        (message) => ({ kind: 'message', run: 0, id: message.id, message }),
      ),
      remove: [],
      readUpTo: null,
      revision: 0,
      oldestLoaded: null,
      now: at,
    });
  }
  storage.conversations(ada).recordTasks(['t2'], null, NOON);
});
afterEach(() => state.dispose());

/** The output of `taskdeck search` with these words, as ada. */
async function run(...words: readonly string[]) {
  const { args, flags } = parseArguments(['search', ...words]);
  const options = searchOptions(args, flags, NOON);
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const io = { stdin, stdout, stderr, isTTY: { stdin: false, stdout: false } };
  const deployment = flags.isSet('all') ? null : ada;
  const code = await search(
    { storage, deployment, clock: frozenClock(NOON), io, signal: new AbortController().signal },
    options,
  );
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

describe('taskdeck search', () => {
  test('prints task, title, time, role and line, newest first', async () => {
    expect(await run('login')).toEqual({
      code: 0,
      err: '',
      out: [
        'TASK         TITLE                       TIME                  ROLE  TEXT',
        'bob/t2-name                              2025-12-31T12:00:00Z  you   login of t2',
        't1-name      Fix the login (not listed)  2025-11-22T12:00:00Z  you   login of t1',
        '',
      ].join('\n'),
    });
  });

  test('prints one JSON array', async () => {
    const { out, code } = await run('LOGIN', 't1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      {
        task: 't1',
        name: 't1-name',
        title: 'Fix the login',
        owner: 'ada',
        deployment: ada.origin,
        user: 'ada',
        time: '2025-11-22T12:00:00Z',
        role: 'user',
        text: 'login of t1',
        matches: [
          [0, 5],
          [9, 11],
        ],
        gone: true,
        retracted: false,
      },
    ]);
  });

  test('returns 1 without a match', async () => {
    expect(await run('nothing')).toEqual({
      code: 1,
      out: '',
      err: 'taskdeck: No stored message has all of these words.\n',
    });
    expect(await run('nothing', '--json')).toEqual({ code: 1, out: '[]\n', err: '' });
  });

  test('takes an argument with blanks as a phrase', async () => {
    expect((await run('exact phrase', '--json')).code).toBe(0);
    expect((await run('phrase exact', '--json')).code).toBe(1);
    expect((await run('phrase', 'exact', '--json')).code).toBe(0);
    expect((await run('"exact phrase" here')).out).not.toContain('\x1b');
  });

  test('can be limited to a task, a time and a number', async () => {
    const times = async (...words: readonly string[]): Promise<number> =>
      (JSON.parse((await run('login', '--json', ...words)).out) as readonly unknown[]).length;
    expect(await times('--task', 't1-name')).toBe(1);
    expect(await times('--task', 'none')).toBe(0);
    expect(await times('--since', '7d')).toBe(1);
    expect(await times('--since', '2025-11-01')).toBe(2);
    expect(await times('--since', '2025-12-01T00:00:00Z')).toBe(1);
    expect(await times('--limit', '1')).toBe(1);
    expect(await times('--all')).toBe(2);
  });

  test.each([
    [['""'], 'No words'],
    [['x', '--limit', '0'], '--limit'],
    [['x', '--limit', 'many'], '--limit'],
    [['x', '--since', 'yesterday'], '--since'],
    [['x', '--since', '2026-99-99'], '--since'],
  ])('rejects %j', async (words, part) => {
    await expect(run(...words)).rejects.toThrow(part);
  });

  test('says why stored conversations cannot be searched', async () => {
    storage.close();
    storage = { ...storage, problem: 'Nothing is saved in this run.' };
    expect(await run('login')).toMatchObject({
      code: 1,
      err: 'taskdeck: The stored conversations cannot be searched. Nothing is saved in this run.\n',
    });
  });
});
