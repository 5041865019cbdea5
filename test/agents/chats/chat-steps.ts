import { readFileSync } from 'node:fs';
import type { RealAgent } from '../real-agents.ts';
import type { Sandbox } from '../sandbox.ts';
import { check, type Steps } from '../steps.ts';
import { ChatUnderTest } from './chat-client.ts';
import { ChatRun } from './chat-run.ts';
import { runEndSteps } from './end-steps.ts';
import { runPermissionSteps } from './permission-steps.ts';
import { runTextSteps } from './text-steps.ts';

/** Runs an agent through the local server: over HTTP as any client, with the real processes below it. */
export async function runChatSteps(
  launcher: string,
  { agent }: RealAgent,
  sandbox: Sandbox,
  log: (line: string) => void,
): Promise<Steps> {
  const run = await ChatRun.start({ launcher, agent, sandbox, log });
  await run.steps.run('start, first answer', () => start(run), { isEssential: true });
  await runTextSteps(run);
  await runPermissionSteps(run);
  await runEndSteps(run);
  return run.steps;
}

/** Creates the chat of the run. */
async function start(run: ChatRun): Promise<string> {
  const { api, agent, sandbox } = run;
  const begun = performance.now();
  const created = await api.call('POST', '/chats', {
    ...(await choices(run)),
    directory: sandbox.directory,
    permission_mode: 'ask',
    content: [{ type: 'text', text: 'Please say: Hello from the scripted model' }],
  });
  const chat = new ChatUnderTest(api, created.id);
  run.chat = chat;
  await chat.rests('waiting');
  const ms = Math.round(performance.now() - begun);
  check((await chat.lastText()).includes('Hello from the scripted model'), await chat.lastText());
  const { agent: shown } = await chat.get();
  check(
    shown?.name === agent.name && shown.version === sandbox.version,
    `shows the agent as ${JSON.stringify(shown)}`,
  );
  const megabytes = Math.round(memoryOf(sandbox.taggedProcesses()) / 1024);
  return `first answer after ${ms} ms, then ${megabytes} MiB`;
}

/** The organization, and the agent's default model. */
async function choices({ api, agent }: ChatRun): Promise<object> {
  const [{ id: organization }] = await api.call('GET', '/organizations');
  const { models, providers } = await api.call('GET', `/organizations/${organization}/chats/models`);
  const provider = providers.find(({ type }: { type: string }) => type === agent.name);
  check(provider?.available === true, `not offered: ${JSON.stringify(provider ?? providers)}`);
  const model = models.find(
    ({ ai_provider_id }: { ai_provider_id: string }) => ai_provider_id === provider.id,
  );
  check(model !== undefined, `no model of ${agent.name}`);
  return { organization_id: organization, model_config_id: model.id };
}

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
