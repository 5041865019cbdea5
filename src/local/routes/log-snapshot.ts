import * as z from 'zod/mini';
import { timestamp } from '../../wire/common.ts';
import { ErrorResponse, resourceNotFound } from '../error-response.ts';
import { requestToken, unauthorized } from '../guards.ts';
import { isUuid } from '../ids.ts';
import { type Context, readBodyText, sendNoContent } from '../router.ts';
import type { TaskRow } from '../row-types.ts';
import { wireTime } from '../wire-json.ts';
import { findWithBody, type RouteContext } from './route-context.ts';

const PATH = '/api/v2/workspaceagents/me/tasks/:task/log-snapshot';
/** Of the whole body, bytes (contract, section 6). */
const BODY_LIMIT = 64 * 1024;

/** What AgentAPI answers to GET /messages. */
const messagesSchema = z.object({
  messages: z.array(
    z.object({ id: z.int(), role: z.enum(['user', 'agent']), content: z.string(), time: timestamp }),
  ),
});

/** The one operation that is for agents, with their own token: the last messages, uploaded before they end. */
export function logSnapshotRoute(site: RouteContext): void {
  const { router, tasks, requireWritable } = site;
  router.on('POST', PATH, requireWritable, async (context) => {
    requireAgentTask(context, site);
    const word = context.req.param('task') ?? '';
    if (!isUuid(word))
      throw new ErrorResponse(400, 'Invalid UUID "task".', `invalid UUID length: ${word.length}`);
    checkQuery(context);
    const { row: caller, body: messages } = await findWithBody(
      () => requireAgentTask(context, site),
      () => readMessages(context),
    );
    // An agent knows of no task but its own.
    if (caller.id !== word.toLowerCase()) throw resourceNotFound();
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
      unknown.map((field) => ({ field, detail: `${JSON.stringify(field)} is not known here.` })),
    );
  }
  const formats = query.getAll('format');
  if (formats.length === 1 && formats[0] === 'agentapi') return;
  const detail = formats.length === 0 ? 'It is required.' : 'It must be "agentapi".';
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
  throw new ErrorResponse(400, 'The log snapshot is not what the agent API answers.', detail.join('; '));
}

function parseJsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
