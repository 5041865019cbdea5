// `npm run agents` installs real coding agents and runs them through taskdeck against a scripted model; see docs/agents.md.
import { writeFileSync } from 'node:fs';
import { format, parseArgs } from 'node:util';
import { thisMachine } from '../bench/machine.ts';
import { buildProgram } from '../support/build-program.ts';
import { type AgentResult, agentsPage } from './agents-page.ts';
import { runChatSteps } from './chats/chat-steps.ts';
import { runTerminalSteps } from './chats/terminal-steps.ts';
import { agentsCache, InstallFailed, installAgent } from './install-agent.ts';
import { runRawSteps } from './raw/raw-steps.ts';
import { REAL_AGENTS, type RealAgent } from './real-agents.ts';
import { openSandbox } from './sandbox.ts';
import { Steps } from './steps.ts';

const HELP = `npm run agents -- [options]
  --only NAMES   run these agents, comma-separated: ${REAL_AGENTS.map(({ name }) => name).join(', ')}
  --raw          speak ACP with the agents directly, without taskdeck
  --terminal     run only the steps in the terminal
  --install      only install the agents
  --check        run all agents at the same time, and do not write docs/agents.md, which a run of all agents does
                 otherwise
`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    raw: { type: 'boolean', default: false },
    terminal: { type: 'boolean', default: false },
    install: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const log = (line: string): void => void process.stdout.write(`${line}\n`);

/** The exit code. */
async function main(): Promise<number> {
  const names = options.only?.split(',') ?? REAL_AGENTS.map(({ name }) => name);
  const agents = REAL_AGENTS.filter(({ name }) => names.includes(name));
  if (options.help || agents.length < names.length) {
    process.stdout.write(HELP);
    return options.help ? 0 : 2;
  }
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  if (options.install) return installAll(agents, interrupted.signal);
  const program = buildProgram();
  let runs: readonly AgentRun[] = [];
  try {
    const { signal } = interrupted;
    // The page has times and memory of agents that run alone.
    if (options.check)
      runs = await Promise.all(agents.map((agent) => runAgent(agent, program.launcher, signal)));
    else for (const agent of agents) runs = [...runs, await runAgent(agent, program.launcher, signal)];
  } finally {
    program.remove();
  }
  const isComplete =
    runs.filter(({ results }) => results.length > 0).length === REAL_AGENTS.length &&
    !options.raw &&
    !options.terminal;
  if (isComplete && !options.check)
    writeFileSync(new URL('../../docs/agents.md', import.meta.url), agentsPage(runs, thisMachine()));
  const failures = runs.flatMap(({ failed }) => failed).length;
  log(failures === 0 ? 'All steps passed.' : `${failures} steps failed.`);
  return failures === 0 ? 0 : 1;
}

/** Installs agents at the same time. Resolves to the exit code. */
async function installAll(agents: readonly RealAgent[], signal: AbortSignal): Promise<number> {
  const installs = agents.map((agent) => installAgent(agent, agentsCache(process.env), signal));
  const failed = (await Promise.allSettled(installs)).filter((result) => result.status === 'rejected');
  for (const { reason } of failed) log(reason instanceof InstallFailed ? reason.message : format(reason));
  return failed.length === 0 ? 0 : 1;
}

interface AgentRun extends AgentResult {
  /** Names of the steps that failed. */
  readonly failed: readonly string[];
}

/** Installs an agent and runs its steps. Resolves with one failed step if that is not possible. */
async function runAgent(agent: RealAgent, launcher: string, signal: AbortSignal): Promise<AgentRun> {
  const { name } = agent;
  try {
    const { results, failed } = await runSteps(agent, launcher, signal);
    return { name, results, failed: failed.map((step) => step.name) };
  } catch (error) {
    signal.throwIfAborted();
    log(`${name}: ${error instanceof InstallFailed ? error.message : format(error)}`);
    return { name, results: [], failed: ['start'] };
  }
}

async function runSteps(agent: RealAgent, launcher: string, signal: AbortSignal): Promise<Steps> {
  signal.throwIfAborted();
  const logOfAgent = (text: string): void => log(text.replaceAll(/^/gmu, `${agent.name}: `));
  const installed = await installAgent(agent, agentsCache(process.env), signal);
  logOfAgent(`${agent.agent.displayName} ${installed.version}`);
  const sandbox = await openSandbox(agent, installed);
  try {
    if (options.raw) return await runRawSteps(agent, sandbox, logOfAgent);
    const steps = options.terminal
      ? new Steps(logOfAgent)
      : await runChatSteps(launcher, agent, sandbox, logOfAgent);
    await runTerminalSteps(steps, launcher, agent, sandbox);
    return steps;
  } finally {
    await sandbox.close();
  }
}

process.exitCode = await main();
