import { BackendError, errorText } from '../../src/domain/errors.ts';
import { ORGANIZATION_ID } from '../support/chats/state.ts';
import type { CoderModel } from '../support/faults/coder-model.ts';
import type { FaultId } from '../support/faults/faults.ts';
import type { HeadlessApp } from '../support/faults/headless-app.ts';
import type { RequestKind } from '../support/faults/request-kind.ts';

export interface TaskIds {
  /** Idle, selected, with a draft. */
  readonly login: string;
  readonly working: string;
  readonly paused: string;
  readonly starting: string;
  readonly toPause: string;
  readonly toDelete: string;
}

export function addTasks(model: CoderModel): TaskIds {
  const state = (word: string) => ({
    timestamp: new Date(model.now() - 600_000).toISOString(),
    state: word,
    message: '',
    uri: '',
  });
  return {
    paused: model.add('Bump dependencies', { status: 'paused', workspace_status: 'stopped' }),
    starting: model.add('Migrate database', {
      status: 'initializing',
      workspace_status: 'starting',
      current_state: null,
    }),
    toPause: model.add('Flaky test hunt'),
    toDelete: model.add('Tidy the attic'),
    working: model.add('Update the docs', { current_state: state('working') }),
    login: model.add('Fix login redirect'),
  };
}

/** The same with chats: `paused` has failed and has a queue, `starting` works and has a queue. */
export function addChats({ chats }: CoderModel): TaskIds {
  let count = 0;
  const add = (title: string, about: Parameters<typeof chats.seed>[0] = {}): string =>
    chats.seed({
      id: `a0000000-0000-4000-8000-${String(++count).padStart(12, '0')}`,
      title,
      createdAgoMs: 3_600_000,
      updatedAgoMs: 600_000 + count,
      messages: [
        ['user', `Please: ${title}`],
        ['assistant', `About ${title}: which branch?`],
      ],
      ...about,
    });
  return {
    paused: add('Bump dependencies', { status: 'error', queue: ['and the lock file'] }),
    starting: add('Migrate database', { status: 'running', queue: ['and the indexes', 'and the views'] }),
    toPause: add('Flaky test hunt'),
    toDelete: add('Tidy the attic'),
    working: add('Update the docs', { status: 'running' }),
    login: add('Fix login redirect', { unread: true }),
  };
}

export const DRAFT = 'half a thought about the branches';
export const MESSAGE = 'please use the branch main, and rebase it before you begin';
export const PROMPT = 'write the release notes of this week, from the merged changes';

export interface Run {
  readonly app: HeadlessApp;
  readonly ids: TaskIds;
  readonly fault: FaultId;
  /** Types a text that must not get lost. */
  write(text: string): void;
  /** Records the screen for these kinds of requests. */
  look(kinds: RequestKind | readonly RequestKind[]): Promise<void>;
  /** Records the result of a request that no key makes here. */
  outcome(kind: RequestKind, words: string): void;
}

export interface Scenario {
  readonly name: string;
  readonly kinds: readonly RequestKind[];
  /** The fault exists before taskdeck starts. */
  readonly fromStart?: true;
  /** The server has Chats instead of Tasks. */
  readonly isAboutChats?: true;
  /** The selected task. */
  readonly selects?: keyof TaskIds;
  /** Runs during the fault. */
  run(run: Run): Promise<void>;
}

/** Longer than any time-out of a request, ms. */
const WHOLE_REQUEST_MS = 65_000;
/** Enough for faults that end a request quickly. */
const A_WHILE_MS = 25_000;
const TAKES_LONG: ReadonlySet<FaultId> = new Set(['hang-before', 'hang-after-headers', 'drip', 'slow']);

const aWhile = ({ app, fault }: Run): Promise<void> =>
  app.time.pass(TAKES_LONG.has(fault) ? WHOLE_REQUEST_MS : A_WHILE_MS);

/** Lets time pass until no action is in flight. */
async function untilOver({ app }: Run): Promise<void> {
  for (let waited = 0; waited < WHOLE_REQUEST_MS; waited += 5_000) {
    await app.time.pass(waited === 0 ? 1_000 : 5_000);
    if (app.calls.every(({ method, ended }) => ended !== null || !ACTIONS.has(method))) return;
  }
}

/** A pause and a delete can be undone for this time. */
const UNDO_WINDOW_MS = 5_000;

const ACTIONS = new Set([
  'pause',
  'resume',
  'delete',
  'create',
  'send',
  'updateInput',
  'interrupt',
  'archive',
]);

async function callBackend(
  run: Run,
  kind: RequestKind,
  call: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const { app, outcome } = run;
  let words: string | null = null;
  void call(new AbortController().signal).then(
    () => {
      words = 'The call succeeds';
    },
    (error: unknown) => {
      words =
        error instanceof BackendError
          ? `The call fails (${error.kind}): ${errorText(error)}`
          : `taskdeck fails: ${error}`;
    },
  );
  for (let waited = 0; words === null && waited <= WHOLE_REQUEST_MS; waited += 5_000)
    await app.time.pass(waited === 0 ? 100 : 5_000);
  outcome(kind, words ?? 'The call never ends');
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'the list',
    kinds: ['list'],
    async run(run) {
      await aWhile(run);
      await run.look('list');
    },
  },
  {
    name: 'the status of the selected task',
    kinds: ['task'],
    selects: 'working',
    async run(run) {
      await aWhile(run);
      await run.look('task');
    },
  },
  {
    name: 'the transcript',
    kinds: ['transcript'],
    async run(run) {
      await aWhile(run);
      await run.look('transcript');
    },
  },
  {
    name: 'a message',
    kinds: ['send'],
    selects: 'toPause',
    async run(run) {
      const { app } = run;
      app.press('i');
      run.write(MESSAGE);
      app.press('enter');
      await aWhile(run);
      await run.look('send');
    },
  },
  {
    name: 'actions on tasks',
    kinds: ['pause', 'resume', 'delete', 'create', 'update input'],
    async run(run) {
      const { app, ids } = run;
      const act = async (kind: RequestKind, taskId: string | null, ...keys: readonly string[]) => {
        if (taskId !== null) app.select(taskId);
        await app.time.pass(1_000);
        app.press(...keys);
        if (app.state.bulkOperations.length > 0) await app.time.pass(UNDO_WINDOW_MS);
        await untilOver(run);
        await run.look(kind);
        app.press('esc');
      };
      await act('pause', ids.toPause, 'p');
      await act('resume', ids.paused, 'r');
      await act('delete', ids.toDelete, 'd', 'y');
      app.press('n');
      run.write(PROMPT);
      await act('create', null, 'enter');
      const ref = { id: ids.login, ownerName: 'ada' };
      await callBackend(run, 'update input', (signal) =>
        app.backend.sources[0].updateInput(ref, PROMPT, signal),
      );
    },
  },
  {
    name: 'a workspace build',
    kinds: ['build', 'build log'],
    selects: 'starting',
    async run(run) {
      await aWhile(run);
      await run.look(['build', 'build log']);
    },
  },
  {
    name: 'requests that are made once',
    kinds: ['server info', 'me', 'templates', 'presets', 'external auth', 'users'],
    fromStart: true,
    async run(run) {
      const { backend } = run.app;
      await aWhile(run);
      await run.look(['server info', 'me', 'templates']);
      await callBackend(run, 'presets', (signal) => backend.presets('v1', signal));
      await callBackend(run, 'external auth', (signal) => backend.externalAuth('v1', signal));
      await callBackend(run, 'users', (signal) => backend.users('a', signal));
    },
  },
  {
    name: 'the list of chats',
    kinds: ['chats'],
    isAboutChats: true,
    async run(run) {
      await aWhile(run);
      await run.look('chats');
    },
  },
  {
    name: 'the selected chat',
    kinds: ['chat'],
    isAboutChats: true,
    selects: 'working',
    async run(run) {
      await aWhile(run);
      await run.look('chat');
    },
  },
  {
    name: 'the conversation of a chat',
    kinds: ['messages'],
    isAboutChats: true,
    async run(run) {
      await aWhile(run);
      await run.look('messages');
    },
  },
  {
    name: 'a message to a chat',
    kinds: ['send to chat'],
    isAboutChats: true,
    selects: 'toPause',
    async run(run) {
      const { app } = run;
      app.press('i');
      run.write(MESSAGE);
      app.press('enter');
      await aWhile(run);
      await run.look('send to chat');
    },
  },
  {
    name: 'actions on chats',
    kinds: [
      'create chat',
      'interrupt',
      'change chat',
      'edit message',
      'delete queued',
      'promote queued',
      'models',
    ],
    isAboutChats: true,
    async run(run) {
      const { app, ids } = run;
      const [source] = app.backend.sources;
      const { chats } = app.server.model;
      const act = async (kind: RequestKind, taskId: string, key: string) => {
        app.select(taskId);
        await app.time.pass(1_000);
        app.press(key);
        await untilOver(run);
        await run.look(kind);
        app.press('esc');
      };
      const queued = (taskId: string): string => String(chats.queue(taskId)[0]?.id ?? 1);
      const ref = (taskId: string) => ({ id: taskId, ownerName: 'ada' });
      const last = chats.messages(ids.toPause).findLast(({ role }) => role === 'user')?.id ?? 1;
      const task = { kind: 'chat', prompt: 'Write the notes', organizationId: ORGANIZATION_ID } as const;
      await callBackend(run, 'models', async (signal) => source.models?.(ORGANIZATION_ID, signal));
      await callBackend(run, 'create chat', (signal) => source.create(task, signal, 'one'));
      await callBackend(run, 'delete queued', async (signal) =>
        source.cancelQueued?.(ref(ids.starting), queued(ids.starting), signal),
      );
      await callBackend(run, 'promote queued', async (signal) =>
        source.sendQueuedNow?.(ref(ids.paused), queued(ids.paused), signal),
      );
      await callBackend(run, 'edit message', async (signal) =>
        source.editMessage?.(ref(ids.toPause), last, 'Please: hunt', signal),
      );
      await act('interrupt', ids.working, 'x');
      await act('change chat', ids.toDelete, 'd');
    },
  },
];
