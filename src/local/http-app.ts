import { ErrorResponse } from './http/error-response.ts';
import { requireLoopback, requireToken } from './http/guards.ts';
import { type Context, Router } from './http/router.ts';
import { chatRoutes } from './routes/chats/chat-routes.ts';
import type { ChatsContext } from './routes/chats/chats-context.ts';
import { directoryRoutes } from './routes/chats/directory-routes.ts';
import { fileRoutes } from './routes/chats/file-routes.ts';
import { messageRoutes } from './routes/chats/message-routes.ts';
import { modelRoutes } from './routes/chats/models.ts';
import { worktreePreviewRoute } from './routes/chats/new-worktree.ts';
import { worktreeRoutes } from './routes/chats/worktree-routes.ts';
import { identityRoutes } from './routes/identity.ts';
import { logSnapshotRoute } from './routes/log-snapshot.ts';
import { taskRoutes } from './routes/tasks.ts';
import { templateRoutes } from './routes/templates.ts';
import { workspaceRoutes } from './routes/workspaces.ts';
import type { ServerIdentity } from './server-identity.ts';
import type { LocalTasks } from './tasks/local-tasks.ts';

export interface HttpAppOptions
  extends Pick<
    ChatsContext,
    'chats' | 'diffs' | 'worktrees' | 'finishing' | 'agents' | 'environment' | 'defaultDirectory'
  > {
  readonly tasks: LocalTasks;
  readonly me: ServerIdentity;
  readonly token: string;
  readonly port: number;
  /** The reason why tasks are read-only, one sentence; null if they are not. */
  readonly readOnly: string | null;
  /** Called for each request that passes the loopback check. */
  readonly onRequest: () => void;
}

/** The local server's HTTP API. */
export function createHttpApp({
  tasks,
  me,
  token,
  port,
  readOnly,
  onRequest,
  ...chatsContext
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
    ...chatsContext,
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
  directoryRoutes(routes);
  worktreeRoutes(routes);
  fileRoutes(routes);
  worktreePreviewRoute(routes);
  chatRoutes(routes);
  messageRoutes(routes);
  modelRoutes(routes);
  return router.finish();
}
