import { expect, it } from 'vitest';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { MODELS, PROVIDERS } from '../support/chats/models.ts';
import type { Part } from '../support/chats/rows.ts';
import { ORGANIZATION_ID } from '../support/chats/state.ts';
import { json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { ALL_HOSTILE, ALL_HOSTILE_TEXT } from '../support/hostile-text.ts';
import { checkOutput, textFault } from '../support/strict-output.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn, TOKEN } from './deployment.ts';

const X = ALL_HOSTILE_TEXT;

const DIFF = `--- a/${X}\n+++ b/${X}\n@@ -1,2 +1,2 @@ ${X}\n-${X}\n+${X}\n`;

/** Parts of all types, with hostile text in every field. */
const PARTS: readonly Part[] = [
  { type: 'text', text: `# ${X}\n\n\`\`\`${X}\n${X}\n\`\`\`` },
  { type: 'reasoning', text: X, created_at: X, completed_at: X },
  { type: 'source', source_id: X, url: `https://x/${X}`, title: X },
  { type: 'source', source_id: X, url: X },
  { type: 'file', media_type: X, name: X, file_id: X },
  { type: 'file-reference', file_name: X, start_line: 1, end_line: 2, content: X },
  { type: 'context-file', context_file_path: X, context_file_truncated: true },
  { type: 'skill', skill_name: X, skill_description: X },
  { type: 'workspace-file-reference', workspace_file_path: X, name: X, size: 1, workspace_id: X },
  { type: 'hook-notice', text: X },
  { type: X, text: X },
];

/** Tools with their arguments and results, of the shapes that have rows of their own, and one of any other. */
const TOOLS: readonly (readonly [string, unknown, unknown])[] = [
  ['execute', { command: X }, { output: X, exit_code: 1, error: X }],
  ['read_file', { path: X }, { content: X }],
  ['write_file', { path: X, content: X }, { ok: true, diff: DIFF }],
  [
    'edit_files',
    { files: [{ path: X, edits: [{ search: X, replace: X }] }] },
    { files: [{ path: X, diff: DIFF }] },
  ],
  ['propose_plan', { plan: X, path: X }, { plan: X }],
  ['web_search', { query: X }, [{ title: X, url: X }]],
  ['spawn_agent', { title: X, prompt: X }, { chat_id: X, title: X }],
  ['chat_summarized', { source: X }, { summary: X }],
  [X, { [X]: X, deep: [[{ [X]: [X] }]] }, X],
];

async function hostileDeployment(): Promise<ChatsServer> {
  const server = await chatsDeployment({ stopsAfterMs: null });
  const { chats } = server;
  const id = chats.seed({
    title: `one ${X}`,
    status: 'running',
    summary: X,
    labels: { [X]: X },
    messages: ALL_HOSTILE.map((text, index) => [index % 2 === 0 ? 'user' : 'assistant', text] as const),
    queue: [X, `second ${X}`],
    planMode: true,
    extra: { summary: X, owner_name: X, last_reasoning_effort: X, last_model_config_id: X },
  });
  const agent = chats.agent(id);
  for (const [tool, args, result] of TOOLS) agent.use(tool, args, result, tool === 'execute');
  agent.say(...PARTS);
  agent.pullRequest({ url: `https://x/${X}`, pull_request_title: X, pull_request_state: X, head_branch: X });
  chats.seed({ parent: id, title: `child ${X}`, status: 'running', word: X });
  chats.seed({ title: `failed ${X}`, error: { message: X, detail: X, kind: X, provider: X } });
  chats.seed({ title: `shared ${X}`, owner: X, planMode: true });
  server.on(
    'GET',
    `/api/v2/organizations/${ORGANIZATION_ID}/chats/models`,
    json(200, {
      models: MODELS.map((model) => ({
        ...model,
        display_name: `${model.display_name} ${X}`,
        model: X,
        reasoning_efforts: [X],
      })),
      providers: PROVIDERS.map((provider) => ({
        ...provider,
        display_name: X,
        ...(provider.available ? {} : { unavailable_reason: X }),
      })),
    }),
  );
  const refusal = { message: `refused ${X}`, detail: X, validations: [{ field: X, detail: X }], kind: X };
  for (const operation of ['send', 'interrupt', 'create', 'update', 'edit message', 'promote'] as const)
    chats.faults.plan(operation, { answer: { status: 400, body: refusal } }, 99);
  return server;
}

const SIZE = { cols: 110, rows: 32 };

const INVISIBLE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

const closed = (app: TerminalApp, words: string): Promise<unknown> => {
  app.press('esc');
  return app.until((screen) => !screen.text().includes(words));
};

it('only visible text of chats reaches the terminal', async () => {
  const server = await hostileDeployment();
  const home = pollOften(makeHome(signedIn(server)));
  const app = await home.open([], SIZE);
  await app.shows(/one .*honest/u);
  await app.shows(/failed .*honest/u);
  app.press('G');
  await app.shows('2 of 2');
  app.press('tab', 'm', 't', 'w', 'm', 'g', 'G');
  for (let count = 0; count < 12; count++) app.press('{', 'enter');
  app.press('esc', 'tab');
  app.press('x');
  await app.until(/Interrupt .*honest/u);
  app.press('y');
  await app.until('refused');
  app.press('Q');
  await app.until('Outbox');
  await closed(app, 'Outbox');
  app.press('T');
  await app.until('⏎ rename');
  await closed(app, '⏎ rename');
  app.press('n');
  await app.until('Sonnet');
  app.press('tab', 'tab', 'tab', 'tab', 'tab', 'tab', 'tab');
  await closed(app, 'plan mode');
  app.press('I');
  await app.until(/deletes?/iu);
  app.press('esc');
  app.resize(60, 20);
  await app.until((screen) => /help/.test(screen.rows()[19] ?? ''));
  app.resize(SIZE.cols, SIZE.rows);
  app.kill('SIGTERM');
  await app.exit();

  const seen = checkOutput(Buffer.from(app.output()), { columns: SIZE.cols, rows: SIZE.rows });
  expect(seen.sequences.get('style')).toBeGreaterThan(10);
  expect(app.output()).not.toContain(TOKEN);
});

it('only visible text of chats reaches the output of scripts', async () => {
  const server = await hostileDeployment();
  const home = makeHome(signedIn(server));
  const [id = ''] = server.chats.ids;
  for (const args of [
    ['list'],
    ['list', '--json'],
    ['show', id],
    ['logs', id],
    ['logs', id, '--json'],
    ['send', id, 'x'],
  ]) {
    const { out, err } = await home.call(args);
    const words = args.join(' ');
    // JSON escapes what is invisible, and keeps the rest.
    if (args.includes('--json')) expect(out, words).not.toMatch(INVISIBLE);
    else expect(textFault(out), words).toBeNull();
    expect(textFault(err), words).toBeNull();
    expect(out + err, words).toContain('honest');
  }
});
