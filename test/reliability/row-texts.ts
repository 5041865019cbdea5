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

export interface Observation {
  readonly kind: RequestKind;
  /** Null for requests without a key: `words` describes their result. */
  readonly screen: RenderedScreen | null;
  readonly state: State;
  readonly words: string | null;
}

/** Replaces what differs between runs: hosts, ids and counts. */
const withoutVariables = (text: string, { server }: HeadlessApp): string =>
  sanitiseLine(text)
    .replaceAll(server.otherServer.origin, 'http://OTHER')
    .replaceAll(new URL(server.url).host, 'HOST')
    .replace(/[ab]0{7}-0000-4000-8000-\d{12}/g, 'ID')
    .replace(/\/(?:messages|queue)\/\d+/g, (path) => path.replace(/\d+$/, 'ID'))
    .replace(/\b\d+(?= ?(?:[smhd]|seconds)\b)/g, 'N');

/** The cell "screen". */
export function visibleText({ kind, screen, state, words }: Observation, app: HeadlessApp): string {
  if (screen === null) return withoutVariables(words ?? '', app);
  const [corner] = screen.corner;
  const parts = [`\`${corner}\``];
  const task = selectedTask(state);
  const entry = task === null ? undefined : state.transcripts.get(task.id);
  if (
    (kind === 'transcript' || kind === 'messages') &&
    entry !== undefined &&
    state.listFreshness.error === null
  )
    parts.push(`the transcript is ${dataAge(entry, state.now).kind}`);
  if (isSend(kind)) parts.push(...state.deliveries.map(({ stage }) => STAGES[stage]));
  return withoutVariables([parts.join(', '), ...screen.remarks].join('. ').replaceAll('..', '.'), app);
}

const isSend = (kind: RequestKind): boolean => kind === 'send' || kind === 'send to chat';

const STAGES = {
  waiting: 'the message is shown as queued',
  resuming: 'the message is shown as queued',
  sending: 'the message is shown as being sent',
  accepted: 'the message is shown as sent',
  queued: 'the message is shown as queued on the server',
  unsure: 'the message is shown as unconfirmed',
  asked: 'the user is asked whether the message arrived',
};

/** The cell "typed text": where the text is after the fault. */
export function typedTextFate({ kind }: Observation, app: HeadlessApp, typed: readonly string[]): string {
  const [words, text] = isSend(kind)
    ? ['the message', MESSAGE]
    : kind === 'create' || kind === 'create chat'
      ? ['the prompt', PROMPT]
      : ['the draft', DRAFT];
  if (!typed.includes(text)) return '';
  const [place] = locationsOf(text, app);
  const inDraft = locationsOf(text, app).includes('prompt');
  switch (place) {
    case 'server':
      return `${words} arrived once${inDraft ? ' and is in the prompt' : ''}`;
    case 'prompt':
      return `${words} is in the prompt`;
    case 'history':
      return `${words} is in the prompt history (up)`;
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
  delete: 'delete',
  'update input': 'updateInput',
  templates: 'templates',
  presets: 'presets',
  'external auth': 'externalAuth',
  build: 'latestBuild',
  'build log': 'buildLogs',
  me: 'me',
  users: 'users',
  'server info': 'serverInfo',
  chats: 'list',
  chat: 'get',
  messages: 'transcript',
  'create chat': 'create',
  'send to chat': 'send',
  interrupt: 'interrupt',
  'change chat': 'archive',
  'edit message': 'editMessage',
  'delete queued': 'cancelQueued',
  'promote queued': 'sendQueuedNow',
  models: 'models',
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
  'create chat',
  'interrupt',
  'change chat',
  'edit message',
  'delete queued',
  'promote queued',
  'models',
]);

/** The cell "retry", from the first failed call and the call after it. */
export function retryText({ kind }: Observation, { calls }: HeadlessApp, fault: FaultId): string {
  const all = calls.filter(({ method }) => method === METHODS[kind]);
  const failed = all.filter(({ error }) => error !== null);
  const [first] = failed;
  if (all.length === 0) return 'no request during the fault';
  if (first === undefined)
    return BY_KEY.has(kind) || isSend(kind) ? 'none: the request succeeded' : 'none: polls go on';
  if (BY_KEY.has(kind)) return 'none: the user can try again';
  const after = all.find((each) => each.about === first.about && each.at >= endOf(first) && each !== first);
  if (isSend(kind))
    return after === undefined
      ? 'none: the result is known'
      : 'sent again once it is certain that it did not arrive';
  if (after === undefined) return 'none: no longer needed';
  const rest = after.at - endOf(first);
  if (fault.startsWith('429') && rest > RETRY_AFTER_MS - 1_000) return 'after Retry-After';
  if (first.error?.kind === 'timeout')
    return `times out after ${(endOf(first) - first.at) / 1_000} s without a byte, retries ${rest === 0 ? 'at once' : `${rest / 1_000} s later`}`;
  return 'at the polling interval, then with back-off';
}

const endOf = ({ ended }: RecordedCall): number => ended ?? Number.POSITIVE_INFINITY;
