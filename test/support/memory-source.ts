import { tasksDelivery } from '../../src/api/tasks-delivery.ts';
import { BackendError } from '../../src/domain/errors.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import type { SourceId, Task } from '../../src/domain/task.ts';
import { live, you } from '../domain/builders.ts';

export interface MemorySource extends Source {
  tasks: readonly Task[];
  /** All requests fail with it; null: none does. */
  error: BackendError | null;
  /** Method and task id of all requests about one task. */
  readonly calls: readonly string[];
}

/** A source that holds its tasks in memory, each with one message. It cannot create or change tasks. */
export function memorySource(id: SourceId, tasks: readonly Task[]): MemorySource {
  const calls: string[] = [];
  const answer = async <Value>(value: () => Value): Promise<Value> => {
    if (source.error !== null) throw source.error;
    return value();
  };
  const about = <Value>(method: string, taskId: string, value: () => Value): Promise<Value> => {
    calls.push(`${method} ${taskId}`);
    return answer(() => {
      if (source.tasks.some((task) => task.id === taskId)) return value();
      throw new BackendError({ kind: 'not-found', message: 'Nothing has this name.', tookEffect: 'no' });
    });
  };
  const refuse = (): Promise<never> =>
    Promise.reject(new BackendError({ kind: 'invalid', message: 'Not here.', tookEffect: 'no' }));
  const source: MemorySource = {
    id,
    tasks,
    error: null,
    calls,
    capabilities: { directories: false },
    ...tasksDelivery,
    list: () => answer(() => source.tasks),
    get: (task) => about('get', task.id, () => source.tasks.find((each) => each.id === task.id) as Task),
    transcript: (task) => about('transcript', task.id, () => live(you(0, `hello from ${id}`))),
    send: (task) => about('send', task.id, () => ({ kind: 'accepted' })),
    pageOf: (task) => about('pageOf', task.id, () => null),
    create: refuse,
    updateInput: refuse,
    run: refuse,
  };
  return source;
}

/** Unreachable, as the server of one source can be while another's answers. */
export const unreachable = (message = 'No route to the chats.'): BackendError =>
  new BackendError({ kind: 'unreachable', message, tookEffect: 'no' });

/** The server does not have the source. */
export const notOffered = (): BackendError =>
  new BackendError({ kind: 'no-tasks', message: 'This server has no Tasks.', tookEffect: 'no' });
