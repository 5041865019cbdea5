import { describe, expect, it } from 'vitest';
import { message, task } from '../api/response-bodies.ts';
import { type CoderServer, empty, hang, json, type Reply, reset } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, ONE, pollOften, signedIn, TASKS } from './deployment.ts';

const STATE = task().current_state;
const IDLE = task();
const WORKING = task({ current_state: { ...STATE, state: 'working' } });
const PAUSED = task({ status: 'paused', workspace_status: 'stopped' });
const PAUSING = task({ status: 'unknown', workspace_status: 'stopping' });
const LOGS = [message(1, 'input', 'Please fix the login redirect'), message(2, 'output', 'Which branch?')];

interface Agent {
  readonly server: CoderServer;
  /** Fields of the task. */
  is(now: ReturnType<typeof task>): void;
  /** Content of the transcript. */
  says(...logs: readonly unknown[]): void;
  /** Answer to the next sends. */
  takes(reply: Reply): void;
  /** The received messages. */
  heard(): readonly string[];
}

/** A deployment with one task that accepts messages and shows them. */
async function agent(begin = IDLE): Promise<Agent> {
  const server = await deployment();
  let logs: readonly unknown[] = LOGS;
  const made: Agent = {
    server,
    is(now) {
      server.on('GET', TASKS, json(200, { tasks: [now], count: 1 }));
      server.on('GET', ONE, json(200, now));
    },
    says(...more) {
      logs = more;
      server.on('GET', `${ONE}/logs`, json(200, { logs }));
    },
    takes: (reply) => server.on('POST', `${ONE}/send`, reply),
    heard: () =>
      server.requests
        .filter(({ method, target }) => method === 'POST' && target === `${ONE}/send`)
        .map(({ body }) => JSON.parse(body).input),
  };
  made.is(begin);
  made.says(...LOGS);
  made.takes((response, request, socket) => {
    made.says(...logs, message(logs.length + 1, 'input', JSON.parse(request.body).input));
    return empty(204)(response, request, socket);
  });
  return made;
}

async function open(home: Home, { server }: Agent): Promise<TerminalApp> {
  const app = await home.open([], signedIn(server));
  await app.until('Fix login redirect');
  return app;
}

/** Sends a message with keys. */
async function write(app: TerminalApp, text: string): Promise<void> {
  app.press('i');
  app.type(text);
  await app.until(`❯ ${text}`);
  app.press('enter');
}

describe('a message to a working task', () => {
  it('is shown as queued at once, and is sent when the task is idle', async () => {
    const busy = await agent(WORKING);
    const app = await open(pollOften(makeHome()), busy);
    await app.until('Which branch?');
    await write(app, 'use main');
    await app.until(/you queued until the agent is ready/);
    expect(busy.heard()).toEqual([]);
    busy.is(IDLE);
    await expect.poll(busy.heard).toEqual(['use main']);
    await app.until(/you \d\d:\d\d.*\n.*use main/);
    expect(busy.heard()).toEqual(['use main']);
  });

  it('survives kill -9, and the next taskdeck sends it', async () => {
    const busy = await agent(WORKING);
    const home = pollOften(makeHome());
    const first = await open(home, busy);
    await first.until('Which branch?');
    await write(first, 'use main');
    await first.until(/you queued/);
    first.kill('SIGKILL');
    await first.exit();
    const second = await open(home, busy);
    await second.until(/you queued/);
    busy.is(IDLE);
    await expect.poll(busy.heard).toEqual(['use main']);
  });

  it('stays queued after a quit, and the confirmation says so', async () => {
    const busy = await agent(WORKING);
    const home = pollOften(makeHome());
    const app = await open(home, busy);
    await app.until('Which branch?');
    await write(app, 'use main');
    await app.until(/you queued/);
    app.press('q');
    await app.until('A message stays queued and goes out when taskdeck runs again.');
    app.press('y');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
    busy.is(IDLE);
    await open(home, busy);
    await expect.poll(busy.heard).toEqual(['use main']);
  });

  it('is sent once if two taskdecks show it', async () => {
    const busy = await agent(WORKING);
    const home = pollOften(makeHome());
    const one = await open(home, busy);
    const other = await open(home, busy);
    await one.until('Which branch?');
    await write(one, 'use main');
    await one.until('you queued');
    await other.until(/you queued[\s\S]*use main/);
    busy.is(IDLE);
    // While it is being sent, the screens look as after it.
    await expect.poll(busy.heard).toEqual(['use main']);
    for (const app of [one, other])
      await app.until(
        (screen) => !screen.text().includes('you queued') && screen.text().includes('use main'),
      );
    expect(busy.heard()).toEqual(['use main']);
  });
});

describe('a message without an answer', () => {
  it('after kill -9 is not sent again if the transcript shows it', async () => {
    const ready = await agent();
    ready.takes(hang);
    const home = pollOften(makeHome());
    const first = await open(home, ready);
    await first.until('Which branch?');
    await write(first, 'use main');
    await expect.poll(ready.heard).toEqual(['use main']);
    first.kill('SIGKILL');
    await first.exit();
    ready.says(...LOGS, message(3, 'input', 'use main'), message(4, 'output', 'Done.'));
    ready.takes(empty(204));
    const second = await open(home, ready);
    await second.until('Done.');
    await write(second, 'and push it');
    await expect.poll(ready.heard).toEqual(['use main', 'and push it']);
  });

  it('blocks the others until the user says whether it arrived, if the transcript does not show it', async () => {
    const ready = await agent();
    ready.takes(reset);
    const app = await open(pollOften(makeHome()), ready);
    await app.until('Which branch?');
    await write(app, 'use main');
    await expect.poll(ready.heard).toEqual(['use main']);
    const time = '2026-03-04T11:00:00Z';
    ready.says({ ...message(1, 'input', 'a conversation that began anew'), time });
    await app.until('has an unknown delivery status');
    ready.takes(empty(204));
    await write(app, 'and push it');
    app.press('Q');
    await app.until(/unknown +use main/);
    await app.until(/queued +and push it/);
    expect(ready.heard()).toHaveLength(1);
    app.press('s');
    await expect.poll(ready.heard).toEqual(['use main', 'use main', 'and push it']);
  });
});

describe('a message to a paused task', () => {
  it('resumes it and is sent, even if taskdeck was killed in between', async () => {
    const resting = await agent(PAUSING);
    const home = pollOften(makeHome());
    const first = await open(home, resting);
    await write(first, 'go on');
    await first.until('y resume and send');
    first.press('y');
    await first.until(/you queued; resumes the task/);
    first.kill('SIGKILL');
    await first.exit();
    resting.server.on('POST', `${ONE}/resume`, (response, request, socket) => {
      resting.is(task({ workspace_build_number: 4 }));
      return json(202, {
        workspace_build: { id: 'b', build_number: 4, transition: 'start', job: { status: 'pending' } },
      })(response, request, socket);
    });
    resting.is(PAUSED);
    await open(home, resting);
    await expect.poll(resting.heard).toEqual(['go on']);
    expect(resting.server.requests.filter(({ target }) => target === `${ONE}/resume`)).toHaveLength(1);
  });

  it('that is only queued waits until the task is resumed', async () => {
    const resting = await agent(PAUSED);
    const app = await open(pollOften(makeHome()), resting);
    await write(app, 'go on');
    await app.until('w queue it');
    app.press('w');
    await app.until(/you queued/);
    resting.is(task({ workspace_build_number: 4 }));
    await expect.poll(resting.heard).toEqual(['go on']);
    expect(resting.server.requests.some(({ target }) => target === `${ONE}/resume`)).toBe(false);
  });
});

describe('the outbox', () => {
  it('can reorder, cancel and edit messages', async () => {
    const busy = await agent(WORKING);
    const app = await open(pollOften(makeHome()), busy);
    await app.until('Which branch?');
    for (const text of ['one', 'two', 'three']) {
      await write(app, text);
      await app.until(new RegExp(`you queued .*\\n.*│ +${text} `));
    }
    app.press('Q');
    await app.until(/queued +one *│\n.*queued +two *│\n.*queued +three/);
    app.press('J');
    await app.until(/queued +two *│\n.*queued +one *│\n.*queued +three/);
    app.press('k', 'e');
    await app.until(/❯ two\s/);
    app.press('end');
    app.type('!');
    app.press('enter');
    await app.until(/│ +three [\s\S]*│ +two! /);
    app.press('Q');
    await app.until(/queued +one *│\n.*queued +three/);
    app.press('j', 'x');
    await app.until((screen) => !/queued +three/.test(screen.text()));
    app.press('esc');
    await app.until((screen) => !screen.text().includes('┌ Outbox'));
    expect(app.text()).toContain('continue “three”');
    busy.is(IDLE);
    await expect.poll(busy.heard).toEqual(['one', 'two!']);
  });
});

describe('a draft', () => {
  it('survives kill -9, except for the last moment', async () => {
    const ready = await agent();
    const home = pollOften(makeHome());
    const first = await open(home, ready);
    await first.until('Which branch?');
    first.send('ihalf a thought');
    await first.until('❯ half a thought');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    first.kill('SIGKILL');
    await first.exit();
    const second = await open(home, ready);
    await second.until('half a thought');
  });

  it('that was typed before the user is known survives a restart', async () => {
    const ready = await agent();
    ready.server.on('GET', '/api/v2/users/me', hang);
    const home = pollOften(makeHome());
    const first = await open(home, ready);
    await first.until('Which branch?');
    first.send('ihalf a thought');
    await first.until('❯ half a thought');
    first.press('ctrl+c');
    await first.exit();
    const second = await open(home, ready);
    await second.until('half a thought');
    second.press('q');
    await second.exit();
    ready.server.on('GET', '/api/v2/users/me', json(200, { id: 'u', username: 'ada', name: 'Ada' }));
    const third = await open(home, ready);
    await third.until(/· ada/);
    await third.until('half a thought');
  });

  it('that was sent is found with ctrl+r', async () => {
    const ready = await agent();
    const app = await open(pollOften(makeHome()), ready);
    await app.until('Which branch?');
    for (const text of ['run the tests', 'fix the docs']) {
      await write(app, text);
      await expect.poll(ready.heard).toContain(text);
    }
    app.press('i', 'ctrl+r');
    app.type('tests');
    await app.until(/find tests[\s\S]*❯ run the tests/);
    app.press('enter');
    await app.until(
      (screen) => !screen.text().includes('find tests') && screen.text().includes('❯ run the tests'),
    );
    expect(ready.heard()).toHaveLength(2);
  });
});
