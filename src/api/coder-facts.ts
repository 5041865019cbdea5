import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Capabilities } from '../domain/ports/source.ts';
import { TASKS } from '../domain/task.ts';
import type { Facts } from '../platform/decorate.ts';
import { tasksDelivery } from './tasks-delivery.ts';

/** The facts of `createCoderBackend` before its first request. Loads no HTTP client: the first frame comes before it. */
export const coderBackendFacts = ({
  directories,
}: Pick<Capabilities, 'directories'>): Facts<AgentBackend> => ({
  sources: [
    {
      id: TASKS,
      capabilities: { directories },
      resolveFrom: tasksDelivery.resolveFrom,
      follow: undefined,
      watch: undefined,
    },
  ],
});
