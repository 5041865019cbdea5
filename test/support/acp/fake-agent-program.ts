/*
 * An agent of the Agent Client Protocol for tests: a program for Node, written against the agent side of the SDK.
 *
 *   node test/support/acp/fake-agent-program.ts [--SWITCH[=VALUE] …]
 *
 * `fakeAgentCommand` (fake-agent.ts) builds that command. Without switches it streams, asks for permission, has modes,
 * models and efforts, and offers load, resume and close; its first mode asks nothing, as in some real agents. The text of a prompt says what the agent does: steps (the table
 * in fake-steps.ts), one a line, or separated by ` | `. A text whose first word is no step is answered by `You said: TEXT`.
 * Switches, also as words in the environment variable FAKE_AGENT, without the hyphens:
 *
 *   state=DIR          keeps sessions there, so that another process can load and resume them
 *   control=SOCKET     connects to the socket of an AgentControl (agent-control.ts)
 *   script=FILE        a JSON object: the steps for a prompt, by its text
 *   version=TEXT       its own version (default 1.2.3)
 *   no-load, no-resume, no-close, no-images, no-modes, no-options
 *                      does not offer these
 *   legacy-model       offers models as `models`, set by session/set_model
 *   start-delay=MS     answers `initialize` late; `hang` never answers it, and `hang-new`
 *                      not session/new; `exit-at-start=CODE` exits instead
 *   protocol=N         answers with this version of the protocol
 *   noise              prints lines that are no messages of the protocol, at the start and in each turn
 *   auth[=WHERE]       error -32000 from `new` (default), `load` or `prompt`
 *   not-found[=CODE]   load and resume answer with this error (default -32002)
 *   load-erases        load removes the session and answers -32603
 *   late-replay        answers load first and replays the conversation after it
 *   resume-replays     replays the conversation in resume as well
 *   early-update       sends updates of a session before it answers session/new
 *   null-results       answers with null where the SDK allows it, prompts included
 *   odd-responses      adds `error: null` to each result, and makes texts of the ids of responses
 *   refuse-mode=ID     refuses this mode
 *   keep-mode          accepts modes but does not change its own
 *   ignore-cancel      does not answer a cancelled prompt; `lose-cancel` ignores the first cancel of a turn
 *   ignore-close       does not answer session/close
 *   ignore-sigterm     ignores SIGTERM, SIGHUP and the end of its standard input
 *   exit-delay=MS      ends that late after the end of its standard input
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { type AgentContext, agent, ndJsonStream, RequestError } from '@agentclientprotocol/sdk';
import { connectControl } from './fake-control.ts';
import { FakeSessions, optionsOf, SETTINGS } from './fake-sessions.ts';
import { runSteps } from './fake-steps.ts';

const words = [...(process.env.FAKE_AGENT?.split(' ') ?? []), ...process.argv.slice(2)];
const switches = new Map(
  words
    .filter((word) => word !== '')
    .map((word) => {
      const [name = '', ...value] = word.replace(/^--/, '').split('=');
      return [name, value.join('=')] as const;
    }),
);
const has = (name: string): boolean => switches.has(name);
const numberOf = (name: string, otherwise: number): number => Number(switches.get(name) || otherwise);

const sessions = new FakeSessions(switches.get('state') ?? null);
const script: Readonly<Record<string, string>> = has('script')
  ? JSON.parse(readFileSync(switches.get('script') ?? '', 'utf8'))
  : {};
const control = connectControl(switches.get('control') ?? null);
/** Prompts that run, by session. */
const turns = new Map<string, AbortController>();
const children = new Set<ChildProcess>();

const offer = (id: string): Record<string, unknown> => {
  const settings = sessions.settings(id);
  return {
    ...(has('no-modes') ? {} : { modes: { currentModeId: settings.mode, availableModes: SETTINGS.mode } }),
    ...(has('no-options') ? {} : { configOptions: optionsOf(settings, has('no-modes')) }),
    ...(has('legacy-model')
      ? {
          models: {
            currentModelId: settings.model,
            availableModels: SETTINGS.model.map(({ id: modelId, name }) => ({ modelId, name })),
          },
        }
      : {}),
  };
};

/** Sends an update of a session, of any shape. */
const update =
  (client: AgentContext, sessionId: string) =>
  (body: Record<string, unknown>): Promise<void> =>
    client.notify<unknown>('session/update', { sessionId, update: body });

const noise = (): void => {
  if (has('noise'))
    process.stdout.write('Loaded cached credentials.\n\n[1,2]\n"text"\n{"jsonrpc":"1.0"}\n{"a":\n');
};

async function replay(client: AgentContext, id: string): Promise<void> {
  const send = update(client, id);
  for (const { role, text } of sessions.messages(id)) {
    await send({ sessionUpdate: `${role}_message_chunk`, content: { type: 'text', text } });
  }
}

function setMode(id: string, mode: string): void {
  if (mode === switches.get('refuse-mode')) {
    throw new RequestError(-32603, 'Internal error', { details: `The mode ${mode} is not allowed here.` });
  }
  if (!has('keep-mode')) sessions.change(id, { mode });
}

async function reopen(client: AgentContext, id: string, how: 'load' | 'resume'): Promise<unknown> {
  control.report({ type: how, session: id });
  if (switches.get('auth') === 'load') throw RequestError.authRequired();
  if (has('load-erases')) {
    sessions.erase(id);
    throw new RequestError(-32603, 'Internal error');
  }
  if (has('not-found') || !sessions.open(id)) {
    throw new RequestError(numberOf('not-found', -32002), 'Resource not found', { sessionId: id });
  }
  if (has('late-replay')) {
    setTimeout(() => void replay(client, id), 150);
  } else if (how === 'load' || has('resume-replays')) await replay(client, id);
  return has('null-results') ? null : offer(id);
}

async function prompt(client: AgentContext, id: string, text: string): Promise<unknown> {
  control.report({ type: 'prompt', session: id, text });
  if (switches.get('auth') === 'prompt') throw RequestError.authRequired();
  const turn = new AbortController();
  turns.set(id, turn);
  noise();
  sessions.add(id, 'user', text);
  try {
    const stopReason = await runSteps(script[text] ?? text, {
      client,
      session: id,
      signal: turn.signal,
      update: update(client, id),
      // The client may change them during the turn.
      settings: () => sessions.settings(id),
      children,
      control,
      onText: (said) => sessions.add(id, 'agent', said),
    });
    await control.delivered();
    if (turn.signal.aborted && has('ignore-cancel')) return await new Promise(() => undefined);
    return has('null-results') ? null : { stopReason: turn.signal.aborted ? 'cancelled' : stopReason };
  } finally {
    if (turns.get(id) === turn) turns.delete(id);
  }
}

let lostCancels = 0;

const app = agent({ name: 'fake' })
  .onRequest('initialize', async ({ params }) => {
    control.report({ type: 'initialize', params });
    if (has('hang')) await new Promise(() => undefined);
    await wait(numberOf('start-delay', 0));
    const offered = (name: string): { readonly [key: string]: object } =>
      has(`no-${name}`) ? {} : { [name]: {} };
    return {
      protocolVersion: numberOf('protocol', 1),
      agentInfo: { name: 'fake-agent', version: switches.get('version') ?? '1.2.3' },
      authMethods: [{ id: 'login', name: 'Sign in' }],
      agentCapabilities: {
        loadSession: !has('no-load'),
        promptCapabilities: { image: !has('no-images'), embeddedContext: true },
        sessionCapabilities: { ...offered('resume'), ...offered('close') },
      },
    };
  })
  .onRequest('session/new', async ({ params, client }) => {
    const id = sessions.create();
    control.report({ type: 'new', session: id, cwd: params.cwd });
    if (has('hang-new')) await new Promise(() => undefined);
    if (has('auth') && (switches.get('auth') || 'new') === 'new') throw RequestError.authRequired();
    if (has('early-update')) {
      const send = update(client, id);
      await send({
        sessionUpdate: 'available_commands_update',
        availableCommands: [{ name: 'early', description: 'Sent before the session had an id' }],
      });
      await update(
        client,
        'a-stranger',
      )({
        sessionUpdate: 'agent_message_chunk',
        content: { type: 'text', text: 'for another client' },
      });
    }
    return { sessionId: id, ...offer(id) };
  })
  .onRequest(
    'session/load',
    (params) => params,
    async ({ params, client }) => reopen(client, sessionOf(params), 'load'),
  )
  .onRequest(
    'session/resume',
    (params) => params,
    async ({ params, client }) => reopen(client, sessionOf(params), 'resume'),
  )
  .onRequest('session/close', async ({ params }) => {
    control.report({ type: 'close', session: params.sessionId });
    if (has('ignore-close')) await new Promise(() => undefined);
    return {};
  })
  .onRequest(
    'session/set_mode',
    (params) => params,
    async ({ params, client }) => {
      const { sessionId, modeId } = params as { readonly sessionId: string; readonly modeId: string };
      control.report({ type: 'mode', session: sessionId, mode: modeId });
      setMode(sessionId, modeId);
      const { mode } = sessions.settings(sessionId);
      await update(client, sessionId)({ sessionUpdate: 'current_mode_update', currentModeId: mode });
      return has('null-results') ? null : {};
    },
  )
  .onRequest(
    'session/set_model',
    (params) => params,
    async ({ params }) => {
      const { sessionId, modelId } = params as { readonly sessionId: string; readonly modelId: string };
      control.report({ type: 'option', session: sessionId, option: 'model', value: modelId });
      sessions.change(sessionId, { model: modelId });
      return {};
    },
  )
  .onRequest('session/set_config_option', async ({ params }) => {
    const { sessionId, configId, value } = params;
    control.report({ type: 'option', session: sessionId, option: configId, value });
    if (configId === 'mode') setMode(sessionId, String(value));
    else if (!SETTINGS.model.some(({ id }) => id === value) && configId === 'model') {
      throw RequestError.invalidParams({ details: `Unknown model ${value}` });
    } else sessions.change(sessionId, { [configId]: String(value) });
    return { configOptions: optionsOf(sessions.settings(sessionId), has('no-modes')) as never };
  })
  .onRequest(
    'session/prompt',
    (params) => params,
    async ({ params, client }) => {
      const { sessionId, prompt: blocks } = params as {
        readonly sessionId: string;
        readonly prompt: readonly { readonly type: string; readonly text?: string }[];
      };
      control.report({ type: 'blocks', session: sessionId, blocks });
      const text = blocks.findLast(({ type }) => type === 'text')?.text ?? '';
      return prompt(client, sessionId, text);
    },
  )
  .onNotification('session/cancel', ({ params }) => {
    control.report({ type: 'cancel', session: params.sessionId });
    if (has('lose-cancel') && lostCancels++ === 0) return;
    turns.get(params.sessionId)?.abort();
  });

function odd(line: string): string {
  const message = JSON.parse(line);
  return 'result' in message
    ? `${JSON.stringify({ ...message, id: String(message.id), error: null })}\n`
    : line;
}

const sessionOf = (params: unknown): string => String(Object(params).sessionId);

if (has('exit-at-start')) {
  process.stderr.write('fatal: \x1b[31mno configuration\x1b[0m found\n');
  process.exit(numberOf('exit-at-start', 1));
}
if (has('ignore-sigterm')) {
  process.on('SIGTERM', () => undefined);
  process.on('SIGHUP', () => undefined);
  // Keeps the process alive after the end of its input.
  setInterval(() => undefined, 60_000);
  spawn('sleep', ['600'], { stdio: 'ignore' });
}
if (has('odd-responses')) {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean =>
    Reflect.apply(write, process.stdout, [odd(Buffer.from(chunk).toString()), ...rest]);
}
noise();
process.stdout.on('error', () => process.exit(0));
const connection = app.connect(
  ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>),
);
void connection.closed.then(async () => {
  if (has('ignore-sigterm')) return;
  await wait(numberOf('exit-delay', 0));
  for (const child of children) child.kill('SIGTERM');
  process.exit(0);
});
