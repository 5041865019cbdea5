import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RealAgent } from '../real-agents.ts';
import { ENDLESS_COMMAND, endlessCommands, type Sandbox } from '../sandbox.ts';
import { check, Steps, until } from '../steps.ts';
import { ChatsApi, ChatUnderTest } from './chat-client.ts';
import { startServerProcess } from './server-process.ts';

/** The memory of processes, each shared page divided by the number of its users, in KiB. Linux only. */
const memoryOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      return sum + Number(/^Pss:\s+(\d+) kB$/mu.exec(rollup)?.[1] ?? 0);
    } catch {
      // It has ended.
      return sum;
    }
  }, 0);

/** Everything of an agent ends within this time after its end was asked for, ms: Codex needs up to 7 s. */
const END_MS = 15_000;

/** Runs an agent through the local server: over HTTP as any client, with the real processes below it. */
export async function runChatSteps(
  launcher: string,
  { agent }: RealAgent,
  sandbox: Sandbox,
  log: (line: string) => void,
): Promise<Steps> {
  const steps = new Steps(log);
  /** Runs a step of a chat that rests; a failed step may have left it in a turn. */
  const step = (name: string, run: () => Promise<string>): Promise<void> =>
    steps.run(name, async () => {
      const { status } = await chat.get();
      if (status === 'running' || status === 'requires_action') {
        await chat.interrupt();
        await chat.rests('waiting', END_MS);
      }
      return run();
    });
  const { directory, version, taggedProcesses } = sandbox;
  let server = await startServerProcess(launcher, sandbox);
  let api = new ChatsApi(server);
  let chat = new ChatUnderTest(api, '');
  const isMade = (file: string): boolean => existsSync(path.join(directory, file));
  /** Sends a command that asks, answers it, and resolves to the request when the turn is over. */
  const runAndAnswer = async (prompt: string, kind: string) => {
    await chat.send(prompt);
    const request = await chat.permission();
    await chat.answer(request, kind);
    await chat.rests('waiting');
    return request;
  };
  const startEndless = async (): Promise<void> => {
    await chat.send(`Please run: ${ENDLESS_COMMAND}`);
    await chat.answer(await chat.permission(), 'allow_once');
    await until('the command runs', () => endlessCommands(sandbox).length > 0 || undefined);
  };
  const nothingRuns = (what: string, processes: () => readonly number[]): Promise<true> =>
    until(`${what}: all processes end`, () => processes().length === 0 || undefined, END_MS);
  const recalls = async (): Promise<string> => {
    await chat.send('Please recall');
    await chat.rests('waiting');
    return chat.lastText();
  };

  await steps.run(
    'start, first answer',
    async () => {
      const [{ id: organization }] = await api.call('GET', '/organizations');
      const { models, providers } = await api.call('GET', `/organizations/${organization}/chats/models`);
      const provider = providers.find(({ type }: { type: string }) => type === agent.name);
      check(provider?.available === true, `not offered: ${JSON.stringify(provider ?? providers)}`);
      const model = models.find(
        ({ ai_provider_id }: { ai_provider_id: string }) => ai_provider_id === provider.id,
      );
      check(model !== undefined, `no model of ${agent.name}`);
      const begun = performance.now();
      const created = await api.call('POST', '/chats', {
        organization_id: organization,
        model_config_id: model.id,
        directory,
        permission_mode: 'ask',
        content: [{ type: 'text', text: 'Please say: Hello from the scripted model' }],
      });
      chat = new ChatUnderTest(api, created.id);
      await chat.rests('waiting');
      const ms = Math.round(performance.now() - begun);
      check((await chat.lastText()).includes('Hello from the scripted model'), await chat.lastText());
      const { agent: shown } = await chat.get();
      check(shown?.version === version, `shows the agent as ${JSON.stringify(shown)}`);
      const megabytes = Math.round(memoryOf(taggedProcesses()) / 1024);
      return `first answer after ${ms} ms, then ${megabytes} MiB`;
    },
    { isEssential: true },
  );
  await step('streamed text', async () => {
    const stream = chat.stream();
    try {
      await until('the stream is open', () => stream.events.length > 0 || undefined);
      const sent = performance.now();
      await chat.send('Please say: one two three four five six seven eight');
      await chat.rests('waiting');
      const texts = stream.events.filter(
        ({ type, message_part }) => type === 'message_part' && message_part.part.type === 'text',
      );
      const streamed = texts.map(({ message_part }) => message_part.part.text).join('');
      check(texts.length > 1 && streamed.includes('one two three four five six seven eight'), streamed);
      return `${texts.length} parts, the first after ${Math.round(texts[0].atMs - sent)} ms`;
    } finally {
      stream.close();
    }
  });
  await step('command after permission', async () => {
    const { args } = await runAndAnswer('Please run: echo made > made.txt', 'allow_once');
    check(isMade('made.txt'), 'the command did not run');
    check(
      `${args.command} ${args.title}`.includes('echo made > made.txt'),
      `the request shows ${JSON.stringify(args)}`,
    );
    return '';
  });
  await step('edit after permission, with its diff', async () => {
    const file = path.join(directory, 'new.txt');
    const request = await runAndAnswer(`Please edit: ${file} hello`, 'allow_once');
    check(isMade('new.txt'), 'the file was not written');
    const [asked] = request.args.diff ?? [];
    check(asked?.new_text === 'hello\n', `the request shows ${JSON.stringify(request.args)}`);
    const tool = await chat.toolOf(request);
    check(tool.status === 'completed' && tool.diff?.[0]?.new_text === 'hello\n', JSON.stringify(tool));
    return '';
  });
  await step('command that was refused', async () => {
    await runAndAnswer('Please run: echo made > refused.txt', 'reject_once');
    check(!isMade('refused.txt'), 'the command ran');
    return '';
  });
  await step('two commands at once', async () => {
    await chat.send('Please both: echo made > a.txt ;; echo made > b.txt');
    await chat.answer(await chat.permission(), 'allow_once');
    await chat.answer(await chat.permission(), 'allow_once');
    await chat.rests('waiting');
    check(isMade('a.txt') && isMade('b.txt'), 'a command did not run');
    return '';
  });
  await step('error of the model, then on', async () => {
    await chat.send('Please fail: 400');
    const { last_error } = await chat.rests('error');
    const shown = `${JSON.stringify(last_error)} ${await chat.lastText()}`;
    check(shown.includes('The stub refuses this request.'), `shows ${shown}`);
    await chat.send('Please say: I go on');
    await chat.rests('waiting');
    return '';
  });
  await step('queued message after an interrupt', async () => {
    await chat.send('Please slow: 200');
    await until('text', async () => (await chat.lastText()).includes('part 1') || undefined);
    await chat.queue('Please say: I was queued');
    await chat.interrupt();
    await until(
      'the queued message',
      async () => (await chat.lastText()).includes('I was queued') || undefined,
    );
    await chat.rests('waiting');
    return '';
  });
  await step('interrupt in a text', async () => {
    await chat.send('Please slow: 200');
    await until('text', async () => (await chat.lastText()).includes('part 3') || undefined);
    const begun = performance.now();
    await chat.interrupt();
    await chat.rests('waiting', END_MS);
    const ms = Math.round(performance.now() - begun);
    check((await chat.lastText()).includes('part 3'), 'the text is lost');
    return `${ms} ms`;
  });
  await step('interrupt at a permission request', async () => {
    await chat.send('Please run: echo made > interrupted.txt');
    await chat.permission();
    await chat.interrupt();
    await chat.rests('waiting', END_MS);
    check(!isMade('interrupted.txt'), 'the command ran');
    return '';
  });
  await step('interrupt in a command', async () => {
    await startEndless();
    await chat.interrupt();
    await chat.rests('waiting', END_MS);
    await nothingRuns('interrupt', () => endlessCommands(sandbox));
    return '';
  });
  await step('interrupt in a command that needs no permission', async () => {
    await chat.send('Please exec: tail -f made.txt');
    await until('the command runs', async () => {
      if ((await chat.get()).status === 'requires_action')
        await chat.answer(await chat.permission(), 'allow_once');
      return endlessCommands(sandbox).length > 0 || undefined;
    });
    await chat.interrupt();
    await chat.rests('waiting', END_MS);
    await nothingRuns('interrupt', () => endlessCommands(sandbox));
    return '';
  });
  await step('permission mode edits, and back', async () => {
    await chat.change({ permission_mode: 'edits' });
    await chat.send(`Please edit: ${path.join(directory, 'free.txt')} hello`);
    await chat.rests('waiting');
    check(isMade('free.txt'), 'the file was not written');
    // Claude counts a command that writes a file of the directory as an edit.
    const outside = path.join(sandbox.home, 'outside.txt');
    await runAndAnswer(`Please run: echo made > ${outside}`, 'allow_once');
    check(existsSync(outside), 'the command did not run');
    await chat.change({ permission_mode: 'ask' });
    await runAndAnswer('Please run: echo made > asked-again.txt', 'reject_once');
    return '';
  });
  await step('permission mode all, and back', async () => {
    await chat.change({ permission_mode: 'all' });
    await chat.send('Please exec: echo made > unasked.txt');
    // Claude refuses this mode to root: the chat says so, and still asks.
    const isRefused = await chat.asks();
    if (isRefused) await chat.answer(await chat.permission(), 'allow_once');
    await chat.rests('waiting');
    check(isMade('unasked.txt'), 'the command did not run');
    const { permission_mode: mode } = await chat.get();
    const notice = (await chat.parts()).findLast(({ type }) => type === 'hook-notice')?.text ?? '';
    check(mode === (isRefused ? 'ask' : 'all'), `the mode is shown as ${mode}`);
    check(!isRefused || notice !== '', 'no notice');
    await chat.change({ permission_mode: 'ask' });
    return isRefused ? 'refused to root, with a notice' : '';
  });
  await step('kill -9 of the agent in a command', async () => {
    await chat.send('Please remember: heron');
    await chat.rests('waiting');
    await startEndless();
    const [leader] = sandbox.leaders();
    check(leader !== undefined, 'no process of the agent');
    process.kill(leader, 'SIGKILL');
    const { last_error } = await chat.rests('error', END_MS);
    check(last_error.message.includes('ended by itself (SIGKILL)'), last_error.message);
    await nothingRuns('kill', taggedProcesses);
    return '';
  });
  await step('next message after that', async () => {
    const text = await recalls();
    const isLost = /Earlier context is lost/u.test(text);
    check(isLost || text.includes('heron'), `neither knows nor says so: ${text}`);
    check(isLost === agent.quirks.isUnsafeToLoad, `notice: ${isLost}; text: ${text}`);
    await runAndAnswer('Please run: echo made > resumed.txt', 'allow_once');
    return isLost ? 'with a notice that earlier context is lost' : 'knows the conversation';
  });
  await step('kill -9 of the server in a command, restart', async () => {
    await chat.send('Please remember: stork');
    await chat.rests('waiting');
    await startEndless();
    server.program.kill('SIGKILL');
    await server.program.ended;
    server = await startServerProcess(launcher, sandbox);
    api = new ChatsApi(server);
    chat = new ChatUnderTest(api, chat.id);
    const { last_error } = await chat.rests('error');
    check(last_error.message.includes('cut off'), last_error.message);
    await nothingRuns('restart', taggedProcesses);
    const text = await recalls();
    check(/stork|heron|Earlier context is lost/u.test(text), `neither knows nor says so: ${text}`);
    return '';
  });
  await step('archive, delete', async () => {
    check(taggedProcesses().length > 0, 'the agent is not running');
    const begun = performance.now();
    await chat.change({ archived: true });
    await nothingRuns('archive', taggedProcesses);
    const ms = Math.round(performance.now() - begun);
    await chat.delete();
    const chats = await api.call('GET', '/chats?q=archived%3Aany');
    check(chats.length === 0, `still listed: ${JSON.stringify(chats)}`);
    return `ends in ${ms} ms`;
  });
  await steps.run(
    'stop of the server',
    async () => {
      server.program.kill('SIGTERM');
      const { code } = await server.program.ended;
      await nothingRuns('stop', sandbox.processes);
      check(code === 0, `exit code ${code}`);
      return '';
    },
    { isAlways: true },
  );
  server.program.kill('SIGKILL');
  return steps;
}
