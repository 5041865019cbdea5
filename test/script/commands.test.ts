import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScriptFixture, scriptFixture } from './script-fixture.ts';

let on: ScriptFixture;
beforeAll(async () => {
  on = await scriptFixture();
});
afterAll(() => on.close());

/** Waits until the agent's turn ends, as a script would. */
const rest = async (name: string) =>
  expect((await on.run(['wait', name, '--until', 'idle,complete,failed'])).code).toBe(0);

describe('create', () => {
  test('prints the name of the task, which other commands accept', async () => {
    const { code, out, err } = await on.run(['create', 'echo hello', '--template', 'shell']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^[a-z0-9-]+\n$/);
    expect((await on.run(['show', out.trim()])).code).toBe(0);
  });

  test('with --json prints the task with the field names of the API', async () => {
    const { code, out } = await on.run([
      'create',
      'echo hello',
      '--name',
      'json-task',
      '--display-name',
      'A title',
      '--template',
      'shell',
      '--json',
    ]);
    expect(code).toBe(0);
    const task = JSON.parse(out);
    expect(Object.keys(task)).toEqual([
      'id',
      'organization_id',
      'owner_id',
      'owner_name',
      'owner_avatar_url',
      'name',
      'display_name',
      'template_id',
      'template_version_id',
      'template_name',
      'template_display_name',
      'template_icon',
      'workspace_id',
      'workspace_name',
      'workspace_status',
      'workspace_build_number',
      'workspace_agent_id',
      'workspace_agent_lifecycle',
      'workspace_agent_health',
      'workspace_app_id',
      'initial_prompt',
      'status',
      'current_state',
      'created_at',
      'updated_at',
      'kind',
      'phase',
      'needs_you',
      'question',
    ]);
    expect(task).toMatchObject({ name: 'json-task', display_name: 'A title', initial_prompt: 'echo hello' });
    expect(new Date(task.created_at).toISOString()).toBe(task.created_at);
  });

  test('- reads all of stdin as the prompt', async () => {
    const prompt = 'echo one\necho two 修正';
    const { out } = await on.run(['create', '-', '--template', 'shell', '--json'], { stdin: `${prompt}\n` });
    expect(JSON.parse(out).initial_prompt).toBe(prompt);
  });

  test('- omits a byte order mark', async () => {
    const { out } = await on.run(['create', '-', '--template', 'shell', '--json'], {
      stdin: '\uFEFFecho one\r\n',
    });
    expect(JSON.parse(out).initial_prompt).toBe('echo one');
  });

  test.each([
    ['create', '-'],
    ['send', 'task', '-'],
  ])('%s %s: stops reading at the maximum size', async (...words) => {
    const { code, err } = await on.run(words, { stdin: 'x'.repeat(9 << 20) });
    expect(code).toBe(2);
    expect(err).toMatch(/^taskdeck: Standard input exceeds 8 MiB\. Save the text in a file/);
  });

  test.each([
    [['create'], undefined, /No prompt\. Pass it as an argument/],
    [['create', '  '], undefined, /text is empty/],
    [['create', '-'], '', /Standard input is empty/],
    [['create', '-'], ' \n ', /Standard input is empty/],
    [['create', '-'], 'e\0c\0h\0o\0', /contains NUL characters\. If it is UTF-16, convert it to UTF-8/],
    [['send', 'task', '-'], 'a\0b', /contains NUL characters/],
    [['create', 'x', 'y'], undefined, /Unexpected argument "y"\. Usage: taskdeck create \[PROMPT \| -\]/],
    [
      ['create', 'x', '--template', 'nope'],
      undefined,
      /No template is called "nope"\. Templates: .*local\/shell/,
    ],
    [
      ['create', 'x', '--template', 'shell', '--preset', 'nope'],
      undefined,
      /no preset "nope"\. It has no presets/,
    ],
  ])('%j with stdin %j is wrong usage', async (words, stdin, problem) => {
    const { code, out, err } = await on.run(words, stdin === undefined ? {} : { stdin });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(problem);
    expect(err).toMatch(/^taskdeck: .*\n$/);
  });

  test("a name that is in use fails with the server's message", async () => {
    await on.start('true', '--name', 'taken');
    const { code, err } = await on.run(['create', 'true', '--name', 'taken', '--template', 'local/shell']);
    expect(code).toBe(1);
    expect(err).toMatch(/^taskdeck: Workspace "taken" already exists\./);
  });
});

describe('list', () => {
  test('prints a table, aligned by display width', async () => {
    const wide = await on.start('exit 0', '--name', 'wide', '--display-name', '修正 🚀 title');
    const plain = await on.start('exit 3', '--name', 'plain');
    await Promise.all([rest(wide), rest(plain)]);
    const { code, out } = await on.run(['list']);
    expect(code).toBe(0);
    const [heading = '', ...rows] = out.trimEnd().split('\n');
    expect(heading).toMatch(/^PHASE +FOR +NAME +TITLE +AGE +MESSAGE$/);
    expect(rows.find((row) => row.includes('wide'))).toMatch(/^complete +<1m +wide +修正 🚀 title +<1m/);
    expect(rows.find((row) => row.includes('plain'))).toMatch(/^failed +<1m +plain .*exit 3/);
    // Two columns each for two characters and a picture: the next cell begins three characters earlier.
    const ageAt = heading.indexOf('AGE');
    expect(rows.find((row) => row.includes('wide'))?.lastIndexOf('<1m')).toBe(ageAt - 3 + 1);
    expect(rows.find((row) => row.includes('plain'))?.lastIndexOf('<1m')).toBe(ageAt);
  });

  test('has the order of the screen: the latest activity first', async () => {
    await on.run(['send', 'wide', 'true']);
    await rest('wide');
    const first = async (...flags: readonly string[]) => (await on.run(['list', ...flags])).out;
    const names = async () =>
      (await first('--quiet')).split('\n').filter((name) => name === 'wide' || name === 'plain');
    expect(await names()).toEqual(['wide', 'plain']);
    await on.run(['send', 'plain', 'exit 3']);
    await rest('plain');
    expect(await names()).toEqual(['plain', 'wide']);
    expect(JSON.parse(await first('--json'))[0].name).toBe('plain');
    expect((await first()).split('\n')[1]).toMatch(/ plain /);
  });

  test('with --json prints one array, even an empty one', async () => {
    const all = JSON.parse((await on.run(['list', '--json'])).out);
    expect(all.map(({ name }: { name: string }) => name)).toContain('wide');
    const { code, out } = await on.run(['list', '--json', '--query', 'no task has these words']);
    expect([code, out]).toEqual([0, '[]\n']);
  });

  test("with --quiet is names for other commands, others' with their owner", async () => {
    const mine = (await on.run(['list', '-q'])).out.trim().split('\n');
    expect(mine).toContain('wide');
    const all = (await on.run(['list', '--all', '--quiet'])).out.trim().split('\n');
    const owned = all.find((name) => name.endsWith('/wide')) ?? '';
    expect((await on.run(['show', owned])).code).toBe(0);
  });

  test('prints only the selected tasks', async () => {
    const names = async (...flags: readonly string[]) =>
      (await on.run(['list', '-q', ...flags])).out
        .split('\n')
        .filter((name) => name === 'wide' || name === 'plain');
    expect(await names('--phase', 'failed,idle')).toEqual(['plain']);
    expect(await names('--phase', 'complete')).toEqual(['wide']);
    expect(await names('--query', 'phase:complete')).toEqual(['wide']);
    expect((await names('--status', 'active')).toSorted()).toEqual(['plain', 'wide']);
    expect(await names('--status', 'paused,error')).toEqual([]);
    expect(await names('--query', '修正 TITLE')).toEqual(['wide']);
  });

  test('explains an empty list on a terminal, and prints nothing to a pipe', async () => {
    const nothing = ['list', '--query', 'no task has these words'];
    expect(await on.run(nothing)).toEqual({ code: 0, out: '', err: '' });
    expect(await on.run(nothing, { terminal: true })).toMatchObject({
      out: '',
      err: expect.stringMatching(/^No task matches\. Tasks on the server: \d+\.\n$/),
    });
  });

  test.each([
    [['--query', 'age<soon'], /--query: "soon" is not an age/],
    [['--phase', 'busy'], /"busy" is not a value of --phase\. Values: queued, /],
    [['--status', 'busy'], /"busy" is not a value of --status\. Values: pending, /],
    [['--all', '--owner', 'ada'], /--all and --owner cannot be combined/],
    [['extra'], /Unexpected argument "extra"/],
  ])('%j is wrong usage', async (words, problem) => {
    const { code, err } = await on.run(['list', ...words]);
    expect(code).toBe(2);
    expect(err).toMatch(problem);
  });

  test("an unknown owner fails with the server's message", async () => {
    const { code, err } = await on.run(['list', '--owner', 'nobody-here', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({ error: { kind: 'invalid', status: 400 } });
  });
});

describe('show', () => {
  test('accepts an id, a name in any case, and owner/name', async () => {
    const { out } = await on.run(['show', 'wide', '--json']);
    const { id, owner_name: owner } = JSON.parse(out);
    for (const name of [id, id.toUpperCase(), 'WIDE', `${owner}/wide`]) {
      expect(JSON.parse((await on.run(['show', name, '--json'])).out).id).toBe(id);
    }
  });

  test('prints the details as text', async () => {
    const { code, out } = await on.run(['show', 'plain']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^title {6}plain\nname {7}[\w-]+\/plain\nid {9}[\w-]{36}\nphase {6}failed, needs you\n/,
    );
    expect(out).toMatch(/\nmessage {4}exit 3\n/);
    expect(out).toMatch(/\n\nexit 3\n$/);
  });

  test.each(['no-such-task', 'nobody/wide', '00000000-0000-4000-8000-000000000000'])(
    '%s is no such task',
    async (name) => {
      const { code, err } = await on.run(['show', name, '--json']);
      const { error } = JSON.parse(err);
      expect([code === 4 || code === 1, error.kind === 'not-found' || error.kind === 'invalid']).toEqual([
        true,
        true,
      ]);
      if (!name.includes('/')) expect(code).toBe(4);
    },
  );

  test.each(['', 'a/b/c', '/x', 'x/'])('%j is not a task name', async (name) => {
    const { code, err } = await on.run(['show', name]);
    expect(code).toBe(2);
    expect(err).toMatch(/is not a task name/);
  });
});

describe('pause, resume and delete', () => {
  test('print a result for each task, and exit with the highest code', async () => {
    const names = ['many-1', 'many-2'];
    for (const name of names) await on.start('sleep 1000', '--name', name);
    const { code, out, err } = await on.run(['pause', ...names, 'not-there', '--json']);
    expect([code, err]).toEqual([4, '']);
    const results = JSON.parse(out);
    expect(results).toEqual([
      { task: expect.stringMatching(/^[\w-]{36}$/), ok: true },
      { task: expect.stringMatching(/^[\w-]{36}$/), ok: true },
      { task: 'not-there', ok: false, error: expect.objectContaining({ kind: 'not-found', status: 404 }) },
    ]);
    expect((await on.run(['wait', ...names, '--until', 'paused'])).code).toBe(0);
    expect(await on.run(['resume', ...names])).toEqual({
      code: 0,
      out: 'many-1 is resuming.\nmany-2 is resuming.\n',
      err: '',
    });
  });

  test('report a failed task as text, and act on the others', async () => {
    await on.start('sleep 1000', '--name', 'one');
    const { code, out, err } = await on.run(['pause', 'one', 'not-there']);
    expect([code, out]).toEqual([4, 'one is pausing.\n']);
    expect(err).toMatch(/^taskdeck: not-there: Resource not found/);
    await on.run(['wait', 'one', '--until', 'paused']);
    const again = await on.run(['pause', 'one']);
    expect([again.code, again.err]).toEqual([1, 'taskdeck: one: It is already paused.\n']);
  });

  test('a running task is not resumed', async () => {
    await on.start('sleep 1000', '--name', 'running');
    await on.run(['wait', 'running', '--until', 'working']);
    expect(await on.run(['resume', 'running'])).toMatchObject({
      code: 1,
      err: 'taskdeck: running: It is not paused.\n',
    });
  });

  test('a malformed name prevents all actions', async () => {
    await on.start('sleep 1000', '--name', 'untouched');
    await on.run(['wait', 'untouched', '--until', 'working']);
    expect((await on.run(['pause', 'untouched', 'a/b/c'])).code).toBe(2);
    expect(JSON.parse((await on.run(['show', 'untouched', '--json'])).out).phase).toBe('working');
  });

  test('delete without --yes asks on a terminal, and Enter is no', async () => {
    await on.start('true', '--name', 'doomed');
    await rest('doomed');
    for (const answer of ['\n', 'n\n', 'yes please\n', '']) {
      const { code, err } = await on.run(['delete', 'doomed'], { terminal: true, stdin: answer });
      expect([code, err]).toEqual([1, 'Delete doomed permanently? (y/N) taskdeck: Nothing was deleted.\n']);
    }
    expect(await on.run(['delete', 'doomed'], { terminal: true, stdin: 'y\n' })).toMatchObject({
      code: 0,
      out: 'doomed is deleted.\n',
    });
    expect((await on.run(['show', 'doomed'])).code).toBe(4);
  });

  test('delete without --yes and without a terminal is wrong usage', async () => {
    await on.start('true', '--name', 'spared');
    const { code, err } = await on.run(['delete', 'spared']);
    expect([code, err]).toEqual([
      2,
      'taskdeck: Cannot ask for confirmation: standard input is not a terminal. Use --yes to delete.\n',
    ]);
    await rest('spared');
    expect((await on.run(['delete', 'spared', '--yes'])).code).toBe(0);
  });
});

test.each([
  [['pause'], 'An argument is missing. Usage: taskdeck pause TASK...'],
  [['send', 'x'], 'An argument is missing. Usage: taskdeck send TASK TEXT | -'],
  [['nonsense'], '"nonsense" is not a command. See "taskdeck --help".'],
])('%j is wrong usage, as text and as JSON', async (words, message) => {
  expect(await on.run(words)).toEqual({ code: 2, out: '', err: `taskdeck: ${message}\n` });
  const { code, err } = await on.run([...words, '--json']);
  expect([code, JSON.parse(err)]).toEqual([2, { error: { kind: 'usage', message, hint: '' } }]);
});

test('the output is printable for any answer of a server', async () => {
  const hostile = 'evil\u001b[31m\u001b]0;title\u0007\u009b2J\u202ebidi\u200b\u0000end';
  await on.start(
    `printf '%b' '\\033]0;owned\\007\\0233Jshown\\000\\r\\n'`,
    '--name',
    'hostile',
    '--display-name',
    hostile,
  );
  await rest('hostile');
  const commands = [
    ['list'],
    ['show', 'hostile'],
    ['logs', 'hostile'],
    ['pause', 'hostile'],
    ['watch', '--query', 'hostile'],
  ];
  for (const words of commands) {
    for (const flags of [[], ['--json']]) {
      if (words[0] === 'pause' && flags.length > 0) continue;
      const controller = new AbortController();
      const { out, err } = await on.run([...words, ...flags], {
        signal: controller.signal,
        onOut: () => words[0] === 'watch' && controller.abort(),
      });
      expect(out).not.toBe('');
      expect(`${out}${err}`, words.join(' ')).not.toMatch(/[^\P{C}\n]/u);
    }
  }
  const { out } = await on.run(['show', 'hostile', '--json']);
  expect(JSON.parse(out).display_name).toBe(hostile);
});
