import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { taggedProcesses } from '../support/tagged-processes.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { localAgents, nothingRuns } from './local-agents.ts';

/** A chat that rests is complete as soon as it has been on screen for a moment. */
const RESTS = expect.stringMatching(/^(?:idle|complete)$/u);
/** Keys answer only after this time: the question can be read. */
const guardEnds = () => sleep(350);

async function quit(app: TerminalApp): Promise<void> {
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
}

it('two of five agents ask, and a key in the list answers each', async () => {
  const { home, control, create } = await localAgents();
  const busy: string[] = [];
  for (const name of ['one', 'two', 'three']) busy.push(await create(`say ${name} | hold`));
  const tests = await create('ask npm test | say after it');
  const removal = await create('ask rm -r build | say after it');
  const [running, refused] = [await control.agent({ owner: tests }), await control.agent({ owner: removal })];

  const app = await home.open(undefined, { cols: 120, rows: 40 });
  for (const name of ['one', 'two', 'three']) await app.until(new RegExp(`◐ .*${name}.*working`));
  await app.shows(/● .*npm test.*● .*rm -r|● .*rm -r.*● .*npm test/s);
  app.press('g');
  for (const isFirst of [true, false]) {
    await app.shows(/1 Allow once.*2 Always allow.*3 Reject/s);
    const isRemoval = /rm -r build[^\n]*\n[^\n]*1 Allow once/.test(app.text());
    const agent = isRemoval ? refused : running;
    await guardEnds();
    app.press(isRemoval ? '3' : '1');
    expect(await agent.fact('answer')).toMatchObject({ answer: isRemoval ? 'no' : 'once' });
    await app.until(isRemoval ? 'Answer: no.' : 'Answer: once.');
    if (isFirst) app.press(']');
  }
  await app.shows((screen) => !screen.text().includes('1 Allow once'));
  await quit(app);
  const kinds = JSON.parse(await home.run('list', '--local', '--json')) as readonly {
    readonly id: string;
    readonly phase: string;
  }[];
  expect(Object.fromEntries(kinds.map(({ id, phase }) => [id, phase]))).toEqual({
    ...Object.fromEntries(busy.map((id) => [id, 'working'])),
    [tests]: RESTS,
    [removal]: RESTS,
  });
  await home.run('serve', '--stop');
  await nothingRuns(...busy, tests, removal);
});

it('an interrupt ends the turn, an archive the agent, and a delete the chat', async () => {
  const { home, control, create } = await localAgents();
  const id = await create('say halfway | hold');
  const agent = await control.agent({ owner: id });
  const app = await home.open();
  await app.until(/◐ .*halfway.*working/);
  app.press('x');
  await agent.fact('cancel');
  await app.until(/halfway.*(?:idle|complete)/);
  expect(taggedProcesses(id)).toEqual(process.platform === 'linux' ? [agent.pid] : []);

  app.press('d');
  await nothingRuns(id);
  app.press('A');
  await app.until(/Archived chats.*▌/s);
  app.press('d');
  await app.until(/Delete “/);
  app.press('y');
  await expect.poll(async () => (await home.call(['show', '--local', id])).code).toBe(4);
  await quit(app);
});

it('a server that was killed in a turn says so at its next start, and the chat goes on', async () => {
  const { home, control, create } = await localAgents();
  const id = await create('say the first half | leave 600 | hold');
  await (await control.agent({ owner: id })).fact('tool');
  const app = await home.open();
  await app.until('the first half');
  const { pid } = JSON.parse(await home.run('serve', '--status', '--json')) as { readonly pid: number };
  process.kill(pid, 'SIGKILL');

  await app.until('cut off when the server', { timeout: 40_000 });
  await app.shows('the first half');
  await nothingRuns(id);
  app.press('enter');
  app.type('say the second half');
  await app.until('❯ say the second half');
  app.press('enter');
  await app.until(/^.*│ +the second half/m);
  const next = await control.agent({ owner: id, nth: 2 });
  expect(next.facts.map(({ type }) => type)).toContain('resume');
  await quit(app);
});
