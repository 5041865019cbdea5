import { sanitiseLine } from '../../src/domain/text/sanitise.ts';
import { dataAge, selectedTask } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import type { FaultId } from '../support/faults/faults.ts';
import { RETRY_AFTER_MS } from '../support/faults/faults.ts';
import type { HeadlessApp } from '../support/faults/headless-app.ts';
import type { Method, RecordedCall } from '../support/faults/recorder.ts';
import type { RequestKind } from '../support/faults/request-kind.ts';
import type { RenderedScreen } from './render-screen.ts';
import { locationsOf } from './run-scenario.ts';
import { DRAFT, MESSAGE, PROMPT } from './scenarios.ts';

/** A moment of a row. */
export interface Observation {
  readonly kind: RequestKind;
  /** Null for what no key asks for: `words` says what came of it then. */
  readonly shown: RenderedScreen | null;
  readonly state: State;
  readonly words: string | null;
}

/** Addresses and counts differ from run to run, and from machine to machine. */
const plain = (text: string, { server }: HeadlessApp): string =>
  sanitiseLine(text)
    .replaceAll(server.otherServer.origin, 'http://OTHER')
    .replaceAll(new URL(server.url).host, 'HOST')
    .replace(/[ab]0{7}-0000-4000-8000-\d{12}/g, 'ID')
    .replace(/\b\d+(?= ?(?:[smhd]|seconds)\b)/g, 'N');

/** What tells of the fault. */
export function visibleText({ kind, shown, state, words }: Observation, world: HeadlessApp): string {
  if (shown === null) return plain(`Who asks is told: ${words}`, world);
  const [corner] = shown.corner;
  const parts = [`\`${corner}\``];
  const task = selectedTask(state);
  const entry = task === null ? undefined : state.transcripts.get(task.id);
  if (kind === 'transcript' && entry !== undefined && state.listFreshness.error === null)
    parts.push(`the transcript is ${dataAge(entry, state.now).kind}`);
  if (kind === 'send') parts.push(...state.deliveries.map(({ stage }) => STAGES[stage]));
  return plain([parts.join(', '), ...shown.remarks].join('. ').replaceAll('..', '.'), world);
}

const STAGES = {
  waiting: 'the message is shown as queued',
  resuming: 'the message is shown as queued',
  sending: 'the message is shown as being sent',
  accepted: 'the message is shown as sent',
  unsure: 'the message is shown as sent without an answer',
  asked: 'it is asked whether the message arrived',
};

/** What became of what was typed, when the fault is gone. */
export function typedTextFate({ kind }: Observation, world: HeadlessApp, typed: readonly string[]): string {
  const [words, text] =
    kind === 'send'
      ? ['the message', MESSAGE]
      : kind === 'create'
        ? ['the prompt', PROMPT]
        : ['the draft', DRAFT];
  if (!typed.includes(text)) return '';
  const [place] = locationsOf(text, world);
  const inDraft = locationsOf(text, world).includes('prompt');
  switch (place) {
    case 'server':
      return `${words} arrived once${inDraft ? ', and is in the prompt too' : ''}`;
    case 'prompt':
      return `${words} is in the prompt`;
    case 'history':
      return `${words} is in the history: up brings it back`;
    default:
      return `${words} is lost`;
  }
}

const METHODS: Readonly<Record<RequestKind, Method>> = {
  list: 'list',
  task: 'get',
  transcript: 'transcript',
  create: 'create',
  send: 'send',
  pause: 'pause',
  resume: 'resume',
  delete: 'remove',
  'update input': 'updateInput',
  templates: 'templates',
  presets: 'presets',
  'external auth': 'externalAuth',
  build: 'latestBuild',
  'build log': 'buildLogs',
  me: 'me',
  users: 'users',
  'server info': 'serverInfo',
};

const BY_KEY: ReadonlySet<RequestKind> = new Set([
  'pause',
  'resume',
  'delete',
  'create',
  'update input',
  'presets',
  'external auth',
  'users',
]);

/** When it is tried again, as a rule. */
export function retryText({ kind }: Observation, { calls }: HeadlessApp, fault: FaultId): string {
  const all = calls.filter(({ method }) => method === METHODS[kind]);
  const failed = all.filter(({ error }) => error !== null);
  const [first] = failed;
  if (all.length === 0) return 'not asked while it is so';
  if (first === undefined) return BY_KEY.has(kind) || kind === 'send' ? 'nothing: it is done' : 'as ever';
  if (BY_KEY.has(kind)) return 'whoever asked may ask again';
  const after = all.find((each) => each.about === first.about && each.at >= endOf(first) && each !== first);
  if (kind === 'send') return after === undefined ? 'nothing: its fate is known' : `sent again ${AGAIN}`;
  if (after === undefined) return 'not asked again: there is nothing to ask about';
  const rest = after.at - endOf(first);
  if (fault.startsWith('429') && rest > RETRY_AFTER_MS - 1_000)
    return 'asked again when the server said, not before';
  if (first.error?.kind === 'timeout')
    return `given up after ${(endOf(first) - first.at) / 1_000} s without a byte, asked again ${rest === 0 ? 'at once' : `${rest / 1_000} s later`}`;
  return 'asked again at its pace, then more and more seldom';
}

const AGAIN = 'when it is certain that it did not arrive';
const endOf = ({ ended }: RecordedCall): number => ended ?? Number.POSITIVE_INFINITY;
