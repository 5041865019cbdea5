import type { Phase } from './phase.ts';
import { workPlaceOf } from './repository.ts';
import { chatFacts, type Task, templateLabel } from './task.ts';
import { sanitiseLine } from './text/sanitise.ts';

/** The fact that the tasks of a group share. */
export type Grouping = 'none' | 'phase' | 'owner' | 'template' | 'directory';

export const DEFAULT_GROUPING: Grouping = 'none';

/** In the order in which they are offered, with their names. */
export const GROUPING_NAMES: Readonly<Record<Grouping, string>> = {
  none: 'No groups',
  phase: 'Phase',
  owner: 'Owner',
  template: 'Template or agent',
  directory: 'Repository or directory',
};

export const GROUPINGS: readonly Grouping[] = Object.keys(GROUPING_NAMES) as Grouping[];

export const isGrouping = (value: unknown): value is Grouping => GROUPINGS.some((each) => each === value);

/** The phases from those that most likely need the user to those that nothing happens in. */
export const PHASES_BY_URGENCY: readonly Phase[] = [
  'failed',
  'error',
  'idle',
  'complete',
  'working',
  'resuming',
  'starting',
  'queued',
  'pausing',
  'paused',
  'deleting',
  'unknown',
];

/** Stands for the chats of Coder Agents, which have neither a template nor a local agent. */
const CODER_AGENTS = 'Coder Agents';

/** The key of the group that a task belongs to: the grouping, a blank, and its value. Untrusted text. */
export function groupKeyOf(task: Task, phase: Phase, grouping: Grouping): string {
  switch (grouping) {
    case 'none':
      return 'none ';
    case 'phase':
      return `phase ${phase}`;
    case 'owner':
      return `owner ${task.ownerName}`;
    case 'template':
      return `template ${templateOrAgent(task)}`;
    case 'directory':
      return `directory ${workPlaceOf(task)}`;
  }
}

function templateOrAgent(task: Task): string {
  const facts = chatFacts(task);
  return facts === null ? templateLabel(task) : (facts.extension?.agent.name ?? CODER_AGENTS);
}

/** The value in the key of a group; empty for tasks without one. Untrusted text. */
export const groupValue = (key: string): string => key.slice(key.indexOf(' ') + 1);

/** The heading of tasks without a value, by grouping. */
const WITHOUT: Readonly<Record<string, string>> = {
  owner: 'No owner',
  template: 'No template',
  directory: 'No repository or directory',
};

/** The heading of a group. Untrusted text. */
export const groupLabel = (key: string): string => groupValue(key) || (WITHOUT[key.trimEnd()] ?? 'unknown');

/** Sorts the keys of one grouping: phases by urgency, others by name, and those without a value last. */
export function sortedGroupKeys(keys: Iterable<string>): readonly string[] {
  const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const names = new Map([...keys].map((key) => [key, sanitiseLine(groupValue(key))]));
  const rank = (key: string): number =>
    key.startsWith('phase ')
      ? PHASES_BY_URGENCY.indexOf(groupValue(key) as Phase)
      : groupValue(key) === ''
        ? 1
        : 0;
  return [...names.keys()].toSorted(
    (a, b) => rank(a) - rank(b) || compare(names.get(a) ?? '', names.get(b) ?? '') || (a < b ? -1 : 1),
  );
}
