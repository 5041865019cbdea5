import { reportLine } from '../../domain/agent-report.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { asksUser } from '../../domain/needs-attention.ts';
import type { Phase } from '../../domain/phase.ts';
import { phaseSince } from '../../domain/phase-since.ts';
import type { Cost } from '../../domain/ports/source.ts';
import { chatFacts, needsSignIn, type Task, templateLabel, titleOf, worktreeOf } from '../../domain/task.ts';
import { scriptWarning } from '../../domain/task-facts.ts';
import { ageOf, exactDuration } from '../../domain/text/age.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { shortPath } from '../../domain/text/short-path.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { taskLink } from '../../domain/web-link.ts';
import { currentQuestion } from '../../store/current-question.ts';
import { modelNameOf } from '../../store/model-name.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import type { State } from '../../store/state.ts';
import { childIdsOf } from '../../store/task-tree.ts';
import { ASKS, chatWords } from '../rows/chat-words.ts';
import { snoozeWords } from '../rows/snooze-words.ts';
import { usageWords } from '../rows/usage-words.ts';

/** The heading above a transcript. Plain text that is safe to show; no row is wider than the pane. */
export interface Heading {
  /** The full title when the frame cannot show it; else empty. */
  readonly title: readonly string[];
  readonly phase: Phase;
  /** The phase for users: a chat with a question asks. */
  readonly word: string;
  readonly age: string;
  /** Until when it is snoozed; empty for a task that is not. */
  readonly snooze: string;
  /** The agent's report, next to the phase; empty when it is in `reportRows`. */
  readonly report: string;
  /** The agent's report, below the phase. */
  readonly reportRows: readonly string[];
  /** A warning, and the facts of a chat: pull request, changed lines, mode; empty for none. */
  readonly facts: string;
  readonly link: { readonly address: string; readonly label: string } | null;
  /** Template and owner; empty on a narrow pane. */
  readonly origin: string;
}

/** Maximum rows of the title, and of the report. */
const MAX_ROWS = 3;
/** Maximum share of title and report in the pane's rows. */
const MAX_SHARE = 1 / 4;
/** The heading shows the agent's link from this many columns on. */
const MIN_COLUMNS_FOR_LINK = 44;
/** The heading shows template and owner from this many columns on. */
const MIN_COLUMNS_FOR_ORIGIN = 60;
/** Columns of a directory. */
const MAX_DIRECTORY = 40;
/** The frame has this many columns less for the title than the pane has inside. */
const TITLE_FRAME = 2;

/** `width` and `height`: the inside of the pane. */
export function headingOf(state: State, task: Task, width: number, height: number): Heading {
  const maxRows = Math.max(0, Math.floor(height * MAX_SHARE));
  const phase = phaseIn(state, task);
  const word = phase === 'idle' && asksUser(task) ? ASKS : phase;
  const age = ageOf(phaseSince(task, state.now), state.now);
  const snooze = snoozeWords(state, task);
  // The question below says what it waits for.
  const report = currentQuestion(state, task)?.question.kind === 'permission' ? '' : reportLine(task);
  const stage = stageWords(task, state.now);
  const quoted = stage !== '' || report === '' ? stage : `“${report}”`;
  const third = Math.floor(width / 3);
  const found = width < MIN_COLUMNS_FOR_LINK ? null : taskLink(task);
  // A third at most, to leave room for the report.
  const link = found === null ? null : { ...found, label: `→ ${truncate(found.label, third - 2)}` };
  const origin = width < MIN_COLUMNS_FOR_ORIGIN ? '' : truncate(originOf(task), third);

  const name = sanitiseLine(titleOf(task));
  const isCut = displayWidth(name) > width - TITLE_FRAME;
  const title = isCut ? rows(name, width, Math.min(MAX_ROWS, maxRows)) : [];

  const beside = (text: string): number => (text === '' ? 0 : displayWidth(text) + 1);
  const room =
    width -
    beside(link?.label ?? '') -
    beside(origin) -
    displayWidth(`${word} ${age} · ${snooze === '' ? '' : `${snooze} · `}`);
  const facts = maxRows - title.length > 0 ? factsWords(state, task, phase, width) : '';
  const rest = Math.min(MAX_ROWS, maxRows - title.length - (facts === '' ? 0 : 1));
  const isBelow = displayWidth(quoted) > room && rest > 0;
  return {
    title,
    phase,
    word,
    age,
    snooze,
    report: isBelow ? '' : quoted,
    reportRows: isBelow ? rows(quoted, width, rest) : [],
    facts,
    link,
    origin,
  };
}

export const headingRows = ({ title, reportRows, facts }: Heading): number =>
  title.length + 1 + (facts === '' ? 0 : 1) + reportRows.length;

/** A warning about start-up scripts, then the first words about a chat that fit. */
function factsWords(state: State, task: Task, phase: Phase, width: number): string {
  let text = '';
  const [warning = ''] = scriptWarning(task).split('.');
  const signIn = needsSignIn(task) ? [withKeyNames(`${keyFor('shell')} signs in`, state.keyNames)] : [];
  const words = chatWords(task, phase, {
    subAgents: childIdsOf(state, task.id).length,
    model: modelNameOf(state, task),
    directory: directoryWords(state, task),
    columns: width,
    usage: usageWords(knownCost(state, task), state.transcripts.get(task.id)?.transcript?.context ?? null),
  });
  for (const word of [
    ...(warning === '' ? [] : [truncate(warning, width)]),
    ...signIn,
    ...words.filter((each) => each !== ASKS),
  ]) {
    const longer = text === '' ? word : `${text} · ${word}`;
    if (displayWidth(longer) > width) break;
    text = longer;
  }
  return text;
}

/** The step before the first answer of a turn, with its time: `Starting Gemini CLI 3s`; empty for none. */
function stageWords(task: Task, now: number): string {
  const facts = chatFacts(task);
  const stage = facts?.extension?.stage ?? null;
  if (facts === null || stage === null || facts.status !== 'running') return '';
  return `${sanitiseLine(stage.name)} ${exactDuration(Math.max(0, now - stage.since))}`;
}

/** An agent on this machine that reports no cost is no chat of unknown cost: most have a subscription. */
function knownCost({ costs }: State, task: Task): Cost | null {
  const cost = costs.get(task.id) ?? null;
  return cost?.micros === 0 && chatFacts(task)?.extension !== undefined ? null : cost;
}

/** The directory of a chat on this machine, or the repository of its worktree; empty for another task. */
function directoryWords({ deployment }: State, task: Task): string {
  const worktree = worktreeOf(task);
  if (worktree !== null)
    return `worktree of ${shortPath(worktree.repository, deployment.home, MAX_DIRECTORY)}`;
  const directory = chatFacts(task)?.extension?.directory ?? '';
  return directory === '' ? '' : shortPath(directory, deployment.home, MAX_DIRECTORY);
}

/** Empty for a chat on this machine: its facts name the agent, and all its chats have the same owner. */
function originOf(task: Task): string {
  if (chatFacts(task)?.extension !== undefined) return '';
  return [sanitiseLine(templateLabel(task)), sanitiseLine(task.ownerName)].filter(Boolean).join(' · ');
}

function rows(text: string, width: number, maxRows: number): readonly string[] {
  if (maxRows <= 0) return [];
  const all = wrap(text, Math.max(1, width));
  if (all.length <= maxRows) return all;
  return [...all.slice(0, maxRows - 1), truncate(all.slice(maxRows - 1).join(' '), width)];
}
