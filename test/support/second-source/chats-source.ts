import type { ActionId } from '../../../src/domain/action.ts';
import { BackendError, type BackendErrorKind } from '../../../src/domain/errors.ts';
import type { Message, MessagePart } from '../../../src/domain/message.ts';
import type { Source } from '../../../src/domain/ports/source.ts';
import type { Resolution } from '../../../src/domain/receipt.ts';
import type { Task, TaskRef } from '../../../src/domain/task.ts';
import type { Transcript } from '../../../src/domain/transcript.ts';
import { hasArrived } from './chat-delivery.ts';
import type { WireChat, WireConversation, WireMessage, WirePart } from './chat-server.ts';
import { chatsFacts } from './chats-facts.ts';
import { readLines } from './read-lines.ts';

/** The chats of a `ChatServer`. */
export function createChatsSource(url: string): Source {
  const chatsUrl = `${url}/api/v2/chats`;
  const conversationOf = (id: string, signal: AbortSignal): Promise<WireConversation> =>
    requestJson(`${chatsUrl}/${id}/messages`, { signal });

  return {
    ...chatsFacts,
    list: async (_query, signal) =>
      (await requestJson<readonly WireChat[]>(chatsUrl, { signal }))
        .map(toTask)
        .toSorted((one, other) => other.createdAt - one.createdAt),
    get: async ({ id }, signal) => toTask(await requestJson(`${chatsUrl}/${id}`, { signal })),
    transcript: async ({ id }, signal) => toTranscript(await conversationOf(id, signal)),
    create: () => Promise.reject(unsupported('Chats are not created from templates.')),
    updateInput: () => Promise.reject(unsupported('A chat has no initial prompt.')),
    pageOf: async () => null,

    async prepare({ id }, _readTranscript, signal) {
      const { messages } = await conversationOf(id, signal);
      return { lastMessage: messages.at(-1)?.id ?? 0 };
    },

    async send({ id }, text, signal) {
      const answer = await requestJson<
        { readonly queued: true; readonly id: string } | { readonly queued: false; readonly id: number }
      >(`${chatsUrl}/${id}/messages`, { method: 'POST', body: JSON.stringify({ text }), signal });
      return answer.queued
        ? { kind: 'queued', queueId: answer.id }
        : { kind: 'accepted', messageId: answer.id };
    },

    async resolve({ id }, message, _readTranscript, signal): Promise<Resolution> {
      const { messages, queued } = await conversationOf(id, signal);
      const { receipt, text, brokenAt } = message;
      const isQueued = queued.some((each) =>
        receipt?.kind === 'queued' ? each.id === receipt.queueId : each.text === text,
      );
      if (isQueued) return 'queued';
      if (hasArrived(message, messages.map(toMessage))) return 'accepted';
      return brokenAt === null ? 'undecided' : 'absent';
    },

    async run(action, { id }, signal) {
      const request = ACTION_REQUESTS[action];
      if (request === undefined) throw unsupported(`A chat has no action “${action}”.`);
      const { path = '', ...options } = request;
      return { task: toTask(await requestJson(`${chatsUrl}/${id}${path}`, { ...options, signal })) };
    },

    async watch(onHint, signal) {
      for await (const _line of readLines(`${chatsUrl}/watch`, signal, toBackendError)) onHint();
    },

    async follow({ id }: TaskRef, onEvent, signal) {
      let revision = 0;
      for await (const line of readLines(`${chatsUrl}/${id}/stream`, signal, toBackendError)) {
        const transcript = toTranscript(JSON.parse(line) as WireConversation);
        onEvent({ type: 'transcript', transcript, revision: ++revision });
      }
    },
  };
}

const ACTION_REQUESTS: Readonly<
  Record<ActionId, { readonly method: string; readonly path?: string; readonly body?: string }>
> = {
  halt: { method: 'POST', path: '/interrupt' },
  close: { method: 'PATCH', body: '{"archived":true}' },
  reopen: { method: 'PATCH', body: '{"archived":false}' },
};

const toTask = (chat: WireChat): Task => ({
  id: chat.id,
  source: chatsFacts.id,
  name: chat.id.slice(0, 8),
  displayName: chat.title,
  ownerId: chat.owner,
  ownerName: chat.owner,
  initialPrompt: '',
  state: null,
  createdAt: chat.createdAt,
  updatedAt: chat.updatedAt,
  facts: {
    kind: 'chat',
    organizationId: '',
    shared: false,
    pinOrder: 0,
    planMode: false,
    modelId: null,
    effort: '',
    summary: '',
    changes: null,
    status: chat.status,
    queuedForCapacity: false,
    questions: [],
    unread: chat.unread,
    archived: chat.archived,
    parentId: null,
    queueLength: null,
    lastError: null,
    workspaceId: null,
  },
});

const toTranscript = ({ messages }: WireConversation): Transcript => ({
  messages: messages.map(toMessage),
  snapshot: false,
  snapshotAt: null,
});

const toMessage = ({ id, role, content, at }: WireMessage): Message => ({
  id,
  role: role === 'user' ? 'user' : 'agent',
  parts: content.map(toPart),
  at,
});

function toPart(part: WirePart): MessagePart {
  const field = (name: string): string => String(part[name] ?? '');
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return { type: part.type, text: field('text') };
    case 'tool-call':
      return {
        type: 'tool-call',
        id: field('id'),
        name: field('name'),
        title: '',
        kind: 'execute',
        input: part.args ?? null,
        status: part.output === undefined ? 'running' : 'done',
        output: field('output'),
        diffs: [],
        places: [],
        startedAt: null,
        endedAt: null,
      };
    case 'file':
      return { type: 'file', name: field('name'), mediaType: field('mediaType') };
    default:
      return { type: 'unknown', name: part.type };
  }
}

async function requestJson<Body>(url: string, options: RequestInit): Promise<Body> {
  let response: Response;
  let body: Body & { readonly message?: string };
  try {
    response = await fetch(url, options);
    body = (await response.json()) as typeof body;
  } catch (error) {
    throw toBackendError(error, options.signal ?? null);
  }
  if (response.ok) return body;
  throw new BackendError({
    kind: KINDS[response.status] ?? 'server',
    message: body.message ?? `The server answered ${response.status}.`,
    status: response.status,
    tookEffect: 'no',
  });
}

const KINDS: Readonly<Record<number, BackendErrorKind>> = {
  400: 'invalid',
  404: 'not-found',
  409: 'conflict',
};

/** Only a refused connection proves that nothing was sent. */
function toBackendError(error: unknown, signal: AbortSignal | null): BackendError {
  const { code } = ((error as { readonly cause?: unknown }).cause ?? {}) as { readonly code?: string };
  return new BackendError({
    kind: signal?.aborted ? 'aborted' : 'unreachable',
    message: signal?.aborted ? 'Cancelled.' : 'The chats server does not answer.',
    tookEffect: code === 'ECONNREFUSED' ? 'no' : 'maybe',
    cause: error,
  });
}

const unsupported = (message: string): BackendError =>
  new BackendError({ kind: 'conflict', message, tookEffect: 'no' });
