import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { message, task } from '../api/response-bodies.ts';
import type { Question } from '../support/chats/agent.ts';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { deployment, ONE, pollOften, signedIn, TASKS } from './deployment.ts';

/** The tests alternate between these sizes: test/ui/any-size.test.ts draws the panes at many others. */
const NARROW = { cols: 80, rows: 24 };
const WIDE = { cols: 120, rows: 40 };

const FLOW: Question = {
  header: 'Auth',
  question: 'Which flow?',
  options: [{ label: 'OIDC', description: 'By a provider' }, { label: 'SAML' }],
};
const STORE: Question = {
  header: 'Store',
  question: 'Which database?',
  options: [{ label: 'Postgres' }, { label: 'SQLite' }],
};

/** Keys answer only after this time: the question can be read. */
const guardEnds = () => sleep(350);
/** A key that answered counts as held for this time. */
const keyIsReleased = () => sleep(750);

/** A server with one chat, whose agent does this. `answers`: the messages of the user after it. */
async function asking(act: (agent: ReturnType<ChatsServer['chats']['agent']>) => void) {
  const server = await chatsDeployment();
  const id = server.chats.seed({ title: 'Sign in', status: 'running', planMode: true });
  act(server.chats.agent(id));
  const before = server.chats.prompts(id).length;
  return { server, id, answers: (): readonly string[] => server.chats.prompts(id).slice(before) };
}

const open = (server: Parameters<typeof signedIn>[0], size: typeof NARROW = NARROW): Promise<TerminalApp> =>
  pollOften(makeHome(signedIn(server))).open([], size);

describe('an open question', () => {
  it('a digit in the list answers the question, which row and conversation show', async () => {
    const { server, answers } = await asking((agent) => agent.ask(FLOW));
    const app = await open(server, NARROW);
    await app.shows(/● Sign in +\? Which f/);
    await app.shows(/\? Auth ─+.*Which flow\?.*1 OIDC {2}By a provider.*2 SAML.*i Other/s);
    await guardEnds();
    app.press('2');
    await expect.poll(answers).toEqual(['SAML']);
    await app.until(/◐ Sign in +working/);
    expect(app.text()).not.toContain('2 SAML');
  });

  it('enter opens the options, and words answer too', async () => {
    const { server, answers } = await asking((agent) => agent.ask(FLOW));
    const app = await open(server, WIDE);
    await app.shows('1-2 answer');
    await guardEnds();
    app.press('enter');
    await app.until(/▌ 1 OIDC/);
    app.press('j', 'j');
    await app.until(/▌ i Other/);
    await keyIsReleased();
    app.press('enter');
    await app.until(/your answer to Which flow\?/);
    app.type('2 factors');
    await app.until('❯ 2 factors');
    app.press('enter');
    await expect.poll(answers).toEqual(['Other: 2 factors']);
  });

  it('several questions are answered one after the other, with a way back, and sent once', async () => {
    const { server, answers } = await asking((agent) => agent.ask(FLOW, STORE));
    const app = await open(server, NARROW);
    await app.shows('Auth, question 1 of 2');
    await guardEnds();
    app.press('1');
    await app.until(/Store, question 2 of 2.*answered: 1 OIDC.*Which database\?/s);
    app.press('enter');
    await app.shows('just appeared');
    await guardEnds();
    app.press('enter');
    await app.until(/▌ 1 Postgres/);
    app.press('left');
    await app.until(/Auth, question 1 of 2.*▌ 1 OIDC/s);
    await guardEnds();
    app.press('2');
    await app.until(/answered: 1 SAML/);
    expect(answers()).toEqual([]);
    await guardEnds();
    app.press('1');
    await expect.poll(answers).toEqual(['1. Auth: SAML\n2. Store: Postgres']);
  });

  it('option 1 implements a plan and leaves the plan mode', async () => {
    const { server, id, answers } = await asking((agent) => agent.proposePlan('1. Pin the clock'));
    const app = await open(server, WIDE);
    await app.shows(/\? Plan ─.*1 Implement the plan.*i Comment on the plan/s);
    await guardEnds();
    app.press('1');
    await expect.poll(answers).toEqual(['Implement the plan.']);
    expect(server.chats.chat(id).planMode).toBe(false);
  });

  it('a digit answers the menu of a terminal program', async () => {
    const server = await deployment();
    const menu = 'Do you trust this folder?\n\n❯ 1. Yes, proceed\n  2. No, exit\n\nEnter to confirm';
    server.on('GET', `${ONE}/logs`, json(200, { logs: [message(1, 'output', menu)] }));
    server.on('POST', `${ONE}/send`, json(204, undefined));
    const sent = () =>
      server.requests.filter(({ target }) => target === `${ONE}/send`).map(({ body }) => JSON.parse(body));
    const app = await open(server, NARROW);
    await app.shows(/── \? menu ─.*Do you trust this folder\?.*1 Yes, proceed.*2 No, exit/s);
    await guardEnds();
    app.press('2');
    await expect.poll(sent).toEqual([{ input: '2' }]);
  });
});

/** A selected task that works, and one that was never selected, whose agent shows a menu. */
async function unvisited() {
  const server = await deployment();
  const id = '6c2b4e3a-0d51-4a3c-9a55-000000000002';
  const path = `${TASKS}/ada/${id}`;
  const now = Date.now();
  const selected = task({
    name: 'busy',
    display_name: 'Busy',
    created_at: new Date(now - 60_000).toISOString(),
    current_state: { timestamp: new Date(now).toISOString(), state: 'working', message: 'Tests', uri: '' },
  });
  const says = (state: 'working' | 'idle', ago = 1): void => {
    const timestamp = new Date(Date.now() - ago * 1_000).toISOString();
    const asking = task({
      id,
      name: 'trust',
      display_name: 'Trust',
      current_state: { timestamp, state, message: 'Needs input', uri: '' },
    });
    server.on('GET', path, json(200, asking));
    server.on('GET', TASKS, json(200, { tasks: [selected, asking], count: 2 }));
  };
  server.on('GET', ONE, json(200, selected));
  const menu = 'Do you trust this folder?\n\n❯ 1. Yes, proceed\n  2. No, exit\n\nEnter to confirm';
  server.on('GET', `${path}/logs`, json(200, { logs: [message(1, 'output', menu)] }));
  server.on('POST', `${path}/send`, json(204, undefined));
  const requests = (end: string) => server.requests.filter(({ target }) => target === `${path}${end}`);
  return {
    server,
    says,
    loads: (): number => requests('/logs').length,
    lists: (): number => server.requests.filter(({ target }) => target.split('?')[0] === TASKS).length,
    sent: () => requests('/send').map(({ body }) => JSON.parse(body)),
  };
}

describe('the menu of a task that was never selected', () => {
  it('is in the list, and a digit answers it once', async () => {
    const { server, says, sent } = await unvisited();
    says('idle', 600);
    const app = await open(server, NARROW);
    await app.until(/▌◐ Busy/);
    await app.until(/● Trust +\? Do y/);
    app.press('j');
    await app.until(/▌● Trust/);
    await guardEnds();
    app.press('2');
    await expect.poll(sent).toEqual([{ input: '2' }]);
    says('working', 0);
    await app.until(/▌◐ Trust/);
    says('idle', 0);
    await app.until(/▌● Trust +\? Do y/);
    expect(sent()).toEqual([{ input: '2' }]);
  });

  it('is in its only notification, and is loaded once while nothing changes', async () => {
    const { server, says, loads, lists } = await unvisited();
    says('working');
    const home = pollOften(makeHome(signedIn(server)));
    const app = await home.open([], { env: { KITTY_WINDOW_ID: '1', TERM_PROGRAM: '' } });
    await app.until(/◐ Trust/);
    expect(loads()).toBe(0);
    says('idle');
    const body = 'asks you: Do you trust this folder? 1 Yes, proceed · 2 No, exit';
    await expect.poll(() => app.output()).toContain(`p=body;${body}\x1b\\`);
    const before = lists();
    await expect.poll(lists).toBeGreaterThan(before + 12);
    expect(loads()).toBe(1);
    expect(app.output()).not.toContain('idle: Needs input');
    expect(app.emulator.bells()).toBe(1);
  });
});

it('of two taskdecks that answer at the same time, one wins and the other says so', async () => {
  const { server, answers } = await asking((agent) => agent.ask(FLOW));
  const apps = [await open(server, NARROW), await open(server, WIDE)];
  for (const app of apps) await app.shows('1-2 answer');
  await guardEnds();
  // Both have found the question open before one of them sends.
  server.chats.faults.plan('send', { delayBeforeMs: 1_500 }, 2);
  apps[0]?.press('1');
  apps[1]?.press('2');
  await expect
    .poll(() => apps.filter((app) => app.text().includes('Already answered elsewhere')).length)
    .toBe(1);
  const winner = apps.findIndex((app) => !app.text().includes('Already answered elsewhere'));
  expect(answers()).toEqual([winner === 0 ? 'OIDC' : 'SAML']);
  for (const app of apps) await app.shows(/◐ Sign in +working/);
});

it('open options close when the question is answered on its web page', async () => {
  const { server, id, answers } = await asking((agent) => agent.ask(FLOW));
  const app = await open(server);
  await app.shows('1-2 answer');
  await guardEnds();
  app.press('enter');
  await app.until(/▌ 1 OIDC/);
  server.chats.web.send(id, 'SAML');
  await app.until('The question is no longer open');
  app.press('1');
  await app.until('It asks nothing.');
  expect(answers()).toEqual(['SAML']);
});
