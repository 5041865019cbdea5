import { type CoderServer, empty, json, type Reply } from '../support/coder-server.ts';
import { BUILD_ID, build, message, TASK_ID, task, WORKSPACE_ID } from './response-bodies.ts';

const GA = '/api/v2/tasks';
const EXPERIMENTAL = '/api/experimental/tasks';

/** Coder versions as their releases answer, reference/coder-api.md sections 2 and 6. */
export const versions = ['2.28', '2.29', '2.31', '2.33', '2.36 on'] as const;
export type Version = (typeof versions)[number] | '2.36 off' | '2.37';

/** Makes `server` answer like one version, with one task in `status`. */
export function behaveAs(server: CoderServer, version: Version, status = 'active'): void {
  const number = version.split(' ')[0];
  server.on('GET', '/api/v2/buildinfo', json(200, { version: `v${number}.1+3f1c0de`, dashboard_url: '' }));
  server.on('GET', `/api/v2/workspacebuilds/${BUILD_ID}`, json(200, build()));
  server.on('POST', `/api/v2/workspaces/${WORKSPACE_ID}/builds`, (response, request, socket) =>
    json(201, build(JSON.parse(request.body)))(response, request, socket),
  );
  switch (version) {
    case '2.28':
      return tasksAt(server, EXPERIMENTAL, old(status));
    case '2.29':
      tasksAt(server, GA, old(status));
      return tasksAt(server, EXPERIMENTAL, old(status));
    case '2.31':
      tasksAt(server, GA, current(status));
      tasksAt(server, EXPERIMENTAL, current(status));
      return transitionsAt(server, EXPERIMENTAL, status, { workspace_build_id: BUILD_ID });
    case '2.33':
    case '2.36 on':
      tasksAt(server, GA, current(status));
      return transitionsAt(server, GA, status, { workspace_build: build() });
    // No Tasks path exists.
    case '2.36 off':
    case '2.37':
      return;
  }
}

interface Answers {
  readonly task: object;
  readonly logs: Reply;
}

/** Before 2.30 only an active task had logs, and state conflicts had another status. */
function old(status: string): Answers {
  const { display_name: _, ...older } = task({ status });
  return {
    task: older,
    logs:
      status === 'active'
        ? json(200, { logs: [message(0, 'output', 'hello')] })
        : json(400, { message: 'Task status must be active.' }),
  };
}

function current(status: string): Answers {
  const snapshot = { logs: [], snapshot: true };
  const conflict = {
    message: 'Cannot fetch logs for task in current state.',
    detail: `Task status is "${status}".`,
  };
  return {
    task: task({ status }),
    logs:
      status === 'active'
        ? json(200, { logs: [message(0, 'output', 'hello')] })
        : status === 'error' || status === 'unknown'
          ? json(409, conflict)
          : json(200, snapshot),
  };
}

function tasksAt(server: CoderServer, prefix: string, answers: Answers): void {
  const one = `${prefix}/ada/${TASK_ID}`;
  server.on('GET', prefix, json(200, { tasks: [answers.task], count: 1 }));
  server.on('POST', `${prefix}/me`, json(201, answers.task));
  server.on('GET', one, json(200, answers.task));
  server.on('DELETE', one, empty(202));
  server.on('PATCH', `${one}/input`, empty(204));
  server.on('GET', `${one}/logs`, answers.logs);
  server.on('POST', `${one}/send`, empty(204));
}

function transitionsAt(server: CoderServer, prefix: string, status: string, body: object): void {
  const one = `${prefix}/ada/${TASK_ID}`;
  server.on('POST', `${one}/pause`, json(202, body));
  server.on(
    'POST',
    `${one}/resume`,
    status === 'paused' ? json(202, body) : json(409, { message: 'Task must be paused.' }),
  );
}
