// `npm run agents` installs real coding agents and runs them through taskdeck against a scripted model; see docs/agents.md.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { thisMachine } from '../bench/machine.ts';
import { buildProgram } from '../support/build-program.ts';
import { type AgentResult, agentsPage } from './agents-page.ts';
import { runChatSteps } from './chats/chat-steps.ts';
import { runTerminalSteps } from './chats/terminal-steps.ts';
import { agentsCache, installAgent } from './install-agent.ts';
import { runRawSteps } from './raw/raw-steps.ts';
import { REAL_AGENTS, type RealAgent } from './real-agents.ts';
import { openSandbox } from './sandbox.ts';
import { Steps } from './steps.ts';

const HELP = `npm run agents -- [options]
  --only NAMES   run these agents, comma-separated: ${REAL_AGENTS.map(({ name }) => name).join(', ')}
  --raw          speak ACP with the agents directly, without taskdeck
  --terminal     run only the steps in the terminal
  --check        do not write docs/agents.md, which a run of all agents does otherwise
`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    raw: { type: 'boolean', default: false },
    terminal: { type: 'boolean', default: false },
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
  const program = buildProgram();
  const runs: AgentResult[] = [];
  let failures = 0;
  try {
    for (const agent of agents) {
      interrupted.signal.throwIfAborted();
      const { results, failed } = await runAgent(agent, program.launcher, interrupted.signal);
      runs.push({ name: agent.name, results });
      failures += failed.length;
    }
  } finally {
    program.remove();
  }
  const isComplete = runs.length === REAL_AGENTS.length && !options.raw && !options.terminal;
  if (isComplete && !options.check)
    writeFileSync(new URL('../../docs/agents.md', import.meta.url), agentsPage(runs, thisMachine()));
  log(failures === 0 ? 'All steps passed.' : `${failures} steps failed.`);
  return failures === 0 ? 0 : 1;
}

async function runAgent(agent: RealAgent, launcher: string, signal: AbortSignal): Promise<Steps> {
  const installed = await installAgent(agent, agentsCache(process.env), signal);
  log(`${agent.agent.displayName} ${installed.version}`);
  const sandbox = await openSandbox(agent, installed);
  try {
    if (options.raw) return await runRawSteps(agent, sandbox, log);
    const steps = options.terminal ? new Steps(log) : await runChatSteps(launcher, agent, sandbox, log);
    await runTerminalSteps(steps, launcher, agent, sandbox);
    return steps;
  } finally {
    await sandbox.close();
  }
}

process.exitCode = await main();
