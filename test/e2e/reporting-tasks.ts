import { task } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { TASKS } from './deployment.ts';

/** The report of a task's agent. */
interface Said {
  readonly state?: 'working' | 'idle' | 'complete' | 'failure';
  readonly message?: string;
  /** Age of the report, s. */
  readonly ago?: number;
  /** Age of the task, s. */
  readonly made?: number;
}

const idOf = (name: string): string =>
  `00000000-0000-4000-8000-${Buffer.from(name.slice(0, 6)).toString('hex').padStart(12, '0')}`;

const at = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1_000).toISOString();

/** A task of this name whose agent has reported that; it is working by default. */
export const saying = (
  name: string,
  { state = 'working', message = '', ago = 600, made = 3_600 }: Said = {},
) =>
  task({
    id: idOf(name),
    name,
    display_name: name,
    current_state: { timestamp: at(ago), state, message, uri: '' },
    created_at: at(made),
    updated_at: at(made),
  });

/** Sets the tasks that the server lists. */
export function tell(server: CoderServer, ...tasks: readonly ReturnType<typeof saying>[]): void {
  server.on('GET', TASKS, json(200, { tasks, count: tasks.length }));
  for (const each of tasks) {
    server.on('GET', `${TASKS}/ada/${each.id}`, json(200, each));
    server.on('GET', `${TASKS}/ada/${each.id}/logs`, json(200, { logs: [] }));
  }
}
