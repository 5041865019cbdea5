import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentDefinition } from '../../config/agent-definition.ts';
import { taskEnvironment } from '../../domain/child-environment.ts';
import { makePrivateDirectory } from '../../platform/private-directory.ts';
import type { AcpAgent } from '../agents/acp-agent.ts';
import type { ChatRow } from '../chats/chat-row-types.ts';
import type { TaskRow } from '../database/row-types.ts';
import { ErrorResponse } from '../http/error-response.ts';
import { TASK_ID_VARIABLE } from './end-processes.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const SOCKETS_VARIABLE = 'TMUX_TMPDIR';
/** Bytes. */
const ENVIRONMENT_LIMIT = 1 << 20;

interface ServerAccess {
  /** Origin of this server, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** From `socketDirectory`. */
  readonly sockets: string;
}

export interface CommandEnvironmentOptions extends ServerAccess {
  readonly task: TaskRow;
  readonly agent: AgentDefinition;
}

export interface ChatEnvironmentOptions extends ServerAccess {
  readonly chat: Pick<ChatRow, 'id' | 'directory' | 'agent_token'>;
  readonly agent: Pick<AcpAgent, 'env'>;
}

/** The environment of a task's commands: `inherited`, the agent's variables, and those of the task. */
export const commandEnvironment = (
  inherited: Environment,
  { task, agent, ...access }: CommandEnvironmentOptions,
): NodeJS.ProcessEnv => environmentOf(inherited, { owner: task, name: task.name, agent, ...access });

/** The same for the agent of a chat. The name of its workspace is that of its directory. */
export const chatEnvironment = (
  inherited: Environment,
  { chat, agent, ...access }: ChatEnvironmentOptions,
): NodeJS.ProcessEnv =>
  environmentOf(inherited, { owner: chat, name: path.basename(chat.directory), agent, ...access });

interface Owner {
  readonly id: string;
  readonly directory: string;
  readonly agent_token: string;
}

function environmentOf(
  inherited: Environment,
  {
    owner,
    name,
    agent,
    url,
    sockets,
  }: ServerAccess & { owner: Owner; name: string; agent: { readonly env: Environment } },
): NodeJS.ProcessEnv {
  return {
    ...taskEnvironment(inherited),
    // Some programs use it instead of getcwd(3).
    PWD: owner.directory,
    ...agent.env,
    // Separates the owner's tmux and screen from the user's, so that the end of the owner ends only the former.
    [SOCKETS_VARIABLE]: sockets,
    SCREENDIR: screenDirectory(sockets),
    CODER_AGENT_URL: url,
    CODER_AGENT_TOKEN: owner.agent_token,
    CODER_WORKSPACE_NAME: name,
    [TASK_ID_VARIABLE]: owner.id,
  };
}

/** The environment of a request, to store for a task; null if it has none. Throws a 400 if no process can have it. */
export function validatedEnvironment(
  environment: Environment | undefined,
): Readonly<Record<string, string>> | null {
  if (environment === undefined) return null;
  const fault = environmentError(environment);
  if (fault === null) return taskEnvironment(environment);
  throw new ErrorResponse(400, 'Unable to use the environment.', fault, [
    { field: 'environment', detail: fault },
  ]);
}

function environmentError(environment: Environment): string | null {
  let size = 0;
  for (const [name, value = ''] of Object.entries(environment)) {
    if (name === '' || /[=\0]/.test(name)) return 'contains an invalid variable name';
    // Without the value, which may be a secret.
    if (value.includes('\0')) return `the value of ${name} contains a NUL character`;
    size += Buffer.byteLength(name) + Buffer.byteLength(value) + 2;
  }
  return size > ENVIRONMENT_LIMIT ? `is larger than ${ENVIRONMENT_LIMIT} bytes` : null;
}

/** Bytes. A socket's path has at most 103 bytes on macOS, 107 on Linux; tmux appends `/tmux-UID/NAME`. */
const SOCKET_DIRECTORY_LIMIT = 70;

/**
 * Directory for the sockets of the tmux and screen of a task or chat: in the state directory, or in the temporary directory if that
 * path is too long for a socket.
 */
export function socketDirectory(stateDir: string, owner: string): string {
  const usual = path.join(stateDir, 'run', owner.slice(0, 13));
  if (Buffer.byteLength(usual) <= SOCKET_DIRECTORY_LIMIT) return usual;
  const name = createHash('sha256').update(usual).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `taskdeck-${process.getuid?.() ?? 0}`, name);
}

/** Creates the directory with mode 0700. Throws if it belongs to another user. */
export function makeSocketDirectory(directory: string): void {
  for (const each of [path.dirname(directory), directory, screenDirectory(directory)]) {
    makePrivateDirectory(each);
    const { uid } = lstatSync(each);
    if (uid !== process.getuid?.()) throw new Error(`${each} belongs to another user. Remove it.`);
    // screen requires exactly this mode.
    chmodSync(each, 0o700);
  }
}

/** The same for the directory that an environment from here names. */
export function makeSocketDirectoryOf(env: NodeJS.ProcessEnv): void {
  const directory = env[SOCKETS_VARIABLE];
  if (directory !== undefined) makeSocketDirectory(directory);
}

export const removeSocketDirectory = (directory: string): void =>
  rmSync(directory, { recursive: true, force: true });

const screenDirectory = (sockets: string): string => path.join(sockets, 'screen');
