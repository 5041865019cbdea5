import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/domain/task.ts';
import type { ChatsServer } from '../../support/chats/chats-server.ts';
import { rateLimit } from '../../support/chats/faults.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { neverAborted } from '../api-fixture.ts';
import { chatRequests, chatsServer, factsOf, listMine, refOf, sourceAt } from './chats-fixture.ts';

const QUESTION = { header: 'Auth', question: 'Which?', options: [{ label: 'OIDC' }, { label: 'SAML' }] };

/** A chat whose agent asked a question. */
function asking(server: ChatsServer): string {
  const id = server.chats.seed({ planMode: true, messages: [['user', 'Plan it']], status: 'running' });
  server.chats.agent(id).ask(QUESTION);
  return id;
}

const messageRequests = (server: ChatsServer): readonly string[] =>
  chatRequests(server).filter((request) => request.includes('/messages'));

const questionsIn = (list: readonly Task[]): readonly boolean[] =>
  list.map((task) => factsOf(task).questions.length > 0);

describe('a question', () => {
  it('is in the first list, and is looked for once for each change of the chat', async () => {
    const server = await chatsServer();
    const id = asking(server);
    const source = sourceAt(server);

    const first = await listMine(source);
    expect(questionsIn(first)).toEqual([true]);
    expect(first[0]?.state?.state).toBe('idle');
    expect(await listMine(source)).toBe(first);
    expect(messageRequests(server)).toEqual([`GET /${id}/messages?limit=20`]);

    server.chats.agent(id).start('OIDC');
    expect(questionsIn(await listMine(source))).toEqual([false]);
    server.chats.agent(id).finish({ say: 'Done.' });
    expect(questionsIn(await listMine(source))).toEqual([false]);
    expect(messageRequests(server)).toHaveLength(2);
  });

  it.each<[string, (server: ChatsServer) => string, boolean]>([
    ['a question', asking, true],
    [
      'a plan',
      (server) => {
        const id = server.chats.seed({ planMode: true, status: 'running' });
        server.chats.agent(id).proposePlan('Do it.');
        return id;
      },
      true,
    ],
    ['another answer', (server) => server.chats.seed({ planMode: true }), false],
    [
      'a question that was answered, in a turn that was interrupted',
      (server) => {
        const id = server.chats.seed({ planMode: true, status: 'running' });
        const agent = server.chats.agent(id);
        agent.use('ask_user_question', { questions: [QUESTION] }, {});
        agent.finish();
        agent.start('OIDC');
        server.chats.web.interrupt(id);
        agent.stop();
        return id;
      },
      false,
    ],
    [
      'a question before other calls',
      (server) => {
        const id = server.chats.seed({ planMode: true, status: 'running' });
        const agent = server.chats.agent(id);
        agent.use('ask_user_question', { questions: [QUESTION] }, {});
        agent.use('read_file', { path: '/a' }, { content: '' });
        agent.finish();
        return id;
      },
      false,
    ],
  ])('is found by the last call of the agent: %s', async (_, seed, hasQuestion) => {
    const server = await chatsServer({ stopsAfterMs: null });
    const id = seed(server);
    const source = sourceAt(server);
    expect(questionsIn(await listMine(source))).toEqual([hasQuestion]);
    const single = await sourceAt(server).get(refOf(id), neverAborted());
    expect(factsOf(single).questions.length > 0).toBe(hasQuestion);
  });

  it('has its words and its options, and stays the same while the chat does', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ planMode: true, messages: [['user', 'Plan it']], status: 'running' });
    server.chats.agent(id).ask(QUESTION, { ...QUESTION, header: 'Store' });
    const source = sourceAt(server);
    const [chat] = await listMine(source);
    expect(chat && factsOf(chat).questions).toMatchObject([
      { kind: 'choice', header: 'Auth', text: 'Which?', options: [{ label: 'OIDC' }, { label: 'SAML' }] },
      { header: 'Store', index: 1, count: 2 },
    ]);
    const single = await source.get(refOf(id), neverAborted());
    expect(factsOf(single).questions).toBe(chat && factsOf(chat).questions);
  });

  it('is not looked for outside of plan mode, nor in archived chats', async () => {
    const server = await chatsServer();
    server.chats.seed();
    server.chats.seed({ planMode: true, status: 'running' });
    server.chats.seed({ planMode: true, archived: true });
    const source = sourceAt(server);
    await listMine(source);
    await source.list({ owner: 'me', archived: true }, neverAborted());
    expect(messageRequests(server)).toEqual([]);
  });

  it('is looked for in at most four chats at a time', async () => {
    const server = await chatsServer();
    for (let index = 0; index < 12; index++) asking(server);
    let pending = 0;
    let most = 0;
    server.chats.faults.decideBy((operation) => {
      if (operation !== 'messages') return null;
      pending += 1;
      most = Math.max(most, pending);
      setTimeout(() => {
        pending -= 1;
      }, 25);
      return { delayAfterMs: 30 };
    });
    expect(questionsIn(await listMine(sourceAt(server)))).toEqual(Array(12).fill(true));
    expect(most).toBe(4);
  });

  it('of a slow answer is in a later list, and delays none by more than two seconds', async () => {
    const server = await chatsServer();
    asking(server);
    const clock = manualClock();
    const source = sourceAt(server, clock);
    let answer = (): void => {};
    server.chats.options.timers = {
      now: () => Date.now(),
      after: (_, callback) => {
        answer = callback;
      },
    };
    server.chats.faults.plan('messages', { delayAfterMs: 60_000 });
    const listing = listMine(source);
    await server.waitForRequests(2);
    await clock.advance(2_000);
    expect(questionsIn(await listing)).toEqual([false]);
    answer();
    await expect.poll(async () => questionsIn(await listMine(source))).toEqual([true]);
    expect(messageRequests(server)).toHaveLength(1);
  });

  it('that could not be looked for is looked for again after half a minute', async () => {
    const server = await chatsServer();
    asking(server);
    const clock = manualClock();
    const source = sourceAt(server, clock);
    server.chats.faults.plan('messages', { answer: { status: 500, body: { message: 'No.' } } });
    expect(questionsIn(await listMine(source))).toEqual([false]);
    await listMine(source);
    expect(messageRequests(server)).toHaveLength(1);
    await clock.advance(30_000);
    expect(questionsIn(await listMine(source))).toEqual([true]);
  });

  it('is not looked for while the server limits requests', async () => {
    const server = await chatsServer();
    for (let index = 0; index < 12; index++) asking(server);
    const clock = manualClock();
    const source = sourceAt(server, clock);
    server.chats.faults.decideBy((operation) => (operation === 'messages' ? rateLimit(60) : null));
    await listMine(source);
    expect(messageRequests(server).length).toBeLessThanOrEqual(8);
    const sent = messageRequests(server).length;
    await clock.advance(45_000);
    await listMine(source);
    expect(messageRequests(server)).toHaveLength(sent);
    server.chats.faults.clear();
    await clock.advance(20_000);
    expect(questionsIn(await listMine(source))).toEqual(Array(12).fill(true));
  });
});

describe('waiting for capacity', () => {
  const singleRequests = (server: ChatsServer): number =>
    chatRequests(server).filter((request) => /^GET \/[^/?]+$/u.test(request)).length;

  it('is found in a turn that is silent for ten seconds, and looked for every half minute', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    server.chats.agent(id).waitForCapacity();
    const clock = manualClock(Date.now());
    const source = sourceAt(server, clock);
    const queued = async () => factsOf((await listMine(source))[0]).queuedForCapacity;

    expect(await queued()).toBe(false);
    expect(singleRequests(server)).toBe(0);
    await clock.advance(11_000);
    expect(await queued()).toBe(true);
    expect(await queued()).toBe(true);
    expect(singleRequests(server)).toBe(1);

    server.chats.row(id).queuedForCapacity = false;
    await clock.advance(30_000);
    expect(await queued()).toBe(false);
    expect(singleRequests(server)).toBe(2);
    // Once it has capacity, the turn keeps it.
    await clock.advance(60_000);
    expect(await queued()).toBe(false);
    expect(singleRequests(server)).toBe(2);
  });

  it('is in the answer about one chat, and in the list after it', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    server.chats.agent(id).waitForCapacity();
    const source = sourceAt(server);
    const single = await source.get(refOf(id), neverAborted());
    expect(factsOf(single).queuedForCapacity).toBe(true);
    expect(single.state?.message).toBe('Waits until the deployment has capacity');
    expect(factsOf((await listMine(source))[0]).queuedForCapacity).toBe(true);
    expect(singleRequests(server)).toBe(1);
  });

  it('is looked for in at most eight chats of a list', async () => {
    const server = await chatsServer();
    for (let index = 0; index < 20; index++) server.chats.seed({ status: 'running', updatedAgoMs: 60_000 });
    await listMine(sourceAt(server));
    expect(singleRequests(server)).toBe(8);
  });
});
