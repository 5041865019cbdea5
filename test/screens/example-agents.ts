import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fakeAgentCommand } from '../support/acp/fake-agent.ts';
import type { Home } from '../support/home.ts';

interface ExampleChat {
  readonly agent: string;
  readonly agentTitle: string;
  readonly version: string;
  readonly prompt: string;
  /** Of the fake agent: see test/support/acp/fake-steps.ts. */
  readonly steps: readonly string[];
}

const OLD_REDIRECT = 'export const afterLogin = (request: Request) =>\\n  redirect(request.query.next);\\n';
const NEW_REDIRECT =
  'export const afterLogin = (request: Request) =>\\n  redirect(safeNext(request.query.next));\\n';
/** The turn goes on for longer than the picture takes. */
const WORK = 'wait 600000';

const CHATS: readonly ExampleChat[] = [
  {
    agent: 'claude',
    agentTitle: 'Claude Code',
    version: '0.101.0',
    prompt: 'Users are sent in circles after signing in. Find out why and fix it, with a test.',
    steps: [
      'title Fix the login redirect',
      'read src/auth/redirect.ts',
      'say The return URL is read before the session cookie is set, so `next` can point at the sign-in page itself.',
      `edit src/auth/redirect.ts ${OLD_REDIRECT} => ${NEW_REDIRECT}`,
    ],
  },
  {
    agent: 'codex',
    agentTitle: 'Codex',
    version: '2.6.0',
    prompt: 'Move the orders to the new schema. Try it on a copy of the staging data first.',
    steps: [
      'title Migrate the orders table',
      'read db/migrations/0042_orders.sql',
      'say The migration needs about two minutes on the copy. I would like to run it now.',
      'ask npm run migrate -- --database staging-copy',
    ],
  },
  {
    agent: 'gemini',
    agentTitle: 'Gemini CLI',
    version: '0.61.0',
    prompt: 'Write the release notes for 2.4 from the merged pull requests.',
    steps: [
      'title Release notes for 2.4',
      'plan List the merged pull requests, Group them by area, Write a sentence for each, Check the links',
      'usage 41200 200000 0.18',
      'say There are 38 pull requests since 2.3. Eleven of them change the API.',
      'read CHANGELOG.md',
      WORK,
    ],
  },
  {
    agent: 'qwen',
    agentTitle: 'Qwen Code',
    version: '0.24.4',
    prompt: 'Translate the settings page into Polish.',
    steps: ['title Polish settings page', 'say The first 40 of 112 texts are translated.', WORK],
  },
  {
    agent: 'opencode',
    agentTitle: 'opencode',
    version: '1.18.33',
    prompt: 'Find out why the upload test fails now and then.',
    steps: ['title Hunt the flaky upload test', 'say Run 31 of 200 passed.', WORK],
  },
];

/** Starts a chat with each of five agents on this machine. They are scripted, but real processes that speak ACP. */
export async function startExampleAgents(home: Home): Promise<void> {
  const folder = path.join(home.folder, 'src', 'shop');
  mkdirSync(folder, { recursive: true });
  const script = path.join(home.folder, 'script.json');
  writeFileSync(
    script,
    JSON.stringify(Object.fromEntries(CHATS.map(({ prompt, steps }) => [prompt, steps.join('\n')]))),
  );
  const agents = CHATS.map(({ agent, agentTitle, version }) => [
    agent,
    {
      title: agentTitle,
      acp: fakeAgentCommand(`script=${script}`, `version=${version}`),
      modes: { ask: 'default', plan: 'plan' },
    },
  ]);
  const config = home.env.TASKDECK_CONFIG_DIR ?? '';
  mkdirSync(config, { recursive: true });
  writeFileSync(path.join(config, 'config.jsonc'), JSON.stringify({ agents: Object.fromEntries(agents) }), {
    mode: 0o600,
  });
  for (const { agent, prompt } of CHATS)
    await home.run('create', '--local', '--model', agent, '--cwd', folder, prompt);
}
