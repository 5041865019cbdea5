import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { build, message, task, WORKSPACE_ID } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { deployment, ONE, pollOften, signedIn, TASKS } from './deployment.ts';

const NARROW = { cols: 80, rows: 24 };
const WIDE = { cols: 120, rows: 40 };
/** Keys answer a question only after this time: it can be read. */
const guardEnds = () => sleep(350);

const AGENT = '6f2b4e3a-0d51-4a3c-9a55-0c8e6f1b7d55';
const LOG = {
  id: 1,
  created_at: '2026-03-04T10:00:00Z',
  output: 'npm ERR! missing script: dev',
  level: 'error',
};

it.each([NARROW, WIDE])(
  'K shows all about a task, with the output of a start-up script that failed (%o)',
  async (size) => {
    const server = await deployment();
    const failed = task({
      workspace_agent_lifecycle: 'start_error',
      workspace_agent_id: AGENT,
      initial_prompt: 'Please fix the login redirect',
      workspace_build_number: 4,
    });
    server.on('GET', TASKS, json(200, { tasks: [failed], count: 1 }));
    server.on('GET', ONE, json(200, failed));
    const job = {
      status: 'succeeded',
      started_at: '2026-03-04T10:00:00Z',
      completed_at: '2026-03-04T10:01:00Z',
    };
    server.on(
      'GET',
      `/api/v2/workspaces/${WORKSPACE_ID}`,
      json(200, {
        id: WORKSPACE_ID,
        latest_build: build({
          build_number: 4,
          transition: 'start',
          job,
          template_version_name: 'v12-stable',
        }),
      }),
    );
    server.on('GET', `/api/v2/workspaceagents/${AGENT}/logs`, json(200, [LOG]));
    const app = await pollOften(makeHome(signedIn(server))).open([], size);
    await app.shows('Fix login redirect');
    app.press('K');
    await app.until(/A start-up script failed\..*npm ERR! missing script: dev.*version v12-stable/su);
    app.press('G');
    await app.until(/First prompt[ │]*\n[ │]*Please fix the login redirect/u);
    app.press('g');
    await app.until('● idle');
    app.press('K');
    await app.until('by activity');
    app.press('K');
    await app.until('Last message');
    app.press('esc');
    await app.until('by activity');
  },
);

it('a digit answers the question in the peek at a chat, and the next chat is a key away', async () => {
  const server = await chatsDeployment();
  const other = server.chats.seed({ title: 'Update the docs', status: 'waiting' });
  const id = server.chats.seed({ title: 'Sign in', status: 'running', planMode: true });
  server.chats.agent(id).ask({
    header: 'Auth',
    question: 'Which flow?',
    options: [{ label: 'OIDC', description: 'By a provider' }, { label: 'SAML' }],
  });
  const before = server.chats.prompts(id).length;
  const app = await pollOften(makeHome(signedIn(server))).open([], NARROW);
  await app.shows(/\? Auth ─+/u);
  app.press('K');
  await app.until(/asks you.*Which flow\?.*1 OIDC {2}By a provider.*2 SAML.*Facts/su);
  await guardEnds();
  app.press('2');
  await expect.poll(() => server.chats.prompts(id).slice(before)).toEqual(['SAML']);
  await app.until(/◐ working/u);
  app.press('right');
  await app.until((screen) => screen.text().includes(other) && screen.text().includes('Update the docs'));
});

it('an own title and a pin stay over a restart, and the server is not asked for them', async () => {
  const server = await deployment();
  const second = task({
    id: '7d2b4e3a-0d51-4a3c-9a55-0c8e6f1b7d22',
    name: 'old-one',
    display_name: 'Old one',
    created_at: '2026-01-01T10:00:00Z',
  });
  server.on('GET', TASKS, json(200, { tasks: [task(), second], count: 2 }));
  server.on('GET', `${TASKS}/ada/${second.id}`, json(200, second));
  server.on('GET', `${TASKS}/ada/${second.id}/logs`, json(200, { logs: [message(1, 'input', 'go')] }));
  const home = pollOften(makeHome());
  const options = { ...signedIn(server), ...WIDE };
  const app = await home.open([], options);
  await app.shows('Old one');
  app.press('G');
  await app.until(/▌.*Old one/u);
  app.press('T', 'ctrl+u');
  app.type('研究 of mine');
  app.press('enter');
  await app.until(/Renamed to “研究 of mine”, in taskdeck only/u);
  app.press('*');
  await app.until(/“研究 of mine” is pinned/u);
  await app.shows(/⚑ 研究 of mine.*Fix login redirect/su);
  app.press('q');
  await app.exit();

  const again = await home.open([], options);
  await again.shows(/⚑ 研究 of mine.*Fix login redirect/su);
  again.press('K');
  await again.until(/server title +Old one/u);
  again.press('esc');
  await again.until('by activity');
  again.press('T', 'ctrl+u', 'enter');
  await again.until(/It has the title of its server again: “Old one”/u);
  again.press('U');
  await again.until(/Renamed to “研究 of mine”/u);
  expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});
