import { isActiveBuild } from '../../domain/build-progress.ts';
import { phaseSince } from '../../domain/phase-since.ts';
import { isPlausibleTime } from '../../domain/plausible-time.ts';
import {
  chatFacts,
  coderFacts,
  serverTitleOf,
  type Task,
  templateLabel,
  titleOf,
} from '../../domain/task.ts';
import { chatFactRows, type Fact, scriptWarning, workspaceText } from '../../domain/task-facts.ts';
import { ageOf, exactDuration } from '../../domain/text/age.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import { localDate, timeOfDay } from '../../domain/text/time-of-day.ts';
import { modelNameOf } from '../../store/model-name.ts';
import type { State } from '../../store/state.ts';
import { taskById, tasksWithIds } from '../../store/task-index.ts';
import { childIdsOf } from '../../store/task-tree.ts';
import { usageWords } from '../rows/usage-words.ts';

/** The label of a fact that is drawn as a fault. */
export const WARNING = 'warning';

/** Lines of the output of start-up scripts, the last ones. */
const MAX_LOG_LINES = 8;

/** The facts of a task with labels, none empty. Values are on one line each, and safe to show. */
export function peekFacts(state: State, task: Task): readonly Fact[] {
  const { now } = state;
  const coder = coderFacts(task);
  const chat = chatFacts(task);
  const server = serverTitleOf(task);
  const facts: readonly Fact[] = [
    ...warningRows(state, task),
    ['server title', server === titleOf(task) ? '' : server],
    ...(coder === null ? [] : coderRows(state, task)),
    ['workspace', workspaceText(task)],
    ['directory', coder?.directory?.path ?? ''],
    ...(chat === null
      ? []
      : chatFactRows(
          task,
          chat,
          {
            children: tasksWithIds(state.tasks, childIdsOf(state, task.id)),
            model: modelNameOf(state, task) || chat.modelId,
          },
          now,
        ).map(
          ([name, value]): Fact => (name === 'parent' ? [name, parentTitle(state, value)] : [name, value]),
        )),
    [
      'usage',
      usageWords(
        state.costs.get(task.id) ?? null,
        state.transcripts.get(task.id)?.transcript?.context ?? null,
      ).join(', '),
    ],
    ['pinned', (task.own?.pinOrder ?? 0) > 0 ? 'yes' : ''],
    ['status', [task.facts.status, task.state?.state ?? ''].filter(Boolean).join(', ')],
    ['created', dateAndAge(task.createdAt, now)],
    ['last change', dateAndAge(task.updatedAt, now)],
    ['phase since', dateAndAge(phaseSince(task, now), now)],
    ['name', `${task.ownerName}/${task.name}`],
    ['task id', task.id],
    ['workspace id', (coder ?? chat)?.workspaceId ?? ''],
    ['agent id', coder?.agentId ?? ''],
    ['version id', coder?.templateVersionId ?? ''],
  ];
  return facts.flatMap(([name, value]): Fact[] => {
    const line = sanitiseLine(value).trim();
    return line === '' ? [] : [[name, line]];
  });
}

const parentTitle = (state: State, id: string): string => {
  const parent = taskById(state, id);
  return parent === null ? id : titleOf(parent);
};

/** Template, build and agent. The build is requested when a task is selected, so it can be missing for a moment. */
function coderRows(state: State, task: Task): readonly Fact[] {
  const facts = coderFacts(task);
  if (facts === null) return [];
  const build = state.builds.get(task.id)?.build;
  const known = build?.number === facts.buildNumber ? (build.templateVersion ?? '') : '';
  // The only version of a template of this machine has its name.
  const version = known === facts.templateName ? '' : known;
  return [
    [
      'template',
      [templateLabel(task), version === '' ? '' : `version ${version}`].filter(Boolean).join(', '),
    ],
    ['build', buildText(state, task)],
    [
      'agent',
      [
        facts.agentLifecycle?.replaceAll('_', ' ') ?? '',
        facts.agentHealth === null
          ? ''
          : facts.agentHealth.healthy
            ? 'healthy'
            : ['not healthy', facts.agentHealth.reason].filter(Boolean).join(': '),
      ]
        .filter(Boolean)
        .join(', '),
    ],
  ];
}

function buildText({ builds }: State, task: Task): string {
  const number = coderFacts(task)?.buildNumber ?? 0;
  const build = builds.get(task.id)?.build;
  if (build === undefined || build.number < number) return number === 0 ? '' : `#${number}`;
  const { transition, status, startedAt, completedAt, reason = '' } = build;
  const took =
    startedAt === null || completedAt === null || isActiveBuild(build)
      ? ''
      : `took ${exactDuration(completedAt - startedAt)}`;
  const words = [
    `#${build.number} ${transition} ${status}`,
    took,
    startedAt === null ? '' : localMinute(startedAt),
    reason === '' ? '' : `reason: ${reason.replaceAll('_', ' ')}`,
  ];
  return words.filter(Boolean).join(', ');
}

/** The warning about start-up scripts, with the end of their output. */
function warningRows({ startupLogs }: State, task: Task): readonly Fact[] {
  const warning = scriptWarning(task);
  if (warning === '') return [];
  const log = startupLogs.get(task.id);
  const lines = log === undefined || log.agentId !== coderFacts(task)?.agentId ? [] : log.lines;
  const words = lines.map(({ output }) => sanitise(output).trim()).filter(Boolean);
  return [
    [WARNING, warning],
    ...words.slice(-MAX_LOG_LINES).map((line, index): Fact => [index === 0 ? 'script output' : '', line]),
  ];
}

const localMinute = (at: number): string => `${localDate(at)} ${timeOfDay(at)}`;

/** The local date and time, with the age; `unknown` for an unknown time. */
const dateAndAge = (at: number, now: number): string =>
  isPlausibleTime(at, now) ? `${localMinute(at)}, ${ageOf(at, now)} ago` : 'unknown';
