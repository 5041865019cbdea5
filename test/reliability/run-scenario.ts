import type { Storage } from '../../src/domain/ports/storage.ts';
import { titleOf } from '../../src/domain/task.ts';
import { connectionProblem } from '../../src/store/connection-problem.ts';
import { type DataAge, dataAge, phaseIn, selectedTask } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { isTranscriptReadable } from '../../src/sync/intervals.ts';
import { FAULTS, type FaultId } from '../support/faults/faults.ts';
import { type HeadlessApp, NEW_TOKEN, openHeadlessApp } from '../support/faults/headless-app.ts';
import type { RequestKind } from '../support/faults/request-kind.ts';
import type { TestTime } from '../support/faults/test-time.ts';
import { PACE, ruleViolations } from './client-rules.ts';
import { type RenderedScreen, renderScreen } from './render-screen.ts';
import { type Observation, retryText, typedTextFate, visibleText } from './row-texts.ts';
import { addTasks, DRAFT, type Run, type Scenario, type TaskIds } from './scenarios.ts';

/** What came of one fault in the way of one kind of request, in words. */
export interface ResultRow {
  readonly fault: FaultId;
  readonly kind: RequestKind;
  readonly sees: string;
  readonly typed: string;
  readonly next: string;
}

/** What came of one fault in one scenario. */
export interface Result {
  readonly rows: readonly ResultRow[];
  /** All that must never be, in words: none, if all is well. */
  readonly wrongs: readonly string[];
}

/** Longer than the longest rest after a request that was given up, ms. */
const HEALS_WITHIN_MS = 15 * 60_000;

export interface RunOptions {
  readonly storage: Storage;
  /** Makes time: `handTime`, or `() => realTime(scale)`. */
  readonly time: (isQuiet: () => boolean) => TestTime;
}

/** Lets one scenario meet one fault, heals it, and says what came of it. */
export async function runScenario(
  scenario: Scenario,
  fault: FaultId,
  { storage, time }: RunOptions,
): Promise<Result> {
  const { skewMs } = FAULTS[fault];
  let ids: TaskIds | null = null;
  const world = await openHeadlessApp({
    storage,
    time,
    pace: PACE,
    async prepare(server) {
      const { model, injectFault } = server;
      // A clock that is wrong was always wrong.
      if (skewMs !== undefined) await injectFault(fault);
      ids = addTasks(model);
      if (scenario.fromStart === true) {
        await injectFault(fault, scenario.kinds);
        if (fault === '401') server.token = NEW_TOKEN;
      }
    },
  });
  if (ids === null) throw new Error('There are no tasks.');
  const typed: string[] = [];
  const looks: Observation[] = [];
  const wrongs: string[] = [];
  const run: Run = {
    world,
    ids,
    fault,
    write(text) {
      typed.push(text);
      world.type(text);
    },
    async look(kinds) {
      const { state } = world;
      const shown = await renderScreen(state);
      for (const kind of [kinds].flat()) {
        looks.push({ kind, shown, state, words: null });
        wrongs.push(...screenErrors(kind, run, shown).map((words) => `${kind}: ${words}`));
      }
    },
    outcome: (kind, words) => void looks.push({ kind, shown: null, state: world.state, words }),
  };
  try {
    await world.time.pass(3_000);
    if (scenario.fromStart !== true) await begin(run, scenario);
    await scenario.run(run);
    if (skewMs === undefined) await removeFault(run);
    if (!(await untilHealthy(world))) wrongs.push(`it does not get well again: ${unhealthyParts(world)}`);
    await world.time.pass(15_000);
    wrongs.push(
      ...ruleViolations(world),
      ...lostTexts(world, typed),
      ...duplicatedTexts(world),
      ...strayRequests(world),
    );
    wrongs.push(...screenErrors(null, run, await renderScreen(world.state)));
    const rows = looks.map((look) => ({
      fault,
      kind: look.kind,
      sees: visibleText(look, world),
      typed: typedTextFate(look, world, typed),
      next: retryText(look, world, fault),
    }));
    return { rows, wrongs };
  } finally {
    await world.close();
  }
}

async function begin({ world, ids, fault, write }: Run, scenario: Scenario): Promise<void> {
  world.select(ids.login);
  world.press('i');
  write(DRAFT);
  world.press('esc');
  await world.time.pass(1_000);
  if (scenario.selects !== undefined) {
    world.select(ids[scenario.selects]);
    await world.time.pass(2_000);
  }
  if (FAULTS[fault].skewMs !== undefined) return;
  if (fault === '401') world.server.token = NEW_TOKEN;
  await world.server.injectFault(fault, scenario.kinds);
}

async function removeFault({ world, fault }: Run): Promise<void> {
  await world.server.injectFault(null);
  if (fault === '401') world.signIn(NEW_TOKEN);
}

async function untilHealthy(world: HeadlessApp): Promise<boolean> {
  for (let waited = 0; waited <= HEALS_WITHIN_MS; waited += 10_000) {
    if (unhealthyParts(world) === '') return true;
    await world.time.pass(10_000);
  }
  return false;
}

/** How fresh the transcript of the selected task is; null where there is none to be read. */
function transcriptAge(state: State): DataAge | null {
  const selected = selectedTask(state);
  if (selected === null || !isTranscriptReadable(phaseIn(state, selected))) return null;
  const entry = state.transcripts.get(selected.id);
  return entry === undefined ? { kind: 'loading' } : dataAge(entry, state.now);
}

/** What is not as it should be when nothing is in the way; empty when all is well. */
function unhealthyParts(world: HeadlessApp): string {
  const { state } = world;
  const list = dataAge(state.listFreshness, state.now).kind;
  const transcript = transcriptAge(state)?.kind ?? 'live';
  return [
    list !== 'live' && `the list is ${list}`,
    state.user === null && 'nobody knows who the user is',
    state.serverVersion === null && 'the version is not known',
    state.templates === null && 'there are no templates',
    transcript !== 'live' && `the transcript is ${transcript}`,
    state.deliveries.length > 0 && `a message is ${state.deliveries[0]?.stage}`,
    state.pendingCreations.length > 0 && 'a task is being created',
    state.pendingChanges.size > 0 &&
      `it is asked to ${[...state.pendingChanges.values()].map(({ action }) => action)}`,
    connectionProblem(state)?.text,
  ]
    .filter((words) => typeof words === 'string')
    .join(', ');
}

/** Its first words, as many as stand on one row in every pane. */
const beginningOf = (sentence: string): string => sentence.slice(0, 40).replace(/\s\S*$/u, '');

/** What a screen must never do; `kind` is what the fault is in the way of, null when it is gone. */
function screenErrors(
  kind: RequestKind | null,
  { world, fault }: Run,
  shown: RenderedScreen,
): readonly string[] {
  const { state, calls } = world;
  const wrongs = shown.rows.length === state.size.rows ? [] : [`the screen has ${shown.rows.length} rows`];
  // A new task that was refused is back in its form, which stands in the place of the panes.
  const hasPanes = state.listFreshness.requestedAt !== null && state.view.openForm === null;
  const missing = !hasPanes ? [] : state.tasks.map(titleOf).filter((title) => !shown.text.includes(title));
  wrongs.push(...missing.map((title) => `“${title}” is not on the screen`));
  if (shown.text.trim() === '') wrongs.push('the screen is blank');
  if (!shown.corner.some((words) => shown.rows[0]?.includes(words)))
    wrongs.push('the header does not tell the age');
  wrongs.push(
    ...shown.remarks
      .filter((words) => !shown.text.includes(beginningOf(words)))
      .map((words) => `it does not say: ${words}`),
  );
  const answered = calls.findLast(
    ({ method, error, ended }) => method === 'list' && ended !== null && error === null,
  );
  if (state.listFreshness.requestedAt !== (answered?.at ?? null))
    wrongs.push('the age of the list is not when it was asked for');
  const isAsking = (method: string): boolean =>
    calls.some((each) => each.method === method && each.ended === null);
  if (dataAge(state.listFreshness, state.now).kind === 'loading' && !isAsking('list'))
    wrongs.push('the list loads for ever');
  if (transcriptAge(state)?.kind === 'loading' && !isAsking('transcript'))
    wrongs.push('the transcript loads for ever');

  const isOlder =
    /Fix login redirect +idle +[1-5]\dm/.test(shown.text) && /needs? you/.test(shown.rows[0] ?? '');
  if (FAULTS[fault].skewMs !== undefined && !isOlder) wrongs.push('the age of a task is not what it is');

  const isRight = kind === null || FAULTS[fault].late === true;
  if (isRight) return wrongs;
  const { sent, performed, created } = world.server.model;
  const says = shown.remarks.length > 0;
  const isSaid: Partial<Record<RequestKind, boolean>> = {
    list: dataAge(state.listFreshness, state.now).kind !== 'live',
    transcript: transcriptAge(state)?.kind !== 'live' || FAULTS[fault].deletes === true,
    send: says || state.deliveries.length > 0 || sent.length > 0,
    pause: says || performed.includes('pause'),
    resume: says || performed.includes('resume'),
    delete: says || performed.includes('delete') || FAULTS[fault].deletes === true,
    create: says || created.length > 0,
  };
  return isSaid[kind] === false ? [...wrongs, 'nothing on the screen tells of it'] : wrongs;
}

const lostTexts = (world: HeadlessApp, typed: readonly string[]): readonly string[] =>
  typed.filter((text) => locationsOf(text, world).length === 0).map((text) => `“${text}” is lost`);

/** Where a text is that somebody typed; all of the places. */
export function locationsOf(text: string, { state, server }: HeadlessApp): readonly string[] {
  const { drafts, promptHistory, deliveries, pendingCreations } = state;
  const { sent, created } = server.model;
  const inDraft = [...drafts.values()].some((draft) => draft.text.includes(text));
  return [
    sent.includes(text) || created.includes(text) ? 'server' : '',
    inDraft ? 'prompt' : '',
    deliveries.some((delivery) => delivery.text === text) ? 'outbox' : '',
    pendingCreations.some(({ prompt }) => prompt === text) ? 'being created' : '',
    promptHistory.includes(text) ? 'history' : '',
  ].filter((place) => place !== '');
}

function duplicatedTexts({ server }: HeadlessApp): readonly string[] {
  const { sent, created } = server.model;
  return [...sent, ...created]
    .filter((text, index, all) => all.indexOf(text) !== index)
    .map((text) => `“${text}” was sent twice`);
}

const strayRequests = ({ server }: HeadlessApp): readonly string[] =>
  server.otherServer.requests.length === 0 ? [] : ['a request went to another origin'];
