import type { Storage } from '../../src/domain/ports/storage.ts';
import { titleOf } from '../../src/domain/task.ts';
import { type DataAge, dataAge, selectedTask } from '../../src/store/selectors.ts';
import { phaseIn } from '../../src/store/slices/actions.ts';
import type { State } from '../../src/store/state.ts';
import { isTranscriptReadable } from '../../src/sync/refresh/intervals.ts';
import { connectionProblem } from '../../src/view/layout/connection-problem.ts';
import { FAULTS, type FaultId } from '../support/faults/faults.ts';
import { type HeadlessApp, NEW_TOKEN, openHeadlessApp } from '../support/faults/headless-app.ts';
import type { RequestKind } from '../support/faults/request-kind.ts';
import type { TestTime } from '../support/faults/test-time.ts';
import { PACE, ruleViolations } from './client-rules.ts';
import { type RenderedScreen, renderScreen } from './render-screen.ts';
import { type Observation, retryText, typedTextFate, visibleText } from './row-texts.ts';
import { addChats, addTasks, DRAFT, type Run, type Scenario, type TaskIds } from './scenarios.ts';

/** One row of docs/reliability.md: the result of one fault in one kind of request. */
export interface ResultRow {
  readonly fault: FaultId;
  readonly kind: RequestKind;
  readonly sees: string;
  readonly typed: string;
  readonly next: string;
}

export interface Result {
  readonly rows: readonly ResultRow[];
  /** Descriptions of everything that went wrong. */
  readonly wrongs: readonly string[];
}

/** Longer than the longest back-off after a time-out, ms. */
const HEALS_WITHIN_MS = 15 * 60_000;

export interface RunOptions {
  readonly storage: Storage;
  /** Such as `manualTime`. */
  readonly time: (isQuiet: () => boolean) => TestTime;
}

/** Runs one scenario with one fault, removes the fault, and waits until the app is healthy. */
export async function runScenario(
  scenario: Scenario,
  fault: FaultId,
  { storage, time }: RunOptions,
): Promise<Result> {
  const { skewMs } = FAULTS[fault];
  let ids: TaskIds | null = null;
  const app = await openHeadlessApp({
    storage,
    time,
    pace: PACE,
    hasChats: scenario.isAboutChats === true,
    async prepare(server) {
      const { model, injectFault } = server;
      // A wrong server clock is wrong from the start.
      if (skewMs !== undefined) await injectFault(fault);
      ids = scenario.isAboutChats ? addChats(model) : addTasks(model);
      if (scenario.fromStart === true) {
        await injectFault(fault, scenario.kinds);
        if (fault === '401') server.token = NEW_TOKEN;
      }
    },
  });
  if (ids === null) throw new Error('No tasks were added.');
  const typed: string[] = [];
  const observations: Observation[] = [];
  const wrongs: string[] = [];
  const run: Run = {
    app,
    ids,
    fault,
    write(text) {
      typed.push(text);
      app.type(text);
    },
    async look(kinds) {
      const { state } = app;
      const screen = await renderScreen(state);
      for (const kind of [kinds].flat()) {
        observations.push({ kind, screen, state, words: null });
        wrongs.push(...screenErrors(kind, run, screen).map((words) => `${kind}: ${words}`));
      }
    },
    outcome: (kind, words) => void observations.push({ kind, screen: null, state: app.state, words }),
  };
  try {
    await app.time.pass(3_000);
    if (scenario.fromStart !== true) await begin(run, scenario);
    await scenario.run(run);
    if (skewMs === undefined) await removeFault(run);
    if (!(await untilHealthy(app))) wrongs.push(`not healthy after the fault: ${unhealthyParts(app)}`);
    await app.time.pass(15_000);
    wrongs.push(
      ...ruleViolations(app),
      ...lostTexts(app, typed),
      ...duplicatedTexts(app),
      ...strayRequests(app),
    );
    wrongs.push(...screenErrors(null, run, await renderScreen(app.state)));
    const rows = observations.map((look) => ({
      fault,
      kind: look.kind,
      sees: visibleText(look, app),
      typed: typedTextFate(look, app, typed),
      next: retryText(look, app, fault),
    }));
    return { rows, wrongs };
  } finally {
    await app.close();
  }
}

async function begin({ app, ids, fault, write }: Run, scenario: Scenario): Promise<void> {
  app.select(ids.login);
  app.press('i');
  write(DRAFT);
  app.press('esc');
  await app.time.pass(1_000);
  if (scenario.selects !== undefined) {
    app.select(ids[scenario.selects]);
    await app.time.pass(2_000);
  }
  if (FAULTS[fault].skewMs !== undefined) return;
  if (fault === '401') app.server.token = NEW_TOKEN;
  await app.server.injectFault(fault, scenario.kinds);
}

async function removeFault({ app, fault }: Run): Promise<void> {
  await app.server.injectFault(null);
  if (fault === '401') app.signIn(NEW_TOKEN);
}

async function untilHealthy(app: HeadlessApp): Promise<boolean> {
  for (let waited = 0; waited <= HEALS_WITHIN_MS; waited += 10_000) {
    if (unhealthyParts(app) === '') return true;
    await app.time.pass(10_000);
  }
  return false;
}

/** Null if the selected task has no readable transcript. */
function transcriptAge(state: State): DataAge | null {
  const selected = selectedTask(state);
  if (selected === null || !isTranscriptReadable(phaseIn(state, selected))) return null;
  const entry = state.transcripts.get(selected.id);
  return entry === undefined ? { kind: 'loading' } : dataAge(entry, state.now);
}

/** Describes everything that is not up to date; empty if all is. */
function unhealthyParts(app: HeadlessApp): string {
  const { state } = app;
  const list = dataAge(state.listFreshness, state.now).kind;
  const transcript = transcriptAge(state)?.kind ?? 'live';
  return [
    list !== 'live' && `the list is ${list}`,
    state.user === null && 'the user is unknown',
    state.serverVersion === null && 'the version is unknown',
    state.templates === null && 'there are no templates',
    transcript !== 'live' && `the transcript is ${transcript}`,
    state.deliveries.length > 0 && `a message is ${state.deliveries[0]?.stage}`,
    state.pendingCreations.length > 0 && 'a task is being created',
    state.pendingChanges.size > 0 &&
      `a task is changing: ${[...state.pendingChanges.values()].map(({ action }) => action)}`,
    connectionProblem(state)?.text,
  ]
    .filter((words) => typeof words === 'string')
    .join(', ');
}

/** The first words, which fit on one row of every pane. */
const beginningOf = (sentence: string): string => sentence.slice(0, 40).replace(/\s\S*$/u, '');

/** Describes what the screen shows wrongly. `kind`: the requests that the fault affects; null after the fault. */
function screenErrors(
  kind: RequestKind | null,
  { app, fault }: Run,
  screen: RenderedScreen,
): readonly string[] {
  const { state, calls } = app;
  const wrongs = screen.rows.length === state.size.rows ? [] : [`the screen has ${screen.rows.length} rows`];
  // The form of a rejected new task replaces the panes.
  const hasPanes = state.listFreshness.requestedAt !== null && state.view.openForm === null;
  const missing = !hasPanes ? [] : state.tasks.map(titleOf).filter((title) => !screen.text.includes(title));
  wrongs.push(...missing.map((title) => `“${title}” is not on the screen`));
  if (screen.text.trim() === '') wrongs.push('the screen is blank');
  if (!screen.corner.some((words) => screen.rows[0]?.includes(words)))
    wrongs.push('the header does not show the age');
  wrongs.push(
    ...screen.remarks
      .filter((words) => !screen.text.includes(beginningOf(words)))
      .map((words) => `not on the screen: ${words}`),
  );
  const lastAnswered = calls.findLast(
    ({ method, error, ended }) => method === 'list' && ended !== null && error === null,
  );
  if (state.listFreshness.requestedAt !== (lastAnswered?.at ?? null))
    wrongs.push('the age of the list is not that of its request');
  const isRequesting = (method: string): boolean =>
    calls.some((each) => each.method === method && each.ended === null);
  if (dataAge(state.listFreshness, state.now).kind === 'loading' && !isRequesting('list'))
    wrongs.push('the list shows loading without a request');
  if (transcriptAge(state)?.kind === 'loading' && !isRequesting('transcript'))
    wrongs.push('the transcript shows loading without a request');

  // A chat that was looked at counts as read, and does not need the user.
  const isOlder = app.server.model.hasChats
    ? /Fix login redirect +(?:idle|complete) +[1-5]\dm/.test(screen.text)
    : /Fix login redirect +idle +[1-5]\dm/.test(screen.text) && /needs? you/.test(screen.rows[0] ?? '');
  if (FAULTS[fault].skewMs !== undefined && !isOlder) wrongs.push('the age of a task is wrong');

  const isCorrect = kind === null || FAULTS[fault].late === true;
  if (isCorrect) return wrongs;
  const { sent, performed, created } = app.server.model;
  const hasRemark = screen.remarks.length > 0;
  const isVisible: Partial<Record<RequestKind, boolean>> = {
    list: dataAge(state.listFreshness, state.now).kind !== 'live',
    transcript: transcriptAge(state)?.kind !== 'live' || FAULTS[fault].deletes === true,
    send: hasRemark || state.deliveries.length > 0 || sent.length > 0,
    pause: hasRemark || performed.includes('pause'),
    resume: hasRemark || performed.includes('resume'),
    delete: hasRemark || performed.includes('delete') || FAULTS[fault].deletes === true,
    create: hasRemark || created.length > 0,
    chats: dataAge(state.listFreshness, state.now).kind !== 'live',
    messages: transcriptAge(state)?.kind !== 'live' || FAULTS[fault].deletes === true,
    'send to chat': hasRemark || state.deliveries.length > 0 || sent.length > 0,
    interrupt: hasRemark || performed.includes('interrupt') || FAULTS[fault].deletes === true,
    'change chat': hasRemark || performed.includes('archive') || FAULTS[fault].deletes === true,
  };
  return isVisible[kind] === false ? [...wrongs, 'the screen does not show the fault'] : wrongs;
}

const lostTexts = (app: HeadlessApp, typed: readonly string[]): readonly string[] =>
  typed.filter((text) => locationsOf(text, app).length === 0).map((text) => `“${text}” is lost`);

/** All places that hold a typed text, the most final first. */
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
