import { ErrorResponse } from './error-response.ts';
import { requireLoopback, requireToken } from './guards.ts';
import type { LocalTasks } from './local-tasks.ts';
import { type Context, Router } from './router.ts';
import { identityRoutes } from './routes/identity.ts';
import { logSnapshotRoute } from './routes/log-snapshot.ts';
import { taskRoutes } from './routes/tasks.ts';
import { templateRoutes } from './routes/templates.ts';
import { workspaceRoutes } from './routes/workspaces.ts';
import type { ServerIdentity } from './server-identity.ts';

export interface HttpAppOptions {
  readonly tasks: LocalTasks;
  readonly me: ServerIdentity;
  readonly token: string;
  readonly port: number;
  /** Why nothing can be changed, one sentence; null when everything can. */
  readonly readOnly: string | null;
  /** Called for every request that is let in. */
  readonly onRequest: () => void;
}

/** The whole HTTP side of the local server. */
export function createHttpApp({
  tasks,
  me,
  token,
  port,
  readOnly,
  onRequest,
}: HttpAppOptions): Router['app'] {
  const requireLoopbackRequest = requireLoopback(() => port);
  const router = new Router({
    globalGuard: (context) => {
      requireLoopbackRequest(context);
      onRequest();
    },
    buildVersion: me.buildVersion,
  });
  const requireServerToken = requireToken(token);
  const requireWritable = (): void => {
    if (readOnly !== null) throw new ErrorResponse(403, readOnly);
  };
  const routes = {
    router,
    tasks,
    me,
    requireToken: requireServerToken,
    requireWritable,
    requireTokenAndWritable: (context: Context): void => {
      requireServerToken(context);
      requireWritable();
    },
  };
  identityRoutes(routes);
  templateRoutes(routes);
  workspaceRoutes(routes);
  taskRoutes(routes);
  logSnapshotRoute(routes);
  return router.finish();
}
