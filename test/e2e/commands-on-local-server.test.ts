import { mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Home, makeHome, openHome } from '../support/home.ts';
import type { ProgramResult } from '../support/program.ts';

// A test starts up to 15 programs.
vi.setConfig({ testTimeout: 60_000 });

/** One home with one local server for all tests, because each start takes a third of a second. */
let home: Home;
let dispose: () => Promise<void>;
beforeAll(() => {
  ({ home, dispose } = openHome());
});
afterAll(() => dispose());

/** Runs a command on the local server. Throws its output unless it exits with `code`. */
async function local(code: number, ...words: readonly string[]): Promise<ProgramResult> {
  const result = await home.call([...words, '--local']);
  expect(result, words.join(' ')).toMatchObject({ code });
  return result;
}

const json = async (code: number, ...words: readonly string[]) =>
  JSON.parse((await local(code, ...words, '--json')).out);

/** Starts a shell task and resolves when it has ended. */
async function ended(name: string, prompt: string): Promise<void> {
  await local(0, 'create', '--template', 'shell', prompt, '--name', name);
  await local(0, 'wait', name);
}

describe('create, list, show and logs', () => {
  it('print the same facts as text and JSON, without escape sequences in a pipe', async () => {
    const created = await local(
      0,
      'create',
      '--template',
      'shell',
      'printf "\\033[31mred\\033[0m\\n"',
      '--name',
      'red',
    );
    expect(created).toMatchObject({ out: 'red\n', err: '' });
    expect(await local(0, 'wait', 'red')).toMatchObject({ out: 'red is complete.\n', err: '' });

    const list = await local(0, 'list');
    expect(list.out).toMatch(/^PHASE +FOR +NAME +TITLE +AGE +MESSAGE\ncomplete +<1m +red +<1m +red\n$/);
    const show = await local(0, 'show', 'red');
    expect(show.out).toMatch(/^title +red\nname +\S+\/red\nid +[\da-f-]{36}\nphase +complete, needs you\n/);
    const logs = await local(0, 'logs', 'red');
    expect(logs.out).toMatch(/\n\[you [^\n]+Z\]\nprintf [^\n]+\n\n\[agent [^\n]+Z\]\nred\n$/);
    for (const { out, err } of [created, list, show, logs]) expect(out + err).not.toMatch(/[^\P{C}\n]/u);

    const [task] = await json(0, 'list', '--query', 'red', '--status', 'active', '--phase', 'complete');
    expect(task).toMatchObject({ name: 'red', status: 'active', phase: 'complete', needs_you: true });
    expect(await json(0, 'show', task.id)).toEqual(task);
    expect(await json(0, 'show', `${task.owner_name}/RED`)).toEqual(task);
    const entries: readonly { type: string; content: string }[] = await json(0, 'logs', 'red');
    expect(entries.map(({ type }) => type)).toEqual(['output', 'input', 'output']);
    expect(entries.at(-1)?.content).toContain('red');
    expect(await json(0, 'list', '--phase', 'working')).toEqual([]);
  });

  it('read a prompt unchanged from a pipe, and none from a closed stdin', async () => {
    const prompt = 'echo "one"\necho 修正 $HOME';
    const created = await home.call(
      ['create', '--template', 'shell', '-', '--name', 'piped', '--local', '--json'],
      {
        stdin: { text: `${prompt}\n` },
      },
    );
    expect(JSON.parse(created.out)).toMatchObject({ name: 'piped', initial_prompt: prompt });
    await local(0, 'wait', 'piped');
    expect((await local(0, 'logs', 'piped')).out).toContain(`one\n修正 ${home.folder}\n`);

    for (const stdin of ['closed', { text: '' }] as const) {
      expect(await home.call(['create', '--template', 'shell', '-', '--local'], { stdin })).toMatchObject({
        code: 2,
        out: '',
        err: 'taskdeck: Standard input is empty.\n',
      });
    }
  });

  it('start a task in the current directory, or in the one of --cwd', async () => {
    mkdirSync(path.join(home.folder, 'sub'));
    const here = realpathSync(home.folder);
    await ended('here', 'pwd');
    expect((await local(0, 'logs', 'here')).out).toContain(`]\n${here}\n`);
    await local(0, 'create', '--template', 'shell', 'pwd', '--name', 'there', '--cwd', 'sub');
    await local(0, 'wait', 'there');
    expect((await local(0, 'logs', 'there')).out).toContain(`]\n${path.join(here, 'sub')}\n`);
    const nowhere = await local(1, 'create', '--template', 'shell', 'pwd', '--cwd', 'nowhere');
    expect(nowhere.err).toMatch(
      /^taskdeck: Unable to use the working directory\. \S+nowhere is not a directory/,
    );
  });
});

describe('in a pipe', () => {
  it('a closed reader ends the command without an error', async () => {
    await ended('long', 'seq 1 30000');
    // More than a pipe buffers, so that the second write fails.
    for (const command of ['logs long', 'logs long --json']) {
      const result = await home.bash(`taskdeck ${command} --local | head -1`);
      expect(result).toMatchObject({ code: 0, err: '' });
      expect(result.out).toMatch(/^(?:\[|\[agent [^\n]+\])\n$/);
    }
    expect(await home.bash('taskdeck list --local | head -c 5')).toMatchObject({
      code: 0,
      out: 'PHASE',
      err: '',
    });
    expect(await home.bash('taskdeck --help | head -1')).toMatchObject({ code: 0, out: 'Usage\n', err: '' });
  });

  it('closed or empty descriptors cause no error', async () => {
    expect(await home.bash('taskdeck list --local <&- >&-')).toMatchObject({ code: 0, out: '', err: '' });
    expect(await home.bash('taskdeck list --local --quiet 2>&- | grep -c .')).toMatchObject({ code: 0 });
    expect(await home.bash('taskdeck show nobody --local 2>&-')).toMatchObject({ code: 4, out: '' });
    const open = await home.call(['list', '--local', '--quiet'], { stdin: 'open' });
    expect(open).toMatchObject({ code: 0, err: '' });
  });

  it.runIf(process.platform === 'linux')('a full disk is reported', async () => {
    const full = await home.bash('taskdeck list --local > /dev/full');
    expect(full).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^taskdeck: Cannot write the output: the disk is full\.\n$/),
    });
  });
});

describe('send, pause, resume and delete', () => {
  it('act on several tasks, with one result each', async () => {
    await ended('talk', 'echo first');
    expect(await local(0, 'send', 'talk', 'echo second')).toMatchObject({ out: 'Sent to talk.\n', err: '' });
    const sent = await home.call(['send', 'talk', '-', '--wait', '--local', '--json'], {
      stdin: { text: 'echo third\n' },
    });
    const { id } = await json(0, 'show', 'talk');
    expect(JSON.parse(sent.out)).toEqual([{ task: id, ok: true }]);
    await local(0, 'wait', 'talk');
    expect((await local(0, 'logs', 'talk')).out).toMatch(/second\n(?:.*\n)+third\n$/);

    const results = await json(4, 'pause', 'talk', 'nobody', 'talk');
    expect(results).toEqual([
      { task: id, ok: true },
      {
        task: 'nobody',
        ok: false,
        error: {
          kind: 'not-found',
          message: 'Resource not found or you do not have access to this resource',
          hint: '"taskdeck list --all --quiet" lists all names.',
          status: 404,
        },
      },
    ]);
    await local(0, 'wait', 'talk', '--until', 'paused');
    expect((await local(1, 'pause', 'talk')).err).toBe('taskdeck: talk: It is already paused.\n');
    expect((await local(1, 'send', 'talk', 'x')).err).toMatch(/It is paused\. Use --resume/);
    expect((await local(1, 'wait', 'talk')).err).toMatch(/It is paused and does not become idle or/);
    const asleep = await local(0, 'logs', 'talk');
    expect(asleep.err).toMatch(
      /^taskdeck: The agent is not running\. These are its last messages, saved at /,
    );
    expect(asleep.out).toContain('third');

    await local(0, 'send', 'talk', 'echo fourth', '--resume');
    await local(0, 'wait', 'talk');
    expect((await local(0, 'logs', 'talk')).out).toContain('fourth');
    await local(0, 'pause', 'talk');
    await local(0, 'wait', 'talk', '--until', 'paused', '--timeout', '30s');
    expect((await local(0, 'resume', 'talk')).out).toBe('talk is resuming.\n');
  });

  it('delete needs a confirmation, or --yes without a terminal', async () => {
    await ended('doomed', 'true');
    await ended('doomed2', 'true');
    for (const stdin of [undefined, 'closed', { text: 'y\n' }] as const) {
      const refused = await home.call(['delete', 'doomed', '--local'], { ...(stdin && { stdin }) });
      expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/Use --yes/) });
    }
    const app = await home.open(['delete', 'doomed', 'doomed2', '--local']);
    await app.until('Delete doomed, doomed2?');
    app.press('enter');
    expect(await app.exit()).toEqual({ code: 1, signal: null });
    expect(app.text()).toContain('Nothing was deleted.');
    const again = await home.open(['delete', 'doomed', '--local']);
    await again.until('(y/N)');
    again.type('y');
    again.press('enter');
    expect(await again.exit()).toEqual({ code: 0, signal: null });
    expect(again.text()).toContain('doomed is deleted.');
    expect(await json(0, 'delete', 'doomed2', '--yes')).toMatchObject([{ ok: true }]);
    expect((await local(4, 'show', 'doomed')).err).toMatch(/^taskdeck: Resource not found/);
  });
});

describe('wait', () => {
  it('exits with 124 after --timeout, and with 4 if the task is deleted meanwhile', async () => {
    await local(0, 'create', '--template', 'shell', 'sleep 300', '--name', 'slow');
    const late = await local(124, 'wait', 'slow', '--timeout', '300ms');
    expect(late.err).toBe('taskdeck: slow: Timed out. Use a longer --timeout to wait longer.\n');
    expect(await json(124, 'wait', 'slow', '--timeout', '0.3')).toMatchObject([
      { ok: false, error: { kind: 'timeout' } },
    ]);
    const waiting = home.start(['wait', 'slow', '--local']);
    await local(0, 'delete', 'slow', '--yes');
    expect(await waiting.ended).toMatchObject({ code: 4, err: expect.stringMatching(/^taskdeck: slow: /) });
  });
});

describe('commands that run until they are ended', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'logs --follow continues a line, completes it, and ends after %s',
    async (signal) => {
      const name = `follow-${signal.toLowerCase()}`;
      const go = `while [ ! -e ${name} ]; do sleep 0.1; done`;
      await local(
        0,
        'create',
        '--template',
        'shell',
        `printf "part one"; ${go}; printf " and two"; sleep 300`,
        '--name',
        name,
      );
      const following = home.start(['logs', name, '--follow', '--local']);
      const lines = home.start(['logs', name, '--follow', '--local', '--json']);
      await Promise.all([following.until(/\npart one$/), lines.until(/"content":"part one"/)]);
      writeFileSync(path.join(home.folder, name), '');
      await Promise.all([
        following.until(/\npart one and two$/),
        lines.until(/"content":"part one and two"/),
      ]);
      following.kill(signal);
      lines.kill(signal);
      const result = await following.ended;
      expect(result).toMatchObject({ code: null, signal, err: '' });
      expect(result.out).toMatch(/\npart one and two\n$/);
      const rows = (await lines.ended).out
        .trimEnd()
        .split('\n')
        .map((row) => JSON.parse(row));
      for (const row of rows) expect(Object.keys(row)).toEqual(['id', 'content', 'type', 'time']);
      await local(0, 'delete', name, '--yes');
    },
  );

  it('logs --follow ends when the task is paused', async () => {
    await local(0, 'create', '--template', 'shell', 'echo begun; sleep 300', '--name', 'short');
    const following = home.start(['logs', 'short', '--follow', '--local']);
    await following.until(/\]\nbegun/);
    await local(0, 'pause', 'short');
    const result = await following.ended;
    expect(result).toMatchObject({ code: 0, err: 'taskdeck: No more messages. Phase: paused.\n' });
    expect(result.out).toMatch(/\]\nbegun\n/);
  });

  it('watch prints a line for every change', async () => {
    const watching = home.start(['watch', '--query', 'watched', '--local', '--json']);
    const people = home.start(['watch', '--query', 'watched', '--local']);
    await local(
      0,
      'create',
      '--template',
      'shell',
      'sleep 300',
      '--name',
      'watched',
      '--display-name',
      'Watched one',
    );
    await Promise.all([
      watching.until(/"phase":"working"/),
      people.until(/watched \(Watched one\) .*working/),
    ]);
    await local(0, 'pause', 'watched');
    await watching.until(/"previous_phase":"\w+","status":"paused"/);
    await local(0, 'delete', 'watched', '--yes');
    await Promise.all([watching.until(/"phase":"deleted"/), people.until(/-> deleted/)]);
    watching.kill('SIGTERM');
    people.kill('SIGINT');
    const result = await watching.ended;
    expect(result).toMatchObject({ code: null, signal: 'SIGTERM', err: '' });
    expect(await people.ended).toMatchObject({ code: null, signal: 'SIGINT', err: '' });
    const changes = result.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const change of changes) {
      expect(Object.keys(change)).toEqual(
        'time task owner name kind phase previous_phase status state message needs_you question'.split(' '),
      );
    }
    const phases = changes.map(({ phase }) => phase);
    expect(phases.at(-1)).toBe('deleted');
    // Each change starts where the previous one ended.
    expect(changes.map((change) => change.previous_phase)).toEqual([null, ...phases.slice(0, -1)]);
  });
});

describe('without a task', () => {
  it('help and version need no server', async () => {
    const empty = { TASKDECK_STATE_DIR: '/nonexistent', TASKDECK_CONFIG_DIR: '/nonexistent' };
    for (const [words, out] of [
      [['--version'], /^\d+\.\d+\.\d+\n$/],
      [['list', '--version'], /^\d+\.\d+\.\d+\n$/],
      [['--help'], /^Usage\n {2}taskdeck /],
      [['help', 'wait'], /^Usage\n {2}taskdeck wait TASK\.\.\./],
      [['wait', '-h'], /^Usage\n {2}taskdeck wait TASK\.\.\./],
      [['completion', 'zsh'], /^#compdef taskdeck\n/],
    ] as const) {
      const result = await home.call(words, { env: empty });
      expect(result, words.join(' ')).toMatchObject({ code: 0, err: '' });
      expect(result.out).toMatch(out);
    }
  });

  it('doctor starts no server and creates no directory', async () => {
    const fresh = makeHome();
    const { code, out, err } = await fresh.call(['doctor', '--local']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/\nlocal server\n {5}running +no; starts when needed\n {5}templates +shell/);
    // Except for the code cache.
    expect(readdirSync(fresh.folder).filter((name) => name !== '.cache')).toEqual(['bin']);
    expect((await fresh.call(['serve', '--status'])).out).toContain('No local server is running.');
    await local(0, 'list');
    expect((await local(0, 'doctor')).out).toMatch(
      /ok running +process \d+, taskdeck .*(?:\n.*)+ok templates +shell/,
    );
  });

  it('a usage error exits with 2, with one sentence or a JSON object, and starts no server', async () => {
    // test/script/parse-arguments.test.ts has more.
    for (const [words, sentence] of [
      [
        [],
        'taskdeck needs a terminal. In scripts use commands such as "taskdeck list". See "taskdeck --help".',
      ],
      [['list', '--nope'], 'taskdeck list has no flag --nope. See "taskdeck list --help".'],
      [['serve', '--port', '70000'], '--port must be a number from 0 to 65535.'],
      [['list', '--local', '--url', 'x'], 'Cannot combine --url, --profile and --local. Choose one of them.'],
      [['completion', 'tcsh'], 'No completion for "tcsh". Choose bash, zsh or fish.'],
    ] as const) {
      const result = await home.call(words);
      expect(result).toEqual({ code: 2, signal: null, out: '', err: `taskdeck: ${sentence}\n` });
    }
    const { code, out, err } = await home.call(['list', '--json', '--status', 'weird']);
    expect([code, out]).toEqual([2, '']);
    expect(JSON.parse(err)).toEqual({
      error: {
        kind: 'usage',
        message: expect.stringMatching(/^"weird" is not a value of --status/),
        hint: '',
      },
    });
  });

  it('bash completes the names of tasks', async () => {
    await ended('complete-me', 'true');
    const result = await home.bash(`
      source <(taskdeck completion bash)
      for words in "show complete-" "--local delete --yes complete-"; do
        COMP_LINE="taskdeck $words"; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=($COMP_LINE); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
        _taskdeck; echo "\${COMPREPLY[@]}"
      done`);
    expect(result).toMatchObject({ code: 0, out: 'complete-me\ncomplete-me\n', err: '' });
  });
});

it('create accepts prompts that start with a dash', async () => {
  const home = makeHome();
  const promptOf = async (...args: readonly string[]): Promise<string> =>
    JSON.parse(await home.run('create', '--local', '--template', 'shell', ...args)).initial_prompt;
  expect(await promptOf('--json', '- one\n- two')).toBe('- one\n- two');
  expect(await promptOf('--json', 'true')).toBe('true');
  expect(await promptOf('--json=x is wrong', '--json')).toBe('--json=x is wrong');
  expect(await promptOf('--json', '--', '--version')).toBe('--version');
});
