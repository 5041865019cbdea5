import { isRecord, recordsIn } from './call-arguments.ts';
import { diffOfLines } from './line-diff.ts';
import type { Message, MessagePart, ToolCallPart } from './message.ts';
import type { PermissionEffect, Question, QuestionOption } from './question.ts';
import type { LiveTurn } from './transcript.ts';

/*
 * Permission requests of agents on this machine. Each is a tool call of its own, and waits until a result answers it.
 */

/** The name of the tool calls that ask for permission. */
export const PERMISSION_TOOL = 'request_permission';

/** On screen, for every order of the agent. */
const ORDER: readonly PermissionEffect[] = [
  'allow_once',
  'allow_always',
  'reject_once',
  'reject_always',
  'other',
];

/** The label of an option without a name. */
const LABELS: Readonly<Record<PermissionEffect, string>> = {
  allow_once: 'Allow once',
  allow_always: 'Allow always',
  reject_once: 'Reject',
  reject_always: 'Reject always',
  cancel: 'Cancel the request',
  other: 'Other',
};

/** taskdeck does not know what exactly the agent keeps, nor for how long. */
const KEPT_BY_AGENT = 'kept by the agent';

const CANCEL: QuestionOption = { label: LABELS.cancel, description: '', effect: 'cancel' };

/** The digits reach no more. */
const MAX_OPTIONS = 9;
/** UTF-16 units of a command or a title. */
const MAX_TEXT = 2_000;
/** Lines of a diff, and UTF-16 units of one of them. */
const MAX_DIFF_LINES = 200;
const MAX_LINE = 500;
/** UTF-16 units of a file that are compared. */
const MAX_COMPARED = 100_000;

const NO_QUESTIONS: readonly Question[] = [];

/** By the first of several calls: unchanged calls have the same questions, so that an identity check detects changes. */
const known = new WeakMap<
  ToolCallPart,
  { readonly calls: readonly ToolCallPart[]; readonly questions: readonly Question[] }
>();

/**
 * The permission requests without an answer, in the order in which they were made. `messages`: oldest first; those of the
 * running turn are enough. `live`: the part of the turn that is not in them.
 */
export function permissionQuestions(messages: readonly Message[], live?: LiveTurn): readonly Question[] {
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1);
  const calls = openCalls([...turn.flatMap(({ parts }) => parts), ...(live?.parts ?? [])]);
  const [first] = calls;
  if (first === undefined) return NO_QUESTIONS;
  const before = known.get(first);
  if (before?.calls.length === calls.length && before.calls.every((call, index) => call === calls[index]))
    return before.questions;
  const questions = calls.map(toQuestion);
  known.set(first, { calls, questions });
  return questions;
}

function openCalls(parts: readonly MessagePart[]): readonly ToolCallPart[] {
  const byId = new Map<string, ToolCallPart>();
  for (const part of parts)
    if (part.type === 'tool-call' && part.name === PERMISSION_TOOL) byId.set(part.id, part);
  return [...byId.values()].filter(({ status }) => status === 'running' || status === 'pending');
}

function toQuestion({ id, input }: ToolCallPart): Question {
  const args = isRecord(input) ? input : {};
  const text = subjectOf(args);
  const detail = detailOf(args, text);
  return {
    id,
    kind: 'permission',
    header: '',
    text,
    ...(detail !== '' && { detail }),
    options: optionsIn(args.options),
    takesText: false,
    index: 0,
    count: 1,
  };
}

/** The tool that the agent wants to use, with its command. */
function subjectOf({ title, kind, command }: Readonly<Record<string, unknown>>): string {
  const name = textOf(title).trim() || textOf(kind).trim() || 'Use a tool';
  const words = textOf(command).trim();
  return words === '' || name.includes(words) ? name : `${name}: ${words}`;
}

/** The lines that it changes, else the files; empty for neither. A single file that `subject` names has no row. */
function detailOf({ diff, locations }: Readonly<Record<string, unknown>>, subject: string): string {
  const isNamed = (path: unknown): boolean => {
    const name = textOf(path).replace(/^.*\//u, '');
    return name === '' || subject.includes(name);
  };
  const files = recordsIn(diff);
  const changes = files.flatMap((change) => [
    ...(files.length === 1 && isNamed(change.path) ? [] : [textOf(change.path)]),
    ...changeLines(change),
  ]);
  const places = recordsIn(locations).map(({ path }) => textOf(path));
  const lines = changes.length > 0 ? changes : places.length === 1 && isNamed(places[0]) ? [] : places;
  const shown = lines.slice(0, MAX_DIFF_LINES).map((line) => line.slice(0, MAX_LINE));
  const left = lines.length - shown.length;
  return [...shown, ...(left > 0 ? [`… ${left} more lines`] : [])].join('\n').trim();
}

/** Only the removed and added lines: a request has little room. */
function changeLines(change: Readonly<Record<string, unknown>>): readonly string[] {
  const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_COMPARED) : '');
  return diffOfLines(text(change.old_text), text(change.new_text)).flatMap((line) =>
    line.kind === 'added' ? [`+${line.text}`] : line.kind === 'removed' ? [`-${line.text}`] : [],
  );
}

/** Ordered by what they do. Without any, the request can only be cancelled. */
function optionsIn(value: unknown): readonly QuestionOption[] {
  const options = recordsIn(value).flatMap((option): readonly QuestionOption[] => {
    const { option_id: optionId, name, kind } = option;
    if (typeof optionId !== 'string') return [];
    const effect = ORDER.find((each) => each === kind) ?? 'other';
    const isKept = effect === 'allow_always' || effect === 'reject_always';
    const label = textOf(name).trim().replaceAll(/\s+/gu, ' ') || LABELS[effect];
    return [{ label, description: isKept ? KEPT_BY_AGENT : '', effect, optionId }];
  });
  if (options.length === 0) return [CANCEL];
  const rank = ({ effect = 'other' }: QuestionOption): number => ORDER.indexOf(effect);
  return options.toSorted((one, other) => rank(one) - rank(other)).slice(0, MAX_OPTIONS);
}

/** The words for the answer that a permission request got; empty while it has none. Untrusted text. */
export function permissionOutcome({ input, output, status }: ToolCallPart): string {
  if (status === 'running' || status === 'pending') return '';
  const outcome = parsed(output);
  if (outcome.outcome === 'cancelled') return 'cancelled';
  if (outcome.outcome !== 'selected') return output.trim() || 'cancelled';
  const chosen = optionsIn(isRecord(input) ? input.options : undefined).find(
    ({ optionId }) => optionId !== undefined && optionId === outcome.option_id,
  );
  return chosen?.label ?? textOf(outcome.option_id);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_TEXT) : '');
