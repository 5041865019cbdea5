import { fromThisMachine, withToken } from './guards.ts';
import type { Identity } from './identity.ts';
import { Refusal } from './refusal.ts';
import { type Context, Router } from './router.ts';
import { aroundRoutes } from './routes/around.ts';
import { snapshotRoute } from './routes/snapshot.ts';
import { taskRoutes } from './routes/tasks.ts';
import { templateRoutes } from './routes/templates.ts';
import { workspaceRoutes } from './routes/workspaces.ts';
import type { LocalTasks } from './service.ts';

export interface AppSetup {
  readonly tasks: LocalTasks;
  readonly me: Identity;
  readonly token: string;
  readonly port: number;
  /** Why nothing can be changed, one sentence; null when everything can. */
  readonly readOnly: string | null;
  /** Called for every request that is let in. */
  readonly onRequest: () => void;
}

/** The whole HTTP side of the local server. */
export function createApp({ tasks, me, token, port, readOnly, onRequest }: AppSetup): Router['app'] {
  const check = fromThisMachine(() => port);
  const router = new Router({
    everybody: (context) => {
      check(context);
      onRequest();
    },
    buildVersion: me.buildVersion,
  });
  const user = withToken(token);
  const refuseChange = (): void => {
    if (readOnly !== null) throw new Refusal(403, readOnly);
  };
  const site = {
    router,
    tasks,
    me,
    user,
    readOnly: refuseChange,
    writer: (context: Context): void => {
      user(context);
      refuseChange();
    },
  };
  aroundRoutes(site);
  templateRoutes(site);
  workspaceRoutes(site);
  taskRoutes(site);
  snapshotRoute(site);
  return router.done();
}
