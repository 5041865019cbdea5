import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import { temporaryDirectory } from '../support/local-server.ts';
import { type CommandResult, run, type ScriptFixture, scriptFixture } from './script-fixture.ts';

let on: ScriptFixture;
const signals = temporaryDirectory();
beforeAll(async () => {
  on = await scriptFixture();
});
afterAll(async () => {
  await on.close();
  signals.remove();
});

/** A file that a task waits for, so that the test controls the task. */
const flag = (name: string) => {
  const file = path.join(signals.path, name);
  return {
    wait: `while [ ! -e '${file}' ]; do sleep 0.05; done`,
    raise: () => writeFileSync(file, ''),
    reached: async () => {
      while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    mark: `touch '${file}'`,
  };
};

/** Starts a command without waiting for its end. */
function running(words: readonly string[]) {
  const controller = new AbortController();
  let out = '';
  let wake = () => {};
  const ended: Promise<CommandResult> = on.run(words, {
    signal: controller.signal,
    onOut: (all) => {
      out = all;
      wake();
    },
  });
  return {
    ended,
    stop: () => controller.abort(),
    /** Resolves when stdout matches. */
    async says(fits: (out: string) => boolean): Promise<void> {
      while (!fits(out)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const linesOf = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('logs', () => {
  test('print the whole transcript, as text and as JSON', async () => {
    await on.start('printf "one  \\ntwo\\n\\n"', '--name', 'talk');
    await on.run(['wait', 'talk']);
    const { code, out, err } = await on.run(['logs', 'talk']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/\n\n\[you \d{4}-\d\d-\d\dT[\d:]{8}Z\]\nprintf .*\n\n\[agent [^\]]*\]\none\ntwo\n$/);
    const entries = JSON.parse((await on.run(['logs', 'talk', '--json'])).out);
    // Message 0 is the agent's output at its start.
    expect(entries.slice(1)).toEqual([
      { id: 1, content: expect.stringMatching(/^printf/), type: 'input', time: expect.any(String) },
      { id: 2, content: expect.stringMatching(/^one {0,2}\ntwo/), type: 'output', time: expect.any(String) },
    ]);
  });

  test('of a paused task note that they are saved', async () => {
    await on.start('echo before; sleep 1000', '--name', 'left');
    await on.run(['wait', 'left', '--until', 'working']);
    const follower = running(['logs', 'left', '--follow']);
    await follower.says((out) => out.includes('\nbefore'));
    await on.run(['pause', 'left']);
    expect(await follower.ended).toMatchObject({
      code: 0,
      err: 'taskdeck: No more messages. Phase: paused.\n',
    });
    const { out, err } = await on.run(['logs', 'left']);
    expect(out).toMatch(/\nbefore\n/);
    expect(err).toMatch(/^taskdeck: The agent is not running\. These are its last messages, saved at 2/);
  });

  test('--follow writes growing messages, every part once', async () => {
    const [second, third] = [flag('second'), flag('third')];
    await on.start(`echo first; ${second.wait}; echo second; ${third.wait}; echo third`, '--name', 'grow');
    const follower = running(['logs', 'grow', '--follow']);
    await follower.says((out) => out.includes('\nfirst'));
    second.raise();
    await follower.says((out) => out.includes('\nsecond'));
    third.raise();
    await follower.says((out) => out.includes('\nthird'));
    await on.run(['wait', 'grow']);
    await on.run(['send', 'grow', 'echo again']);
    await follower.says((out) => /\nagain\n?$/.test(out));
    await on.run(['wait', 'grow']);
    await on.run(['pause', 'grow']);
    const { code, out } = await follower.ended;
    expect(code).toBe(0);
    expect(out.slice(out.indexOf('[you')).replaceAll(/\[(\w+) [^\]]*\]/g, '[$1]')).toBe(
      `[you]\necho first; ${second.wait}; echo second; ${third.wait}; echo third\n\n` +
        '[agent]\nfirst\nsecond\nthird\n\n[you]\necho again\n\n[agent]\nagain\n',
    );
  });

  test('--follow --json writes an entry again after each change', async () => {
    const go = flag('go');
    await on.start(`echo first; ${go.wait}; echo second`, '--name', 'entries');
    const follower = running(['logs', 'entries', '--follow', '--json']);
    await follower.says((out) => out.includes('"content":"first'));
    go.raise();
    await follower.says((out) => out.includes('first\\nsecond'));
    follower.stop();
    const { code, out } = await follower.ended;
    expect(code).toBe(130);
    const outputs = linesOf(out).filter(({ id }) => id === 2);
    expect(outputs.length).toBeGreaterThan(1);
    expect(outputs[0].content).not.toContain('second');
    expect(outputs.at(-1).content).toMatch(/^first\nsecond/);
  });
});

describe('send', () => {
  test('writes to an idle task, from an argument or from stdin', async () => {
    await on.start('true', '--name', 'listener');
    await on.run(['wait', 'listener']);
    expect(await on.run(['send', 'listener', 'echo heard'])).toEqual({
      code: 0,
      out: 'Sent to listener.\n',
      err: '',
    });
    await on.run(['wait', 'listener']);
    const { code, out } = await on.run(['send', 'listener', '-', '--json'], { stdin: 'echo also\n' });
    expect([code, JSON.parse(out)]).toEqual([0, [{ task: expect.any(String), ok: true }]]);
    await on.run(['wait', 'listener']);
    expect((await on.run(['logs', 'listener'])).out).toMatch(/heard\n[\s\S]*\nalso\n$/);
  });

  test('to a busy task fails without --wait, and with it arrives once', async () => {
    const go = flag('busy');
    await on.start(go.wait, '--name', 'busy');
    await on.run(['wait', 'busy', '--until', 'working']);
    const { code, err } = await on.run(['send', 'busy', 'echo now']);
    expect([code, err]).toEqual([
      1,
      'taskdeck: busy: It is working. Use --wait to send when the agent is ready.\n',
    ]);
    const waiting = running(['send', 'busy', 'echo later', '--wait']);
    go.raise();
    expect((await waiting.ended).code).toBe(0);
    await on.run(['wait', 'busy']);
    const { out } = await on.run(['logs', 'busy', '--json']);
    const inputs = JSON.parse(out).filter(({ type }: { type: string }) => type === 'input');
    expect(inputs.map(({ content }: { content: string }) => content)).toEqual([go.wait, 'echo later']);
  });

  test('exits with 124 after the timeout and sends nothing', async () => {
    await on.start('sleep 1000', '--name', 'deaf');
    const { code, err } = await on.run(['send', 'deaf', 'echo x', '--wait', '--timeout', '200ms']);
    expect([code, err]).toEqual([124, 'taskdeck: deaf: Timed out. Use a longer --timeout to wait longer.\n']);
    expect((await on.run(['logs', 'deaf', '--json'])).out).not.toContain('echo x');
  });

  test('to a paused task fails without --resume', async () => {
    await on.start('true', '--name', 'asleep');
    await on.run(['wait', 'asleep']);
    await on.run(['pause', 'asleep']);
    await on.run(['wait', 'asleep', '--until', 'paused']);
    const { code, err } = await on.run(['send', 'asleep', 'echo awake', '--wait']);
    expect([code, err]).toEqual([1, 'taskdeck: asleep: It is paused. Use --resume to resume it first.\n']);
    expect((await on.run(['send', 'asleep', 'echo awake', '--resume'])).code).toBe(0);
    await on.run(['wait', 'asleep']);
    expect((await on.run(['logs', 'asleep'])).out).toMatch(/\nawake\n$/);
  });

  test('of an empty text is wrong usage', async () => {
    expect((await on.run(['send', 'listener', ''])).code).toBe(2);
    expect((await on.run(['send', 'listener', '-'])).code).toBe(2);
  });
});

describe('wait', () => {
  test('ends when all tasks reach a phase, and prints it', async () => {
    const go = flag('wait');
    await on.start(`${go.wait}; exit 7`, '--name', 'first');
    await on.start('true', '--name', 'second');
    const until = ['--until', 'complete,failed'];
    const waiting = running(['wait', 'first', 'second', ...until, '--json']);
    go.raise();
    const { code, out } = await waiting.ended;
    expect([code, JSON.parse(out)]).toEqual([
      0,
      [
        { task: expect.any(String), ok: true, phase: 'failed' },
        { task: expect.any(String), ok: true, phase: 'complete' },
      ],
    ]);
    expect(await on.run(['wait', 'second'])).toEqual({ code: 0, out: 'second is complete.\n', err: '' });
  });

  test('exits with 1 when the task fails, and with 0 for --until failed', async () => {
    await on.start('exit 7', '--name', 'failing');
    expect((await on.run(['wait', 'failing', '--until', 'failed'])).code).toBe(0);
    for (const flags of [[], ['--until', 'idle'], ['--until', 'paused']]) {
      expect(await on.run(['wait', 'failing', ...flags])).toEqual({
        code: 1,
        out: '',
        err: expect.stringMatching(/^taskdeck: failing: It is failed\. .*exit 7/),
      });
    }
  });

  test('polls all tasks at the same time, however many they are', async () => {
    await on.start('sleep 1000', '--name', 'polled');
    const busy = await on.backend.sources[0].get(
      { id: 'polled', ownerName: 'me' },
      new AbortController().signal,
    );
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const polled = new Set<string>();
    const stop = new AbortController();
    const backend: AgentBackend = {
      ...on.backend,
      sources: [
        {
          ...on.backend.sources[0],
          get({ id }) {
            polled.add(id);
            if (polled.size === names.length) stop.abort();
            return Promise.resolve(busy);
          },
        },
      ],
    };
    const { code } = await run(backend, ['wait', ...names, '--timeout', '5s'], { signal: stop.signal });
    expect([code, [...polled]]).toEqual([130, names]);
  });

  test('exits with 124 after the timeout', async () => {
    await on.start('sleep 1000', '--name', 'slow');
    await on.run(['wait', 'slow', '--until', 'working']);
    const { code, out } = await on.run(['wait', 'slow', '--timeout', '0.3', '--json']);
    expect([code, JSON.parse(out)]).toEqual([
      124,
      [{ task: expect.any(String), ok: false, error: expect.objectContaining({ kind: 'timeout' }) }],
    ]);
  });

  test('exits with 1 when the phase is out of reach', async () => {
    await on.run(['pause', 'slow']);
    const { code, err } = await on.run(['wait', 'slow', '--until', 'idle,complete']);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /^taskdeck: slow: It is paus(ed|ing) and does not become idle or complete by itself\.\n$/,
      ),
    ]);
    expect((await on.run(['wait', 'slow', '--until', 'paused'])).code).toBe(0);
  });

  test('exits with 4 when the task is deleted meanwhile', async () => {
    await on.start('sleep 1000', '--name', 'brief');
    await on.run(['wait', 'brief', '--until', 'working']);
    const waiting = running(['wait', 'brief']);
    await on.backend.sources[0].run('delete', { id: 'brief', ownerName: 'me' }, new AbortController().signal);
    expect((await waiting.ended).code).toBe(4);
  });

  test.each([
    [['--until', 'tired'], /"tired" is not a value of --until/],
    [['--timeout', '0s'], /--timeout needs a time above zero/],
    [['--timeout', 'soon'], /--timeout needs a time such as 90s, 10m or 1h30m, not "soon"/],
  ])('%j is wrong usage', async (flags, problem) => {
    const { code, err } = await on.run(['wait', 'slow', ...flags]);
    expect(code).toBe(2);
    expect(err).toMatch(problem);
  });
});

describe('watch', () => {
  test('writes a line for every task and for every change', async () => {
    const go = flag('watch');
    const watching = running(['watch', '--json', '--query', 'watched']);
    await on.start(`${go.wait}; echo done`, '--name', 'watched', '--display-name', 'Watched one');
    await watching.says((out) => out.includes('"working"'));
    go.raise();
    await watching.says((out) => out.includes('"complete"'));
    await on.run(['pause', 'watched']);
    await on.run(['wait', 'watched', '--until', 'paused']);
    await watching.says((out) => out.includes('"paused"'));
    await on.backend.sources[0].run(
      'delete',
      { id: 'watched', ownerName: 'me' },
      new AbortController().signal,
    );
    await watching.says((out) => out.includes('"deleted"'));
    watching.stop();
    const { code, out, err } = await watching.ended;
    expect([code, err]).toEqual([130, '']);
    const changes = linesOf(out);
    for (const change of changes) {
      expect(Object.keys(change)).toEqual([
        'time',
        'task',
        'owner',
        'name',
        'kind',
        'phase',
        'previous_phase',
        'status',
        'state',
        'message',
        'needs_you',
        'question',
      ]);
      expect(change.name).toBe('watched');
    }
    expect(changes[0].previous_phase).toBeNull();
    for (const [index, change] of changes.slice(1).entries()) {
      expect(change.previous_phase).toBe(changes[index].phase);
    }
    const complete = changes.find(({ phase }) => phase === 'complete');
    expect(complete).toMatchObject({ status: 'active', state: 'complete', needs_you: true });
    expect(changes.at(-1)).toMatchObject({ phase: 'deleted', needs_you: false });
  });

  test('writes text without --json', async () => {
    await on.start('exit 9', '--name', 'human', '--display-name', 'For people');
    await on.run(['wait', 'human']);
    const watching = running(['watch', '--query', 'For people']);
    await watching.says((out) => out.includes('\n'));
    watching.stop();
    expect((await watching.ended).out).toMatch(
      /^2\d{3}-\d\d-\d\dT[\d:]{8}Z {2}human \(For people\) {2}failed {2}exit 9\n$/,
    );
  });
});
