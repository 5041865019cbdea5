import type { WirePart } from './chat-row-types.ts';
import type { SessionUpdate, ToolCallChange } from './session.ts';

/** The parts of a growing message. */
export interface TurnContent {
  readonly parts: readonly WirePart[];
  /** Characters of text, output, arguments and differences. */
  readonly size: number;
  /** It reached its limit: more text and more calls are left out. */
  readonly isFull: boolean;
}

export interface ContentChange {
  readonly content: TurnContent;
  /** The change as streams send it. */
  readonly live: readonly WirePart[];
}

/** An update that becomes a part of the message. */
export type ContentUpdate = Extract<SessionUpdate, { type: 'text' | 'reasoning' | 'tool' | 'notice' }>;

export const NO_CONTENT: TurnContent = { parts: [], size: 0, isFull: false };

/** A longer turn is cut, so that no agent can fill the memory or the disk. Characters. */
const MAX_SIZE = 2 << 20;
const MAX_PARTS = 8_000;
/** Of longer output only the end is kept. Characters. */
const MAX_OUTPUT = 256 << 10;

const CUT_NOTICE = 'This turn is too long. The rest of it is left out.';

export const isContentUpdate = (update: SessionUpdate): update is ContentUpdate =>
  update.type === 'text' || update.type === 'reasoning' || update.type === 'tool' || update.type === 'notice';

/** Whether the agent has not finished this call. */
const isOpenCall = (part: WirePart): boolean =>
  part.type === 'tool-call' && (part.status === 'pending' || part.status === 'in_progress');

/** Adds an update. `at`: Unix time in ms. */
export function addUpdate(content: TurnContent, update: ContentUpdate, at: number): ContentChange {
  switch (update.type) {
    case 'text':
    case 'reasoning':
      return addText(content, update.type, update.text, at);
    case 'notice':
      return add(content, { type: 'hook-notice', text: update.text });
    case 'tool':
      return addToolChange(content, update.change, at);
  }
}

function addText(content: TurnContent, type: 'text' | 'reasoning', text: string, at: number): ContentChange {
  if (text === '') return { content, live: [] };
  const last = content.parts.at(-1);
  if (last?.type !== type) {
    const time = type === 'reasoning' ? { created_at: wireDate(at) } : {};
    const added = add(content, { type, text, ...time });
    return { content: grown(added.content, text.length), live: added.live };
  }
  if (content.isFull) return { content, live: [] };
  if (content.size + text.length > MAX_SIZE) return fill(content);
  const joined: WirePart = { ...last, text: `${last.text}${text}` };
  return {
    content: grown({ ...content, parts: content.parts.with(-1, joined) }, text.length),
    live: [{ type, text }],
  };
}

function addToolChange(content: TurnContent, change: ToolCallChange, at: number): ContentChange {
  const index = callIndex(content, change.id);
  const known = content.parts[index];
  const call = changedCall(known, change, at);
  const replaced =
    known === undefined
      ? add(content, call)
      : { content: { ...content, parts: content.parts.with(index, call) }, live: [call] };
  const placed = { ...replaced, content: grown(replaced.content, dataSize(call) - dataSize(known)) };
  // A call that the limit left out.
  if (callIndex(placed.content, change.id) === -1) return placed;
  const result = addOutput(placed.content, call, change, at);
  return { content: result.content, live: [...placed.live, ...result.live] };
}

function changedCall(known: WirePart | undefined, change: ToolCallChange, at: number): WirePart {
  const kind = change.kind ?? known?.kind ?? 'other';
  return {
    type: 'tool-call',
    tool_call_id: change.id,
    // Agents may not name the tool.
    tool_name: change.name ?? (change.kind === undefined ? known?.tool_name : undefined) ?? kind,
    args: change.input ?? known?.args ?? {},
    provider_executed: true,
    created_at:
      change.startedAt === undefined ? (known?.created_at ?? wireDate(at)) : wireDate(change.startedAt),
    title: change.title ?? known?.title ?? '',
    kind,
    status: change.status ?? known?.status ?? 'pending',
    locations:
      change.locations?.map(({ path, line }) => (line === null ? { path } : { path, line })) ??
      known?.locations ??
      [],
    diff:
      change.diffs?.map(({ path, oldText, newText }) => ({ path, old_text: oldText, new_text: newText })) ??
      known?.diff ??
      [],
  };
}

/** The result directly behind its call: the output so far, and complete when the call is. */
function addOutput(content: TurnContent, call: WirePart, change: ToolCallChange, at: number): ContentChange {
  const id = change.id;
  const known = resultOf(content, id);
  const before = known === undefined ? '' : outputOf(known);
  const after = shortened((change.output ?? before) + (change.outputDelta ?? ''));
  const isOpen = isOpenCall(call);
  if (isOpen && after === before) return { content, live: [] };
  const isFailed = call.status === 'failed' || call.status === 'cancelled';
  const head = { type: 'tool-result', tool_call_id: id, tool_name: call.tool_name };
  const result: WirePart = {
    ...head,
    result: { output: after },
    is_error: isFailed,
    provider_executed: true,
    created_at: wireDate(at),
  };
  const isSame = known !== undefined && after === before && known.is_error === isFailed;
  if (isSame && change.status === undefined) return { content, live: [] };
  const piece = after.startsWith(before)
    ? { ...head, result_delta: after.slice(before.length) }
    : { ...head, result_reset: true, result_delta: after };
  const next = grown(withResult(content, result), after.length - before.length);
  return { content: next, live: [isOpen ? piece : result] };
}

/** Adds the result of a call, or replaces it, and sets the status of the call. Without the call it changes nothing. */
export function endCall(
  content: TurnContent,
  id: string,
  end: {
    readonly status: 'completed' | 'failed' | 'cancelled';
    readonly result: unknown;
    readonly at: number;
  },
): ContentChange {
  const index = callIndex(content, id);
  const known = content.parts[index];
  if (known === undefined) return { content, live: [] };
  const call: WirePart = { ...known, status: end.status };
  const result: WirePart = {
    type: 'tool-result',
    tool_call_id: id,
    tool_name: call.tool_name,
    result: end.result,
    is_error: end.status !== 'completed',
    provider_executed: true,
    created_at: wireDate(end.at),
  };
  const called = { ...content, parts: content.parts.with(index, call) };
  return { content: withResult(called, result), live: [call, result] };
}

/** Marks all unfinished calls as cancelled, and keeps their output. `reasonOf` returns the error of a call. */
export function cancelOpenCalls(
  content: TurnContent,
  reasonOf: (call: WirePart) => string,
  at: number,
): ContentChange {
  let change: ContentChange = { content, live: [] };
  for (const call of content.parts.filter(isOpenCall)) {
    const id = String(call.tool_call_id);
    const known = resultOf(change.content, id);
    const output = known === undefined ? '' : outputOf(known);
    const error = reasonOf(call);
    const result = output === '' ? { error } : { output, error };
    const ended = endCall(change.content, id, { status: 'cancelled', result, at });
    change = { content: ended.content, live: [...change.live, ...ended.live] };
  }
  return change;
}

/** Appends a part, unless the message is full. */
export function add(content: TurnContent, part: WirePart): ContentChange {
  if (content.isFull) return { content, live: [] };
  if (content.size > MAX_SIZE || content.parts.length >= MAX_PARTS) return fill(content);
  return { content: { ...content, parts: [...content.parts, part] }, live: [part] };
}

/** The parts with which a new stream begins: output of unfinished calls as a piece of their results. */
export const asLiveParts = ({ parts }: TurnContent): readonly WirePart[] =>
  mapOpenResults(parts, ({ type, tool_call_id, tool_name, result }) => [
    { type, tool_call_id, tool_name, result_delta: outputOf({ type, result }) },
  ]);

/** The parts without the results of unfinished calls: readers take a result as the end of its call. */
export const finishedParts = (parts: readonly WirePart[]): readonly WirePart[] =>
  mapOpenResults(parts, () => []);

/** The content of a stored message. */
export const contentOf = (parts: readonly WirePart[]): TurnContent => ({ parts, size: 0, isFull: false });

/** The part of a call; null if the message has none of this id. */
export const callIn = (content: TurnContent, id: string): WirePart | null =>
  content.parts[callIndex(content, id)] ?? null;

function mapOpenResults(
  parts: readonly WirePart[],
  change: (result: WirePart) => readonly WirePart[],
): readonly WirePart[] {
  const open = new Set(parts.filter(isOpenCall).map((part) => part.tool_call_id));
  if (open.size === 0) return parts;
  return parts.flatMap((part) =>
    part.type === 'tool-result' && open.has(part.tool_call_id) ? change(part) : [part],
  );
}

function fill(content: TurnContent): ContentChange {
  const notice: WirePart = { type: 'hook-notice', text: CUT_NOTICE };
  return { content: { ...content, parts: [...content.parts, notice], isFull: true }, live: [notice] };
}

/** Characters of the arguments and differences of a call. */
function dataSize(call: WirePart | undefined): number {
  if (call === undefined) return 0;
  return JSON.stringify(call.args).length + JSON.stringify(call.diff).length;
}

const grown = (content: TurnContent, by: number): TurnContent => ({ ...content, size: content.size + by });

const callIndex = ({ parts }: TurnContent, id: string): number =>
  parts.findLastIndex((part) => part.type === 'tool-call' && part.tool_call_id === id);

const resultOf = ({ parts }: TurnContent, id: string): WirePart | undefined =>
  parts.findLast((part) => part.type === 'tool-result' && part.tool_call_id === id);

function withResult(content: TurnContent, result: WirePart): TurnContent {
  const { parts } = content;
  const id = String(result.tool_call_id);
  const index = parts.findLastIndex((part) => part.type === 'tool-result' && part.tool_call_id === id);
  if (index !== -1) return { ...content, parts: parts.with(index, result) };
  return { ...content, parts: parts.toSpliced(callIndex(content, id) + 1, 0, result) };
}

const outputOf = ({ result }: WirePart): string =>
  typeof result === 'object' && result !== null && 'output' in result ? String(result.output) : '';

/** The end of a long output, behind a line that says so. */
const shortened = (output: string): string =>
  output.length <= MAX_OUTPUT
    ? output
    : `[The beginning of the output is left out.]\n${output.slice(-MAX_OUTPUT / 2)}`;

const wireDate = (at: number): string => new Date(at).toISOString();
