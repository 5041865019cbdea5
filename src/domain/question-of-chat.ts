import { argumentsOf, decodedJson, isRecord } from './call-arguments.ts';
import { PERMISSIONS } from './chat-extension.ts';
import type { Message, ToolCallPart } from './message.ts';
import { permissionQuestions } from './permission.ts';
import type { Question, QuestionOption } from './question.ts';
import type { ChatFacts } from './task.ts';
import type { LiveTurn } from './transcript.ts';

/** The tools of Coder Agents by which an agent in plan mode asks its user; the turn ends with them. */
const ASK = 'ask_user_question';
const PROPOSE_PLAN = 'propose_plan';

/** The digits reach no more. */
const MAX_OPTIONS = 9;

const NO_QUESTIONS: readonly Question[] = [];
/** An unchanged message has the same questions, so that an identity check detects changes. */
const known = new WeakMap<Message, readonly Question[]>();

/**
 * Whether the agent of a chat can wait for its user now: after a turn in plan mode, and where the server has permission
 * requests, when a tool call waits. Elsewhere such a call waits for the program that made the chat.
 */
export const mayAskUser = (facts: ChatFacts): boolean =>
  !facts.archived && (mayPlan(facts) || mayRequest(facts));

const mayPlan = ({ status, planMode }: ChatFacts): boolean => status === 'waiting' && planMode;

const mayRequest = ({ status, extension }: ChatFacts): boolean =>
  status === 'requires_action' && extension?.names.includes(PERMISSIONS) === true;

/**
 * The questions of a chat in this state that have no answer; empty for none. `messages`: oldest first; the newest are
 * enough. `live`: the part of the turn that is not in them.
 */
export function questionsInState(
  facts: ChatFacts,
  messages: readonly Message[],
  live?: LiveTurn,
): readonly Question[] {
  if (!mayAskUser(facts)) return NO_QUESTIONS;
  if (mayPlan(facts)) return chatQuestions(messages);
  const requested = permissionQuestions(messages, live);
  if (requested.length > 0) return requested;
  // Its request may not have arrived yet: the status changes with the last answer.
  return facts.questions.every(({ kind }) => kind === 'permission') ? facts.questions : NO_QUESTIONS;
}

/**
 * The questions that the agent of a chat asked and that have no answer: the last call of the last message is one of the
 * asking tools, and no message of the user follows. Empty for none. `messages`: oldest first; the newest are enough.
 */
export function chatQuestions(messages: readonly Message[]): readonly Question[] {
  const last = messages.at(-1);
  if (last === undefined || last.role === 'user') return NO_QUESTIONS;
  const before = known.get(last);
  if (before !== undefined) return before;
  const questions = questionsIn(last);
  known.set(last, questions);
  return questions;
}

function questionsIn({ id, parts }: Message): readonly Question[] {
  const call = parts.findLast((part): part is ToolCallPart => part.type === 'tool-call');
  if (call?.name !== ASK && call?.name !== PROPOSE_PLAN) return NO_QUESTIONS;
  const callId = call.id === '' ? `message-${id}` : call.id;
  if (call.name === PROPOSE_PLAN) return [{ ...PLAN, id: `${callId}:0` }];
  const asked = askedIn(call);
  return asked.map((each, index) => ({
    id: `${callId}:${index}`,
    kind: 'choice',
    ...each,
    takesText: true,
    index,
    count: asked.length,
  }));
}

const PLAN: Omit<Question, 'id'> = {
  kind: 'plan',
  header: 'Plan',
  text: 'Implement the proposed plan?',
  options: [{ label: 'Implement the plan', description: '' }],
  takesText: true,
  index: 0,
  count: 1,
};

type Asked = Pick<Question, 'header' | 'text' | 'options'>;

/** At least one: a call with broken arguments still waits for an answer in words. */
function askedIn(call: ToolCallPart): readonly Asked[] {
  const input = argumentsOf({ input: decodedJson(call.input) });
  const list = decodedJson(input.get('questions') ?? Object.fromEntries(input));
  const asked = (Array.isArray(list) ? list : [list]).flatMap((each) => askedBy(decodedJson(each)));
  return asked.length > 0 ? asked : [{ header: '', text: UNREADABLE, options: [] }];
}

const UNREADABLE = 'The agent asked a question that cannot be shown. Answer in words.';

/** Empty for data without a question. */
function askedBy(value: unknown): readonly Asked[] {
  if (typeof value === 'string')
    return value.trim() === '' ? [] : [{ header: '', text: value.trim(), options: [] }];
  if (!isRecord(value)) return [];
  const asked = {
    header: oneLine(value.header),
    text: typeof value.question === 'string' ? value.question.trim() : '',
    options: optionsIn(decodedJson(value.options)),
  };
  return asked.text === '' && asked.header === '' && asked.options.length === 0 ? [] : [asked];
}

const optionsIn = (value: unknown): readonly QuestionOption[] =>
  (Array.isArray(value) ? value : [])
    .map((option: unknown): QuestionOption => {
      if (!isRecord(option)) return { label: oneLine(option), description: '' };
      return { label: oneLine(option.label), description: oneLine(option.description) };
    })
    .filter(({ label }) => label !== '')
    .slice(0, MAX_OPTIONS);

/** Empty for anything but words. An answer with several questions has a line for each. */
const oneLine = (value: unknown): string =>
  typeof value === 'string' ? value.trim().replaceAll(/\s+/gu, ' ') : '';
