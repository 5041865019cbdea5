import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, message, task } from '../api/response-bodies.ts';
import { Chats } from '../support/chats/chats.ts';
import { type CoderServer, empty, json, startCoderServer } from '../support/coder-server.ts';
import { type ProxyServer, startProxy } from '../support/proxy.ts';
import { FLEET_TASKS, seedFleetChats } from './example-fleet.ts';

const TOKEN = 'abcdefghij-abcdefghijklmnopqrstuv';
const VERSION_OF_CODER = 'v2.36.1+3f1c0de';
/** Of coder.test. */
const CERTIFICATES = path.resolve('test/api/certificates');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A real server with example tasks, under a host name that is the same in every run. */
export interface ExampleDeployment {
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface ExampleTask {
  readonly title: string;
  readonly owner?: string;
  readonly template?: string;
  /** Time since the last change, ms. Half a minute is added, so that a slow run shows the same age. */
  readonly ageMs: number;
  readonly status?: string;
  readonly workspace?: string;
  /** State and message of the agent; undefined if it is not running. */
  readonly report?: readonly [state: string, words: string];
  readonly messages?: readonly (readonly [type: 'input' | 'output', text: string])[];
}

const LOGIN = `I traced the redirect loop to \`src/auth/redirect.ts\`:

- the **return URL** is read before the session cookie is set
- on a second visit \`next=\` points at the sign-in page itself

\`\`\`diff
@@ -41,7 +41,7 @@ export function afterLogin(request: Request) {
-  return redirect(request.query.next ?? '/');
+  return redirect(safeNext(request.query.next) ?? '/');
 }
\`\`\`

All 214 tests pass. There are two release branches with the same fault.
**Which branch should I target?**`;

const TASKS: readonly ExampleTask[] = [
  {
    title: 'Fix login redirect',
    ageMs: 3 * MINUTE,
    report: ['idle', 'Which branch should I target?'],
    messages: [
      ['input', 'Users are sent in circles after signing in. Find out why and fix it, with a test.'],
      ['output', LOGIN],
    ],
  },
  {
    title: 'Update the docs for 2.4',
    ageMs: MINUTE,
    report: ['working', 'Rewriting the page about proxies'],
    messages: [
      ['input', 'Bring the documentation up to 2.4: proxies, tokens and the new flags.'],
      [
        'output',
        'The flags are done. I am at the page about proxies now; two of its examples no longer work.',
      ],
    ],
  },
  { title: 'Hunt the flaky upload test', ageMs: 12 * MINUTE, report: ['working', 'Run 31 of 200 passed'] },
  {
    title: 'Migrate billing to Postgres 17',
    ageMs: 5 * MINUTE,
    report: ['failure', 'Migration 0042 timed out'],
  },
  {
    title: 'Add rate limits to the API',
    ageMs: 26 * MINUTE,
    report: ['complete', 'Pull request 1284 is ready for review'],
  },
  {
    title: '修复日期选择器的时区',
    owner: 'ada',
    ageMs: 41 * MINUTE,
    report: ['working', 'Looking at the calendar widget'],
  },
  { title: 'Translate the settings page', ageMs: HOUR, report: ['complete', 'German and Polish are in'] },
  { title: 'Bump dependencies', ageMs: 2 * DAY, status: 'paused', workspace: 'stopped' },
  { title: 'Profile the search index', ageMs: 3 * HOUR, report: ['idle', 'Shall I try a bloom filter?'] },
  { title: 'Port the importer to Go', ageMs: MINUTE / 2, status: 'initializing', workspace: 'starting' },
  { title: 'Describe the audit log', ageMs: 6 * DAY, status: 'paused', workspace: 'stopped' },
  { title: 'Try the new compiler', ageMs: 8 * HOUR, report: ['complete', 'Builds are 18 percent faster'] },
];

const idOf = (index: number): string => `6c2b4e3a-0d51-4a3c-9a55-${String(index).padStart(12, '0')}`;

/** `isFleet`: forty rows of Tasks and chats, instead of twelve Tasks. */
export async function openExampleDeployment({ isFleet = false } = {}): Promise<ExampleDeployment> {
  const [key, cert] = ['server.key.pem', 'server.pem'].map((name) =>
    readFileSync(path.join(CERTIFICATES, name), 'utf8'),
  );
  const tls = { key: key ?? '', cert: cert ?? '' };
  const chats = isFleet ? new Chats({ version: VERSION_OF_CODER, token: TOKEN }) : null;
  if (chats !== null) seedFleetChats(chats);
  const server = await startCoderServer(
    chats === null ? { tls } : { tls, fallback: chats.reply, upgrade: chats.sockets.upgrade },
  );
  const proxy = await startProxy({ to: Number(new URL(server.url).port) });
  describe(server, isFleet ? [...TASKS, ...FLEET_TASKS] : TASKS);
  if (chats !== null)
    for (const path of ['buildinfo', 'users/me']) server.on('GET', `/api/v2/${path}`, chats.reply);
  return {
    env: {
      CODER_URL: 'https://coder.test',
      CODER_SESSION_TOKEN: TOKEN,
      HTTPS_PROXY: proxy.url,
      SSL_CERT_FILE: path.join(CERTIFICATES, 'authority.pem'),
      TZ: 'UTC',
    },
    close: () => closed(server, proxy),
  };
}

async function closed(server: CoderServer, proxy: ProxyServer): Promise<void> {
  await proxy.close();
  await server.close();
}

function describe(server: CoderServer, examples: readonly ExampleTask[]): void {
  server.on('GET', '/api/v2/buildinfo', json(200, { version: VERSION_OF_CODER, dashboard_url: '' }));
  server.on('GET', '/api/v2/users/me', json(200, { id: 'u', username: 'ada', name: 'Ada' }));
  server.on(
    'GET',
    '/api/v2/templates',
    json(200, [template('docker-ai', 'Docker with AI'), template('gpu', 'GPU box')]),
  );
  server.on(
    'GET',
    `/api/v2/templateversions/${VERSION}/presets`,
    json(200, [preset('Small', false), preset('Large, four cores', true)]),
  );
  server.on('GET', `/api/v2/templateversions/${VERSION}/external-auth`, json(200, []));
  const now = Date.now();
  const tasks = examples.map((example, index) => taskOf(example, index, now));
  server.on('GET', '/api/v2/tasks', json(200, { tasks, count: tasks.length }));
  tasks.forEach((each, index) => {
    const path = `/api/v2/tasks/${each.owner_name}/${each.id}`;
    server.on('GET', path, json(200, each));
    server.on('GET', `${path}/logs`, json(200, { logs: messagesOf(examples[index]) }));
    server.on('POST', `${path}/send`, empty(204));
    server.on(
      'GET',
      `/api/v2/workspaces/${each.workspace_id}`,
      json(200, { id: each.workspace_id, latest_build: build({ transition: 'start', status: 'succeeded' }) }),
    );
  });
}

function taskOf(
  {
    title,
    owner = 'ada',
    template: name = 'docker-ai',
    ageMs,
    status = 'active',
    workspace = 'running',
    report,
  }: ExampleTask,
  index: number,
  now: number,
) {
  const at = new Date(now - ageMs - MINUTE / 2).toISOString();
  return task({
    id: idOf(index),
    name: `task-${index}`,
    display_name: title,
    owner_name: owner,
    template_name: name,
    workspace_id: idOf(index + 100),
    workspace_build_number: 1,
    workspace_status: workspace,
    status,
    current_state:
      report === undefined ? null : { timestamp: at, state: report[0], message: report[1], uri: '' },
    created_at: new Date(now - ageMs - HOUR).toISOString(),
    updated_at: at,
  }) as ReturnType<typeof task>;
}

const messagesOf = (example: ExampleTask | undefined) =>
  (example?.messages ?? [['input', example?.title ?? ''] as const]).map(([type, text], index) =>
    message(index + 1, type, text),
  );

const VERSION = '0b0f2f42-0c8c-4c1c-8d0f-2f3a8f9a3f10';

const preset = (name: string, isDefault: boolean) => ({
  ID: name,
  Name: name,
  Description: '',
  Default: isDefault,
  Parameters: null,
});

const template = (name: string, title: string) => ({
  id: `c6d67e98-83ea-49f0-8812-${name.padEnd(12, '0').replaceAll(/[^0-9a-f]/g, '0')}`,
  organization_id: '7c60d51f-b44e-4682-87d6-449835ea4de6',
  organization_name: 'default',
  organization_display_name: 'Default',
  name,
  display_name: title,
  description: `Runs an agent in ${title}.`,
  active_version_id: VERSION,
  icon: '',
});
