import { BackendError, errorText } from '../../src/domain/errors.ts';
import type { CoderModel } from '../support/faults/coder-model.ts';
import type { FaultId } from '../support/faults/faults.ts';
import type { HeadlessApp } from '../support/faults/headless-app.ts';
import type { RequestKind } from '../support/faults/request-kind.ts';

/** The tasks of every world. */
export interface TaskIds {
  /** Idle, selected, with something half written to it. */
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

export const DRAFT = 'half a thought about the branches';
export const MESSAGE = 'please use the branch main, and rebase it before you begin';
export const PROMPT = 'write the release notes of this week, from the merged changes';

/** One world in which one or several kinds of requests meet a fault. */
export interface Run {
  readonly world: HeadlessApp;
  readonly ids: TaskIds;
  readonly fault: FaultId;
  /** Types what must never be lost. */
  write(text: string): void;
  /** Notes what is on the screen now, for these kinds of requests. */
  look(kinds: RequestKind | readonly RequestKind[]): Promise<void>;
  /** Notes what came of something that is asked by no key. */
  outcome(kind: RequestKind, words: string): void;
}

export interface Scenario {
  readonly name: string;
  readonly kinds: readonly RequestKind[];
  /** The fault is there before taskdeck is. */
  readonly fromStart?: true;
  /** Which task is looked at. */
  readonly selects?: keyof TaskIds;
  /** What happens while the fault is there. */
  run(run: Run): Promise<void>;
}

/** Longer than any request may take, ms. */
const WHOLE_REQUEST_MS = 65_000;
/** Most faults show at once. */
const A_WHILE_MS = 25_000;
const TAKES_LONG: ReadonlySet<FaultId> = new Set(['hang-before', 'hang-after-headers', 'drip', 'slow']);

const aWhile = ({ world, fault }: Run): Promise<void> =>
  world.time.pass(TAKES_LONG.has(fault) ? WHOLE_REQUEST_MS : A_WHILE_MS);

/** Lets time pass until an action is over, one way or the other. */
async function untilOver({ world }: Run): Promise<void> {
  for (let waited = 0; waited < WHOLE_REQUEST_MS; waited += 5_000) {
    await world.time.pass(waited === 0 ? 1_000 : 5_000);
    if (world.calls.every(({ method, ended }) => ended !== null || !ACTIONS.has(method))) return;
  }
}

const ACTIONS = new Set(['pause', 'resume', 'remove', 'create', 'send', 'updateInput']);

async function callBackend(
  run: Run,
  kind: RequestKind,
  ask: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const { world, outcome } = run;
  let words: string | null = null;
  void ask(new AbortController().signal).then(
    () => {
      words = 'answered';
    },
    (error: unknown) => {
      words =
        error instanceof BackendError ? `${error.kind}: ${errorText(error)}` : `a fault of ours: ${error}`;
    },
  );
  for (let waited = 0; words === null && waited <= WHOLE_REQUEST_MS; waited += 5_000)
    await world.time.pass(waited === 0 ? 100 : 5_000);
  outcome(kind, words ?? 'never ended');
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
      const { world } = run;
      world.press('i');
      run.write(MESSAGE);
      world.press('enter');
      await aWhile(run);
      await run.look('send');
    },
  },
  {
    name: 'what the user asks of tasks',
    kinds: ['pause', 'resume', 'delete', 'create', 'update input'],
    async run(run) {
      const { world, ids } = run;
      const asks = async (kind: RequestKind, taskId: string | null, ...keys: readonly string[]) => {
        if (taskId !== null) world.select(taskId);
        await world.time.pass(1_000);
        world.press(...keys);
        await untilOver(run);
        await run.look(kind);
        world.press('esc');
      };
      await asks('pause', ids.toPause, 'p');
      await asks('resume', ids.paused, 'r');
      await asks('delete', ids.toDelete, 'd', 'y');
      world.press('n');
      run.write(PROMPT);
      await asks('create', null, 'enter');
      const ref = { id: ids.login, ownerName: 'ada' };
      await callBackend(run, 'update input', (signal) => world.backend.updateInput(ref, PROMPT, signal));
    },
  },
  {
    name: 'what a workspace does',
    kinds: ['build', 'build log'],
    selects: 'starting',
    async run(run) {
      await aWhile(run);
      await run.look(['build', 'build log']);
    },
  },
  {
    name: 'what is asked once',
    kinds: ['server info', 'me', 'templates', 'presets', 'external auth', 'users'],
    fromStart: true,
    async run(run) {
      const { backend } = run.world;
      await aWhile(run);
      await run.look(['server info', 'me', 'templates']);
      await callBackend(run, 'presets', (signal) => backend.presets('v1', signal));
      await callBackend(run, 'external auth', (signal) => backend.externalAuth('v1', signal));
      await callBackend(run, 'users', (signal) => backend.users('a', signal));
    },
  },
];
