import type { ExpectedEvent, SnapshotRow, StreamRow, WatchRow } from './socket-contract.ts';

/*
 * Rows of the socket contract that a local server does not have, each with its reason, and those with other events.
 */

const STAND_IN = 'The stand-in plays it: a fault, or events that only another server sends.';
const ERAS = 'The rows of other generations of servers.';
const ONE_MESSAGE = 'A local turn is one message, which grows.';
const WHOLE_ARGUMENTS = 'Agents send the arguments of a call at once.';
const SHARING = 'No sharing: all chats are those of the only user.';
const SUB_AGENTS = 'The server makes no sub-agents.';

/** By the id of the row. */
const SKIPPED: Readonly<Record<string, string>> = {
  'an error as text': ERAS,
  'no worker has the turn yet': ERAS,
  'the framing of 2.32': ERAS,
  'reasoning, text and a call': WHOLE_ARGUMENTS,
  'a step is stored, and the turn goes on': ONE_MESSAGE,
  'a message comes again with other content': STAND_IN,
  'an older message is revised in mid-turn': STAND_IN,
  'a message comes twice': STAND_IN,
  'the provider is overloaded, and the turn tries again': 'Agents try again by themselves.',
  'late parts while interrupting': STAND_IN,
  'a late part of an idle chat': STAND_IN,
  'a late part of the turn before': STAND_IN,
  'a gap in seq': STAND_IN,
  'old parts come again': STAND_IN,
  'parts without numbers': STAND_IN,
  'an unknown event': STAND_IN,
  'an unknown status': STAND_IN,
  'an unknown part': STAND_IN,
  'the connection breaks in mid-turn': STAND_IN,
  'the connection breaks after the message': STAND_IN,
  'the chat is edited while the connection is lost': STAND_IN,
  'a queued message leaves the queue while the connection is lost': STAND_IN,
  'the server closes in mid-turn': STAND_IN,
  'the framing changes in mid-turn': STAND_IN,
  'a pull request': 'Local chats have no pull requests.',
  'a sub-agent': SUB_AGENTS,
  'no event for chats of others': SHARING,
  'an unknown kind': STAND_IN,
};

interface Difference {
  readonly reason: string;
  readonly events?: readonly ExpectedEvent[];
  readonly count?: number;
}

const HELD = 'The last answer comes again: a client may have a part of it, because messages grow.';
const KEPT = 'A failed turn keeps the text so far.';
const PERMISSION = 'A permission request is a part of the growing message.';

const CLIENT_TOOL = 'a call of a tool of the client';

const asked = { tool_name: 'request_permission', args: expectText('"command":"make"') };

/** Matches a text with this part. */
function expectText(part: string): object {
  return { asymmetricMatch: (text: unknown) => typeof text === 'string' && text.includes(part) };
}

const CHANGED: Readonly<Record<string, Difference>> = {
  'after the last message': {
    reason: HELD,
    events: [{ type: 'message', message: { role: 'assistant' } }, 'status', 'preview_reset'],
  },
  [CLIENT_TOOL]: { reason: PERMISSION },
  'the turn under way, from its first part': {
    reason: 'A new connection gets the growing message in as few parts as possible.',
    events: [
      'status',
      'preview_reset',
      {
        type: 'message_part',
        message_part: { role: 'assistant', part: { type: 'text', text: 'I run' }, seq: 1 },
      },
    ],
  },
  'a result starts again': {
    reason: 'The end of the turn ends its open calls, and is one message.',
    events: [
      'message_part',
      { type: 'message_part', message_part: { part: { type: 'tool-call', args: { command: 'make' } } } },
      { type: 'message_part', message_part: { part: { type: 'tool-call' } } },
      { type: 'message_part', message_part: { part: { result_delta: '10 %' } } },
      { type: 'message_part', message_part: { part: { type: 'tool-call' } } },
      { type: 'message_part', message_part: { part: { result_reset: true, result_delta: '100 %' } } },
      {
        type: 'message',
        message: {
          content: [
            { type: 'tool-call', status: 'cancelled' },
            { type: 'tool-result', provider_executed: true, result: { output: '100 %' } },
          ],
        },
      },
      'status',
      'preview_reset',
    ],
  },
  'the turn fails': {
    reason: KEPT,
    events: [
      'message_part',
      { type: 'message', message: { content: [{ type: 'text', text: 'I t' }] } },
      { type: 'status', status: { status: 'error' } },
      { type: 'error', error: { message: 'The provider refused the key.', kind: 'auth' } },
      'preview_reset',
    ],
  },
  'many parts at once': {
    reason: 'The parts of one step are joined.',
    count: 4,
  },
  'a very large part': {
    reason: 'A part above 1 MB is sent with the whole turn, in pieces.',
    events: [
      'preview_reset',
      ...Array.from({ length: 12 }, (_, index) => ({
        type: 'message_part',
        message_part: { seq: index + 1 },
      })),
      'message',
      'status',
      'preview_reset',
    ],
  },
  'a turn': {
    reason: 'The summary is that of the last turn: this one has no text.',
    events: [
      {
        kind: 'status_change',
        chat: {
          status: 'running',
          has_unread: false,
          children: [],
          absent: ['diff_status', 'files'],
        },
      },
      { kind: 'status_change', chat: { status: 'waiting' } },
      { kind: 'summary_change', chat: { last_turn_summary: null } },
    ],
  },
  'a turn fails': {
    reason: 'The summary is that of the last turn: this one has no text.',
    events: [
      { kind: 'status_change', chat: { status: 'error', last_error: { message: 'Overloaded.' } } },
      'summary_change',
    ],
  },
  'the archive of a family, and its return': {
    reason: SUB_AGENTS,
    events: ['deleted', 'created'],
  },
};

const SNAPSHOT_OF_REQUEST: readonly ExpectedEvent[] = [
  { type: 'message', message: { content: [{ kind: 'execute' }, { tool_name: 'request_permission' }] } },
  { type: 'status', status: { status: 'requires_action' } },
  { type: 'action_required', action_required: { tool_calls: [asked] } },
  'preview_reset',
];

const STREAM_OF_REQUEST: readonly ExpectedEvent[] = [
  { type: 'message_part', message_part: { part: { type: 'tool-call', kind: 'execute' } } },
  { type: 'message_part', message_part: { part: { tool_name: 'request_permission' } } },
  ...SNAPSHOT_OF_REQUEST,
];

const WATCH_OF_REQUEST: readonly ExpectedEvent[] = [
  { kind: 'status_change', chat: { status: 'requires_action' } },
  { kind: 'action_required', tool_calls: [asked] },
];

/** Why a local server is not under a row; null if it is. */
export const socketSkipReason = ({ id }: { readonly id: string }): string | null => SKIPPED[id] ?? null;

/** The row as a local server has it. */
export const localSnapshot = (row: SnapshotRow): SnapshotRow =>
  row.id === CLIENT_TOOL ? { ...row, events: SNAPSHOT_OF_REQUEST } : withEvents(row);

export const localStream = (row: StreamRow): StreamRow =>
  row.id === CLIENT_TOOL ? { ...row, events: STREAM_OF_REQUEST } : withEvents(row);

export const localWatch = (row: WatchRow): WatchRow =>
  row.id === CLIENT_TOOL ? { ...row, events: WATCH_OF_REQUEST } : withEvents(row);

const withEvents = <Row extends { readonly id: string }>(row: Row): Row => {
  const { reason: _, ...difference } = CHANGED[row.id] ?? { reason: '' };
  return { ...row, ...difference };
};

export const NAMED_ROWS = [...Object.keys(SKIPPED), ...Object.keys(CHANGED)];
