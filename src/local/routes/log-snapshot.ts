import * as z from 'zod/mini';
import { timestamp } from '../../wire/common.ts';
import type { TaskRow } from '../database/row-types.ts';
import { ErrorResponse, resourceNotFound } from '../http/error-response.ts';
import { requestToken, unauthorized } from '../http/guards.ts';
import { type Context, readBodyText, sendNoContent } from '../http/router.ts';
import { wireTime } from '../http/wire-json.ts';
import { isUuid } from '../ids.ts';
import { findWithBody, type RouteContext } from './route-context.ts';

const PATH = '/api/v2/workspaceagents/me/tasks/:task/log-snapshot';
/** Bytes (contract, section 6). */
const BODY_LIMIT = 64 * 1024;

/** AgentAPI's response to GET /messages. */
const messagesSchema = z.object({
  messages: z.array(
    z.object({ id: z.int(), role: z.enum(['user', 'agent']), content: z.string(), time: timestamp }),
  ),
});

/** An agent uploads its last messages here before it ends. The only route that uses the agent's token. */
export function logSnapshotRoute(routes: RouteContext): void {
  const { router, tasks, requireWritable } = routes;
  router.on('POST', PATH, requireWritable, async (context) => {
    requireAgentTask(context, routes);
    const taskId = context.req.param('task') ?? '';
    if (!isUuid(taskId))
      throw new ErrorResponse(400, 'Invalid UUID "task".', `invalid UUID length: ${taskId.length}`);
    checkQuery(context);
    const { row: caller, body: messages } = await findWithBody(
      () => requireAgentTask(context, routes),
      () => readMessages(context),
    );
    // An agent can see only its own task.
    if (caller.id !== taskId.toLowerCase()) throw resourceNotFound();
    tasks.storeSnapshot(
      caller,
      messages.map(({ id, role, content, time: at }) => ({
        id,
        content,
        type: role === 'user' ? 'input' : 'output',
        time: wireTime(at),
      })),
    );
    return sendNoContent(context);
  });
}

function requireAgentTask(context: Context, { tasks }: RouteContext): TaskRow {
  const token = requestToken(context);
  if (token === undefined || token === '') throw unauthorized('No agent token was sent.');
  const task = tasks.taskByAgentToken(token);
  if (task === null) throw unauthorized('The agent token is invalid.');
  return task;
}

function checkQuery(context: Context): void {
  const query = new URL(context.req.url).searchParams;
  const unknown = [...query.keys()].filter((key) => key !== 'format');
  if (unknown.length > 0) {
    throw new ErrorResponse(
      400,
      'Query parameters are not valid.',
      undefined,
      unknown.map((field) => ({ field, detail: `Unknown parameter ${JSON.stringify(field)}.` })),
    );
  }
  const formats = query.getAll('format');
  if (formats.length === 1 && formats[0] === 'agentapi') return;
  const detail = formats.length === 0 ? 'Required.' : 'Must be "agentapi".';
  throw new ErrorResponse(400, 'Query parameters are not valid.', undefined, [{ field: 'format', detail }]);
}

async function readMessages(context: Context): Promise<z.infer<typeof messagesSchema>['messages']> {
  const text = await readBodyText(context, BODY_LIMIT).catch((error) => {
    if (!(error instanceof ErrorResponse) || error.status !== 413) throw error;
    throw new ErrorResponse(400, 'Failed to read the log snapshot.', 'http: request body too large');
  });
  const body = messagesSchema.safeParse(parseJsonOrNull(text));
  if (body.success) return body.data.messages;
  const detail = body.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new ErrorResponse(400, 'The log snapshot is not in AgentAPI format.', detail.join('; '));
}

function parseJsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
