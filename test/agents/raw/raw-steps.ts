import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RealAgent } from '../real-agents.ts';
import { ENDLESS_COMMAND, endlessCommands, type Sandbox } from '../sandbox.ts';
import { check, Steps, until } from '../steps.ts';
import { AcpProcess } from './acp-process.ts';

const ESSENTIAL = { isEssential: true };

/**
 * Speaks ACP with an agent without taskdeck: shows whether a failure is the agent's or the scripted model's own, and
 * what the agent does by itself.
 */
export async function runRawSteps(
  { agent }: RealAgent,
  sandbox: Sandbox,
  log: (line: string) => void,
): Promise<Steps> {
  const { env, directory, version, processes } = sandbox;
  const steps = new Steps(log);
  const [command = '', ...args] = agent.command;
  const { isUnsafeToLoad, environmentOfMode } = agent.quirks;
  const agentEnv = { ...env, ...agent.env, ...environmentOfMode?.('ask') };
  const start = (): AcpProcess => new AcpProcess(command, args, directory, agentEnv);
  let acp = start();
  let sessionId = '';
  const prompt = (text: string): ReturnType<AcpProcess['request']> =>
    acp.request('session/prompt', { sessionId, prompt: [{ type: 'text', text }] });
  const initialize = (): ReturnType<AcpProcess['request']> =>
    acp.request('initialize', {
      protocolVersion: 1,
      clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
      clientInfo: { name: 'taskdeck', version: '0' },
    });
  const textSince = (from: number): string =>
    acp.received
      .slice(from)
      .map(({ params }) => params?.update)
      .filter((update) => update?.sessionUpdate === 'agent_message_chunk')
      .map(({ content }) => content.text)
      .join('');
  const isPermission = ({ method }: { readonly method?: string }): boolean =>
    method === 'session/request_permission';
  /** Prompts, answers the first permission request by an option of this kind, and waits for the end of the turn. */
  const promptAndAnswer = async (text: string, kind: string) => {
    const from = acp.received.length;
    const turn = prompt(text);
    turn.catch(() => {});
    const request = await acp.until(() => acp.received.slice(from).find(isPermission));
    const option = request.params.options.find((each: { kind: string }) => each.kind === kind);
    check(option !== undefined && request.id !== undefined, `no option of kind ${kind}`);
    acp.answer(request.id, { outcome: { outcome: 'selected', optionId: option.optionId } });
    return { request, turn, from };
  };

  await steps.run(
    'initialize',
    async () => {
      const { protocolVersion, agentInfo } = await initialize();
      check(protocolVersion === 1, `protocol version ${protocolVersion}`);
      check(agentInfo?.version === version, `reports version ${agentInfo?.version}`);
      return '';
    },
    ESSENTIAL,
  );
  await steps.run(
    'new session',
    async () => {
      const session = await acp.request('session/new', { cwd: directory, mcpServers: [] });
      ({ sessionId } = session);
      const mode =
        session.modes?.currentModeId ??
        session.configOptions?.find((option: { category: string }) => option.category === 'mode')
          ?.currentValue;
      return `starts in mode ${mode}`;
    },
    ESSENTIAL,
  );
  await steps.run('modes', async () => {
    const refused: string[] = [];
    for (const modeId of [...new Set(Object.values(agent.modes)), agent.modes.ask])
      await acp
        .request('session/set_mode', { sessionId, modeId })
        .catch((error: Error) => refused.push(`${modeId} (${error.message.trim()})`));
    check(!refused.some((text) => text.startsWith(`${agent.modes.ask} `)), refused.join(', '));
    return refused.length === 0 ? 'takes all of taskdeck' : `refuses ${refused.join(', ')}`;
  });
  await steps.run('text', async () => {
    const from = acp.received.length;
    const { stopReason } = await prompt('Please say: Hello from the scripted model');
    check(stopReason === 'end_turn', `stop reason ${stopReason}`);
    check(textSince(from).includes('Hello from the scripted model'), `text: ${textSince(from)}`);
    return '';
  });
  await steps.run('command with permission', async () => {
    const { turn, request } = await promptAndAnswer('Please run: echo made > made.txt', 'allow_once');
    const { stopReason } = await turn;
    check(stopReason === 'end_turn', `stop reason ${stopReason}`);
    check(existsSync(path.join(directory, 'made.txt')), 'the command did not run');
    return `options: ${request.params.options.map(({ kind }: { kind: string }) => kind).join(', ')}`;
  });
  await steps.run('edit with diff', async () => {
    const file = path.join(directory, 'new.txt');
    const { turn, from } = await promptAndAnswer(`Please edit: ${file} hello`, 'allow_once');
    await turn;
    check(existsSync(file), 'the file was not written');
    const diffs = acp.received
      .slice(from)
      .flatMap(({ params }) => [params?.update?.content, params?.toolCall?.content])
      .flat()
      .filter((content) => content?.type === 'diff');
    check(
      diffs.some(({ newText }) => newText === 'hello\n'),
      'no diff',
    );
    return '';
  });
  await steps.run('refused permission', async () => {
    const { turn } = await promptAndAnswer('Please run: echo made > refused.txt', 'reject_once');
    await turn;
    check(!existsSync(path.join(directory, 'refused.txt')), 'the command ran');
    return '';
  });
  await steps.run('error of the model', async () => {
    const from = acp.received.length;
    const result = await prompt('Please fail: 400').catch((error: unknown) => error);
    return result instanceof Error ? result.message : `text: ${textSince(from).trim()}`;
  });
  await steps.run('cancel', async () => {
    const from = acp.received.length;
    const turn = prompt('Please slow: 100');
    await acp.until(() => (textSince(from).includes('part 3') ? true : undefined));
    const cancelled = performance.now();
    acp.notify('session/cancel', { sessionId });
    const { stopReason } = await turn;
    check(stopReason === 'cancelled', `stop reason ${stopReason}`);
    return `${Math.round(performance.now() - cancelled)} ms`;
  });
  await steps.run('cancel in a command', async () => {
    const { turn } = await promptAndAnswer(`Please run: ${ENDLESS_COMMAND}`, 'allow_once');
    await until('the command runs', () => endlessCommands(sandbox).length > 0 || undefined);
    acp.notify('session/cancel', { sessionId });
    const { stopReason } = await turn;
    check(stopReason === 'cancelled', `stop reason ${stopReason}`);
    const isEnded = (): true | undefined => endlessCommands(sandbox).length === 0 || undefined;
    const ended = await until('the command ends', isEnded, 2_000).catch(() => false);
    for (const pid of endlessCommands(sandbox)) process.kill(pid, 'SIGKILL');
    return ended ? 'the command ends' : 'the command goes on';
  });
  await steps.run('SIGKILL in a command', async () => {
    await prompt('Please remember: heron');
    await promptAndAnswer(`Please run: ${ENDLESS_COMMAND}`, 'allow_once');
    await until('the command runs', () => endlessCommands(sandbox).length > 0 || undefined);
    acp.child.kill('SIGKILL');
    await acp.exited;
    const left = await until('its processes end', () => processes().length === 0 || undefined, 2_000)
      .then(() => 0)
      .catch(() => processes().length);
    for (const pid of processes()) process.kill(pid, 'SIGKILL');
    return left === 0 ? 'leaves nothing' : `leaves ${left} processes`;
  });
  await steps.run('resume in a new process', async () => {
    acp = start();
    const { agentCapabilities } = await initialize();
    const { sessionCapabilities } = agentCapabilities;
    const method = sessionCapabilities?.resume == null ? 'session/load' : 'session/resume';
    const resumed = await acp.request(method, { sessionId, cwd: directory, mcpServers: [] }).then(
      () => null,
      (error: Error) => error.message,
    );
    if (resumed !== null) {
      check(isUnsafeToLoad, resumed);
      return resumed;
    }
    const from = acp.received.length;
    await prompt('Please recall');
    check(textSince(from).includes('heron') || isUnsafeToLoad, `text: ${textSince(from)}`);
    return `${method}: ${textSince(from).includes('heron') ? 'knows' : 'has lost'} the conversation`;
  });
  await steps.run('end by closing stdin', async () => {
    acp.child.stdin?.end();
    await until('the process ends', () => acp.child.exitCode ?? undefined, 10_000);
    return '';
  });
  return steps;
}
