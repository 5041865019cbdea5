import type { Build } from '../../src/domain/build.ts';
import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import type { TaskRef } from '../../src/domain/task.ts';

/** A backend with one source, and the methods and actions of this source in the same object. */
export interface FlatBackend extends AgentBackend, Source {
  pause(task: TaskRef, signal: AbortSignal): Promise<Build>;
  resume(task: TaskRef, signal: AbortSignal): Promise<Build>;
  remove(task: TaskRef, signal: AbortSignal): Promise<void>;
}

export function flatBackend(backend: AgentBackend): FlatBackend {
  const [source] = backend.sources;
  const build =
    (action: string) =>
    async (task: TaskRef, signal: AbortSignal): Promise<Build> => {
      const patch = await source.run(action, task, signal);
      if (patch.build === undefined) throw new Error(`${action} returned no build.`);
      return patch.build;
    };
  return {
    ...source,
    ...backend,
    pause: build('pause'),
    resume: build('resume'),
    async remove(task, signal) {
      const patch = await source.run('delete', task, signal);
      if (patch.isRemoved !== true) throw new Error('The task is not removed.');
    },
  };
}
