// `npm run agents` installs real coding agents and runs them through taskdeck against a scripted model; see docs/agents.md.
import { parseArgs } from 'node:util';
import { agentsCache, installAgent } from './install-agent.ts';
import { runRawSteps } from './raw/raw-steps.ts';
import { REAL_AGENTS } from './real-agents.ts';
import { openSandbox } from './sandbox.ts';

const HELP = `npm run agents -- [options]
  --only NAMES   run these agents, comma-separated: ${REAL_AGENTS.map(({ name }) => name).join(', ')}
  --raw          speak ACP with the agents directly, without taskdeck
`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    raw: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const log = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  if (options.help) return log(HELP);
  const names = options.only?.split(',') ?? REAL_AGENTS.map(({ name }) => name);
  const agents = REAL_AGENTS.filter(({ name }) => names.includes(name));
  if (agents.length < names.length) {
    process.stderr.write(HELP);
    process.exitCode = 2;
    return;
  }
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  for (const agent of agents) {
    if (interrupted.signal.aborted) return;
    log(`${agent.title} ${agent.version}`);
    const bin = await installAgent(agent, agentsCache(process.env), interrupted.signal);
    const sandbox = await openSandbox(agent, bin);
    try {
      const { results } = await runRawSteps(agent, sandbox, log);
      if (results.some(({ finding }) => finding === null)) process.exitCode = 1;
    } finally {
      await sandbox.close();
    }
  }
}

await main();
