import { reportLine } from '../domain/agent-report.ts';
import { needsAttention } from '../domain/needs-attention.ts';
import { phaseOf } from '../domain/phase.ts';
import { isPlausibleTime } from '../domain/plausible-time.ts';
import { type CoderTaskFacts, coderFacts, type Task, templateLabel, titleOf } from '../domain/task.ts';
import { ageOf } from '../domain/text/age.ts';
import { isoSeconds } from '../domain/text/iso-time.ts';
import { sanitise, sanitiseLine } from '../domain/text/sanitise.ts';
import { displayWidth, padEnd } from '../domain/text/width.ts';
import { wrap } from '../domain/text/wrap.ts';
import { EXIT } from './exit-code.ts';
import { taskJson } from './json.ts';
import { reportingErrors, write, writeJson } from './output.ts';
import type { ScriptCommand } from './script-context.ts';
import { findTask, parseTaskArgument } from './task-argument.ts';

export interface ShowOptions {
  readonly task: string;
  readonly json: boolean;
}

export const show: ScriptCommand<ShowOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const task = await findTask(context, parseTaskArgument(options.task));
    const now = context.clock.now();
    if (options.json) await writeJson(context.io, taskJson(task, now));
    else await write(context.io.stdout, formatTask(task, now, context.io.columns));
    return EXIT.done;
  });

function formatTask(task: Task, now: number, columns = Number.POSITIVE_INFINITY): string {
  const phase = phaseOf(task, now);
  const { state } = task;
  const coder = coderFacts(task);
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['title', titleOf(task)],
    ['name', `${task.ownerName}/${task.name}`],
    ['id', task.id],
    ['phase', needsAttention(task, phase, false) ? `${phase}, needs you` : phase],
    ['status', task.facts.status],
    ['state', state === null ? '' : [state.state, agoOf(state.at, now)].filter(Boolean).join(', ')],
    ['message', reportLine(task)],
    ['link', state?.uri ?? ''],
    ['template', templateLabel(task)],
    ['workspace', [coder?.workspaceName, coder?.workspaceStatus].filter(Boolean).join(', ')],
    ['agent', coder === null ? '' : agentProblem(coder)],
    ['created', timeAndAge(task.createdAt, now)],
    ['updated', timeAndAge(task.updatedAt, now)],
  ];
  const known = facts.filter(([, value]) => value !== '');
  const width = Math.max(...known.map(([name]) => name.length));
  const room = columns - width - 2;
  const lines = known.map(([name, value]) => {
    const line = sanitiseLine(value);
    // Line breaks would make a link unusable; terminals wrap it themselves.
    const rows = name === 'link' || displayWidth(line) <= room ? [line] : wrap(line, room);
    return `${padEnd(name, width)}  ${rows.join(`\n${' '.repeat(width + 2)}`)}`;
  });
  const prompt = sanitise(task.initialPrompt).trim();
  return `${lines.join('\n')}\n${prompt === '' ? '' : `\n${prompt}\n`}`;
}

/** Why the agent may not work; empty if no problem is known. */
function agentProblem({ agentHealth, agentLifecycle }: CoderTaskFacts): string {
  if (agentHealth?.healthy === false) return ['not healthy', agentHealth.reason].filter(Boolean).join(': ');
  return agentLifecycle === null || agentLifecycle === 'ready' ? '' : agentLifecycle.replaceAll('_', ' ');
}

const timeAndAge = (at: number, now: number): string =>
  isPlausibleTime(at, now) ? `${isoSeconds(at)}, ${agoOf(at, now)}` : 'unknown';

/** Empty for an unknown time. */
const agoOf = (at: number, now: number): string => (isPlausibleTime(at, now) ? `${ageOf(at, now)} ago` : '');
