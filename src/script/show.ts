import { needsYou } from '../domain/attention.ts';
import { phaseOf } from '../domain/phase.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { ageOf } from '../domain/text/age.ts';
import { sanitise, sanitiseLine } from '../domain/text/sanitise.ts';
import { padEnd } from '../domain/text/width.ts';
import type { ScriptCommand } from './context.ts';
import { EXIT } from './exit-code.ts';
import { isoTime, taskJson } from './json.ts';
import { reporting, write, writeJson } from './output.ts';
import { parseTaskName } from './task-name.ts';

export interface ShowOptions {
  readonly task: string;
  readonly json: boolean;
}

export const show: ScriptCommand<ShowOptions> = (context, options) =>
  reporting(context.io, options.json, async () => {
    const task = await context.backend.get(parseTaskName(options.task), context.signal);
    const now = context.clock.now();
    if (options.json) await writeJson(context.io, taskJson(task, now));
    else await write(context.io.stdout, factsOf(task, now));
    return EXIT.done;
  });

function factsOf(task: Task, now: number): string {
  const phase = phaseOf(task, now);
  const { state } = task;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['title', titleOf(task)],
    ['name', `${task.ownerName}/${task.name}`],
    ['id', task.id],
    ['phase', needsYou(task, phase, false) ? `${phase}, needs you` : phase],
    ['status', task.status],
    ['state', state === null ? '' : `${state.state}, ${ageOf(state.at, now)} ago`],
    ['message', state?.message ?? ''],
    ['link', state?.uri ?? ''],
    ['template', task.templateDisplayName || task.templateName],
    ['workspace', [task.workspaceName, task.workspaceStatus].filter(Boolean).join(', ')],
    ['created', isoTime(task.createdAt)],
    ['updated', isoTime(task.updatedAt)],
  ];
  const known = facts.filter(([, value]) => value !== '');
  const width = Math.max(...known.map(([name]) => name.length));
  const lines = known.map(([name, value]) => `${padEnd(name, width)}  ${sanitiseLine(value)}`);
  const prompt = sanitise(task.initialPrompt).trim();
  return `${lines.join('\n')}\n${prompt === '' ? '' : `\n${prompt}\n`}`;
}
