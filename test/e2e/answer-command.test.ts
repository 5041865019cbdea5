import { describe, expect, it } from 'vitest';
import { CUT_BEFORE, LOST_ANSWER } from '../support/chats/faults.ts';
import { makeHome } from '../support/home.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { signedIn } from './deployment.ts';

const ID = '6f0c1c1e-6f1b-4a38-9a55-0b6c7b3b6a01';
const QUESTION = {
  header: 'Auth',
  question: 'Which flow?',
  options: [{ label: 'OIDC', description: 'By a provider' }, { label: 'SAML' }],
};
/** A look for a lost message goes on for 10 s before it is sure. */
const LOOKS_MS = 60_000;

/** A chat that asks a question. */
async function start() {
  const server = await chatsDeployment();
  server.chats.seed({ id: ID, title: 'Sign in', planMode: true, status: 'running' });
  server.chats.agent(ID).ask(QUESTION);
  const before = server.chats.prompts(ID).length;
  const answers = (): readonly string[] => server.chats.prompts(ID).slice(before);
  return { server, home: makeHome(signedIn(server)), answers };
}

describe('answer', () => {
  it('of two processes at the same time wins once, and the other says that it is too late', async () => {
    const { server, home, answers } = await start();
    // Both have read that the question is open before one of them sends.
    server.chats.faults.plan('send', { delayBeforeMs: 1_500 }, 2);
    const ended = await Promise.all([home.call(['answer', ID, '1']), home.call(['answer', ID, '2'])]);
    expect(ended.map(({ code }) => code).toSorted()).toEqual([0, 1]);
    expect(ended.find(({ code }) => code === 0)).toMatchObject({ out: 'Answered 6f0c1c1e.\n', err: '' });
    const late = ended.find(({ code }) => code === 1);
    expect(late?.err).toBe(`taskdeck: ${ID}: Already answered elsewhere: the question is no longer open.\n`);
    expect(answers()).toEqual([ended[0]?.code === 0 ? 'OIDC' : 'SAML']);
    expect(server.chats.queue(ID)).toEqual([]);
  });

  it('whose response is lost in an outage arrives once', async () => {
    const { server, home, answers } = await start();
    server.chats.faults.plan('send', LOST_ANSWER);
    expect(await home.call(['answer', ID, '2'])).toMatchObject({ code: 0, err: '' });
    expect(answers()).toEqual(['SAML']);
    expect(await home.call(['answer', ID, '2'])).toMatchObject({ code: 1 });
    expect(answers()).toEqual(['SAML']);
  });

  it(
    'that did not arrive says so, and can be repeated',
    async () => {
      const { server, home, answers } = await start();
      server.chats.faults.plan('send', CUT_BEFORE);
      const cut = await home.call(['answer', ID, 'mTLS']);
      expect(cut).toMatchObject({ code: 5, out: '' });
      expect(cut.err).toMatch(/The server does not have the message\./u);
      expect(answers()).toEqual([]);
      expect(await home.run('answer', ID, 'mTLS')).toBe('Answered 6f0c1c1e.\n');
      expect(answers()).toEqual(['Other: mTLS']);
    },
    LOOKS_MS,
  );
});
