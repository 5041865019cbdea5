import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { message, task } from '../api/response-bodies.ts';
import { FlickerWatch } from '../bench/flicker.ts';
import { idealBytes } from '../bench/ideal-bytes.ts';
import { gridOf } from '../bench/screen-grid.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import type { ScreenSnapshot } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, pollOften, signedIn, TASKS } from './deployment.ts';

const HOUR_MS = 3_600_000;
/** An age whose text stays the same for hours. */
const SETTLED = new Date(Date.now() - (20 * 24 + 12) * HOUR_MS).toISOString();

const idOf = (n: number): string => `6c2b4e3a-0d51-4a3c-9a55-${String(n).padStart(12, '0')}`;
const tasks = Array.from({ length: 40 }, (_, n) =>
  task({
    id: idOf(n),
    name: `task-${n}`,
    display_name: `Task ${n} of many, 任务 ${n}`,
    created_at: SETTLED,
    updated_at: SETTLED,
    current_state: { timestamp: SETTLED, state: 'idle', message: `Question ${n}`, uri: '' },
  }),
);
const linesOf = (n: number): string =>
  Array.from({ length: 60 }, (_, line) => `said ${n}.${line} ${'word '.repeat((line * (n + 3)) % 9)}`).join(
    '\n',
  );

/** Resolves when taskdeck has stopped writing. */
async function rest(app: TerminalApp): Promise<void> {
  let before = -1;
  const written = (): number => {
    const now = app.bytes();
    const fresh = now - before;
    before = now;
    return fresh;
  };
  await expect.poll(written, { interval: 1_000 }).toBe(0);
}

describe.each([
  { cols: 80, rows: 24 },
  { cols: 200, rows: 50 },
])('at $cols x $rows', ({ cols, rows }) => {
  let server: CoderServer;
  let app: TerminalApp;

  beforeEach(async () => {
    server = await deployment();
    server.on('GET', TASKS, json(200, { tasks, count: tasks.length }));
    for (const [n, { id }] of tasks.entries()) {
      server.on('GET', `${TASKS}/ada/${id}`, json(200, tasks[n]));
      server.on('GET', `${TASKS}/ada/${id}/logs`, json(200, { logs: [message(1, 'output', linesOf(n))] }));
    }
    app = await makeHome().open([], { cols, rows, ...signedIn(server) });
    await app.until('said 0.59');
  });

  /** Whether the task is selected and the end of its transcript is shown. */
  const isShowing = (n: number) => (screen: ScreenSnapshot) => {
    const text = screen.text();
    return text.includes(`said ${n}.59`) && new RegExp(`^│▌. Task ${n} of`, 'm').test(text);
  };

  it('a moved selection sends hardly more than the changed cells, without flicker', async () => {
    for (const n of [1, 2, 3, 4, 5]) {
      app.press('down');
      await app.until(isShowing(n));
    }
    const watch = new FlickerWatch(cols, rows);
    onTestFinished(() => watch.dispose());
    let [sent, ideal, from, at] = [0, 0, 0, 5];
    const take = (): Buffer => {
      const bytes = Buffer.from(app.output(from));
      from += bytes.length;
      return bytes;
    };
    for (const n of [4, 3, 2, 1, 0, 1, 2, 3, 4, 5]) {
      await watch.skip([take()]);
      const before = gridOf(app.emulator);
      app.press(n < at ? 'up' : 'down');
      at = n;
      await app.until(isShowing(n));
      const update = take();
      sent += update.length;
      ideal += idealBytes(before, gridOf(app.emulator));
      expect(await watch.worst([update])).toBe(0);
    }
    expect(sent / ideal).toBeLessThanOrEqual(1.1);
  });

  it('a typed character sends a few bytes', async () => {
    app.press('i');
    await app.until((screen) => screen.cursor().visible);
    await rest(app);
    for (const letter of 'fromkeytokey') {
      const [before, { x }] = [app.bytes(), app.cursor()];
      app.type(letter);
      await app.until((screen) => screen.cursor().x === x + 1);
      const written = app.output(before);
      expect(Buffer.byteLength(written), JSON.stringify(written)).toBeLessThanOrEqual(20);
    }
  });
});

it('a quiet screen writes nothing, and each connection carries one request at a time', async () => {
  const server = await deployment();
  let [open, most] = [0, 0];
  const counted =
    (body: unknown): Parameters<CoderServer['on']>[2] =>
    (response, ...rest) => {
      most = Math.max(most, ++open);
      response.on('close', () => open--);
      return json(200, body)(response, ...rest);
    };
  server.on('GET', TASKS, counted({ tasks, count: tasks.length }));
  const logs = counted({ logs: [message(1, 'output', linesOf(0))] });
  server.on('GET', `${TASKS}/ada/${idOf(0)}/logs`, logs);
  const app = await pollOften(makeHome(), { poll: { list: 2, transcript: 0.5 } }).open([], signedIn(server));
  await app.until('said 0.59');
  const requestsTo = (path: string): number =>
    server.requests.filter(({ target }) => target.split('?')[0] === path).length;
  const list = requestsTo(TASKS);
  await expect.poll(() => requestsTo(TASKS)).toBeGreaterThan(list);
  const quiet = app.bytes();
  const transcripts = requestsTo(`${TASKS}/ada/${idOf(0)}/logs`);
  await expect.poll(() => requestsTo(TASKS)).toBeGreaterThan(list + 3);
  await expect.poll(() => requestsTo(`${TASKS}/ada/${idOf(0)}/logs`)).toBeGreaterThan(transcripts);
  expect(app.output(quiet)).toBe('');
  // One for the list, one for the transcript, and one for the question whether the server has Chats.
  expect(most).toBeLessThanOrEqual(3);
  expect(server.connections).toBeLessThanOrEqual(3);
});
