import * as z from 'zod/mini';
import { time } from '../../wire/common.ts';
import { signedOut, tokenOf } from '../guards.ts';
import { isUuid } from '../ids.ts';
import { wireTime } from '../json.ts';
import { noSuchObject, Refusal } from '../refusal.ts';
import { answerNothing, bodyText, type Context } from '../router.ts';
import type { TaskRow } from '../rows.ts';
import { rowAndBody, type Site } from './shared.ts';

const PATH = '/api/v2/workspaceagents/me/tasks/:task/log-snapshot';
/** Of the whole body, bytes (contract, section 6). */
const LIMIT = 64 * 1024;

/** What AgentAPI answers to GET /messages. */
const agentMessages = z.object({
  messages: z.array(
    z.object({ id: z.int(), role: z.enum(['user', 'agent']), content: z.string(), time: time }),
  ),
});

/** The one operation that is for agents, with their own token: the last messages, uploaded before they end. */
export function snapshotRoute(site: Site): void {
  const { router, tasks, readOnly } = site;
  router.on('POST', PATH, readOnly, async (context) => {
    agentOf(context, site);
    const word = context.req.param('task') ?? '';
    if (!isUuid(word)) throw new Refusal(400, 'Invalid UUID "task".', `invalid UUID length: ${word.length}`);
    checkQuery(context);
    const { row: caller, body: messages } = await rowAndBody(
      () => agentOf(context, site),
      () => messagesOf(context),
    );
    // An agent knows of no task but its own.
    if (caller.id !== word.toLowerCase()) throw noSuchObject();
    tasks.keepSnapshot(
      caller,
      messages.map(({ id, role, content, time: at }) => ({
        id,
        content,
        type: role === 'user' ? 'input' : 'output',
        time: wireTime(at),
      })),
    );
    return answerNothing(context);
  });
}

function agentOf(context: Context, { tasks }: Site): TaskRow {
  const token = tokenOf(context);
  if (token === undefined || token === '') throw signedOut('No agent token was sent.');
  const task = tasks.taskOfAgent(token);
  if (task === null) throw signedOut('The agent token is invalid.');
  return task;
}

function checkQuery(context: Context): void {
  const query = new URL(context.req.url).searchParams;
  const unknown = [...query.keys()].filter((key) => key !== 'format');
  if (unknown.length > 0) {
    throw new Refusal(
      400,
      'Query parameters are not valid.',
      undefined,
      unknown.map((field) => ({ field, detail: `${JSON.stringify(field)} is not known here.` })),
    );
  }
  const formats = query.getAll('format');
  if (formats.length === 1 && formats[0] === 'agentapi') return;
  const detail = formats.length === 0 ? 'It is required.' : 'It must be "agentapi".';
  throw new Refusal(400, 'Query parameters are not valid.', undefined, [{ field: 'format', detail }]);
}

async function messagesOf(context: Context): Promise<z.infer<typeof agentMessages>['messages']> {
  const text = await bodyText(context, LIMIT).catch((error) => {
    if (!(error instanceof Refusal) || error.status !== 413) throw error;
    throw new Refusal(400, 'Failed to read the log snapshot.', 'http: request body too large');
  });
  const body = agentMessages.safeParse(jsonOrNull(text));
  if (body.success) return body.data.messages;
  const detail = body.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new Refusal(400, 'The log snapshot is not what the agent API answers.', detail.join('; '));
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
