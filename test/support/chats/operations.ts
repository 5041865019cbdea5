import type { IncomingHttpHeaders } from 'node:http';
import { chatOperations } from './chat-operations.ts';
import { fileOperations } from './files.ts';
import { messageOperations } from './message-operations.ts';
import { modelOperations } from './model-operations.ts';
import { gatewayOff, noRoute, Refusal } from './refusal.ts';
import type { ChatsState } from './state.ts';
import { workspaceOperations } from './workspace-operations.ts';
import type { Workspaces } from './workspaces.ts';
import { worktreeOperations } from './worktree-operations.ts';

/** The sockets of the server. */
export type SocketName = 'watch' | 'stream' | 'git';

/** The operations of the server. Tests name one to give its requests a fault. */
export type OperationName =
  | SocketName
  | 'list'
  | 'create'
  | 'get'
  | 'update'
  | 'delete'
  | 'upload file'
  | 'messages'
  | 'send'
  | 'edit message'
  | 'delete queued'
  | 'promote'
  | 'edit queued'
  | 'interrupt'
  | 'tool results'
  | 'reconcile'
  | 'compact'
  | 'prompts'
  | 'cost'
  | 'propose title'
  | 'diff'
  | 'by workspace'
  | 'preview worktree'
  | 'models'
  | 'buildinfo'
  | 'me'
  | 'organizations'
  | 'templates'
  | 'workspaces'
  | 'workspace'
  | 'create workspace'
  | 'build workspace'
  | 'build'
  | 'build logs';

/** A request, read. */
export interface Call {
  readonly state: ChatsState;
  readonly workspaces: Workspaces;
  /** The groups of the operation's path. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  /** Undefined without a body. */
  readonly body: unknown;
  /** The body as it came. */
  readonly bytes: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** Of the server, such as `http://127.0.0.1:4000`. */
  readonly origin: string;
}

export interface Answer {
  readonly status: number;
  /** Absent: an empty body. */
  readonly body?: unknown;
}

export interface Operation {
  readonly name: OperationName;
  readonly method: string;
  /** Matches the path below the prefix of Chats, or below /api/v2 (`api`). */
  readonly path: RegExp;
  readonly under: 'chats' | 'api' | 'old api';
  /** Answers 503 while the AI Gateway is off. */
  readonly needsGateway: boolean;
  /** Returns the answer, or throws a Refusal and has changed nothing. */
  run(call: Call): Answer;
}

const OPERATIONS: readonly Operation[] = [
  ...chatOperations,
  ...fileOperations,
  ...messageOperations,
  ...modelOperations,
  ...workspaceOperations,
  ...worktreeOperations,
];

/** Words that are no chat, and have no route of their own. */
const RESERVED = /^\/(?:model-configs|models|providers|user-provider-configs)(?:\/|$)/u;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

export interface FoundOperation {
  readonly operation: Operation;
  readonly params: readonly string[];
}

/** The operation of a request. Throws 404 `Route not found.` and the 400 of a path that is no UUID. */
export function findOperation(state: ChatsState, method: string, pathname: string): FoundOperation {
  const { prefix } = state.options;
  const [, area = '', rest = ''] = /^\/api\/(v2|experimental)(\/.*)$/u.exec(pathname) ?? [];
  const isServed =
    area === 'v2' ? prefix === 'v2' || prefix === 'both' : prefix !== 'none' && prefix !== 'v2';
  const [, below] = /^\/chats(|\/.*)$/u.exec(rest) ?? [];
  const match = (under: Operation['under'], path: string): FoundOperation | null => {
    for (const operation of OPERATIONS) {
      const found = operation.under === under && operation.method === method && operation.path.exec(path);
      if (found) return { operation, params: found.slice(1) };
    }
    return null;
  };
  if (below === undefined) {
    if (area !== 'v2') throw noRoute();
    const found = match('api', rest);
    if (found === null || (found.operation.name === 'models' && !isServed)) throw noRoute();
    return found;
  }
  if (!isServed) throw noRoute();
  const old = area === 'experimental' && prefix === 'experimental' ? match('old api', below) : null;
  if (old !== null) return old;
  if (RESERVED.test(below)) throw noRoute();
  const found = match('chats', below);
  if (found === null) throw noRoute();
  const [id] = found.params;
  if (id !== undefined && !UUID.test(id)) throw new Refusal(400, `Invalid UUID "${id}".`);
  return found;
}

/** Runs the operation, unless the AI Gateway is off and the operation needs it. */
export function runOperation({ operation, params }: FoundOperation, call: Omit<Call, 'params'>): Answer {
  if (operation.needsGateway && !call.state.options.gateway) throw gatewayOff();
  return operation.run({ ...call, params });
}
