import { expect, it } from 'vitest';
import { LOST_ANSWER } from '../support/chats/faults.ts';
import { makeHome } from '../support/home.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

const QUESTION = { header: 'Auth', question: 'Which flow?', options: [{ label: 'OIDC' }, { label: 'SAML' }] };
/** Keys answer a question only after it has been in reach for a moment. */
const WITHIN_REACH_MS = 600;

/** The terminal UI with a selected chat that asks a question. */
async function start() {
  const server = await chatsDeployment();
  const { chats } = server;
  const id = chats.seed({ title: 'Sign in', planMode: true, status: 'running' });
  chats.agent(id).ask(QUESTION);
  const before = chats.prompts(id).length;
  const answers = (): readonly string[] => chats.prompts(id).slice(before);
  const app = await pollOften(makeHome(signedIn(server))).open([], { cols: 110, rows: 30 });
  await app.shows('Which flow?');
  await new Promise((resolve) => setTimeout(resolve, WITHIN_REACH_MS));
  return { server, chats, id, app, answers };
}

it('an answer whose response was lost arrives once', async () => {
  const { chats, id, app, answers } = await start();
  chats.faults.plan('send', LOST_ANSWER);
  app.press('2');
  await expect.poll(answers).toEqual(['SAML']);
  chats.agent(id).finish({ say: 'SAML it is.' });
  await app.shows('SAML it is.');
  expect(answers()).toEqual(['SAML']);
  expect(chats.queue(id)).toEqual([]);
});

it('an answer that waits for the server goes out once, while its question is open', async () => {
  const { server, chats, id, app, answers } = await start();
  await server.down();
  app.press('1');
  await app.shows(/offline/u);
  await server.up();
  await expect.poll(answers).toEqual(['OIDC']);
  chats.agent(id).finish({ say: 'OIDC it is.' });
  await app.shows('OIDC it is.');
  expect(answers()).toEqual(['OIDC']);
});

it('an answer that waits for the server is not sent after another one', async () => {
  const { server, chats, id, app, answers } = await start();
  await server.down();
  app.press('1');
  await app.shows(/offline/u);
  chats.agent(id).start('SAML');
  await server.up();
  await app.shows('Already answered elsewhere: “SAML”');
  chats.agent(id).finish({ say: 'SAML it is.' });
  await app.shows('SAML it is.');
  expect(answers()).toEqual(['SAML']);
  expect(chats.queue(id)).toEqual([]);
});
