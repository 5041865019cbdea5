import { check } from '../steps.ts';
import { type ChatRun, END_MS } from './chat-run.ts';

/** Steps of ends: of the agent, the server, the chat. */
export async function runEndSteps(run: ChatRun): Promise<void> {
  await run.step('kill -9 of the agent in a command', async () => {
    await run.chat.send('Please remember: heron');
    await run.chat.rests('waiting');
    await run.startEndless();
    const [leader] = run.sandbox.leaders();
    check(leader !== undefined, 'no process of the agent');
    process.kill(leader, 'SIGKILL');
    const { last_error } = await run.chat.rests('error', END_MS);
    check(last_error.message.includes('ended by itself (SIGKILL)'), last_error.message);
    await run.nothingRuns('kill', run.sandbox.taggedProcesses);
    return '';
  });
  await run.step('next message after that', async () => {
    const text = await run.recalls();
    const isLost = /Earlier context is lost/u.test(text);
    // After a loss the agent gets the earlier messages as text.
    check(text.includes('heron'), text);
    check(isLost === run.agent.quirks.isUnsafeToLoad, `notice: ${isLost}; text: ${text}`);
    await run.runAndAnswer('Please run: echo made > resumed.txt', 'allow_once');
    return isLost ? 'with a notice that earlier context is lost' : 'knows the conversation';
  });
  await run.step('kill -9 of the server in a command, restart', async () => {
    await run.chat.send('Please remember: stork');
    await run.chat.rests('waiting');
    await run.startEndless();
    await run.restartServer();
    const { last_error } = await run.chat.rests('error');
    check(last_error.message.includes('cut off'), last_error.message);
    await run.nothingRuns('restart', run.sandbox.taggedProcesses);
    const text = await run.recalls();
    check(/stork|heron/u.test(text), text);
    return '';
  });
  await run.step('archive, delete', async () => {
    check(run.sandbox.taggedProcesses().length > 0, 'the agent is not running');
    const begun = performance.now();
    await run.chat.change({ archived: true });
    await run.nothingRuns('archive', run.sandbox.taggedProcesses);
    const ms = Math.round(performance.now() - begun);
    await run.chat.delete();
    const chats = await run.api.call('GET', '/chats?q=archived%3Aany');
    check(chats.length === 0, `still listed: ${JSON.stringify(chats)}`);
    return `ends in ${ms} ms`;
  });
  await run.steps.run(
    'stop of the server',
    async () => {
      run.server.program.kill('SIGTERM');
      const { code } = await run.server.program.ended;
      await run.nothingRuns('stop', run.sandbox.processes);
      check(code === 0, `exit code ${code}`);
      return '';
    },
    { isAlways: true },
  );
  run.server.program.kill('SIGKILL');
}
