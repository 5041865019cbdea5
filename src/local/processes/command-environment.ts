import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentDefinition } from '../../config/agent-definition.ts';
import { taskEnvironment } from '../../domain/child-environment.ts';
import { makePrivateDirectory } from '../../platform/private-directory.ts';
import type { TaskRow } from '../database/row-types.ts';
import { ErrorResponse } from '../http/error-response.ts';
import { TASK_ID_VARIABLE } from './end-processes.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Bytes. */
const ENVIRONMENT_LIMIT = 1 << 20;

export interface CommandEnvironmentOptions {
  readonly task: TaskRow;
  readonly agent: AgentDefinition;
  /** Origin of this server, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** From `socketDirectory`. */
  readonly sockets: string;
}

/** The environment of a task's commands: `inherited`, the agent's variables, and those of the task. */
export function commandEnvironment(
  inherited: Environment,
  { task, agent, url, sockets }: CommandEnvironmentOptions,
): NodeJS.ProcessEnv {
  return {
    ...taskEnvironment(inherited),
    // Some programs use it instead of getcwd(3).
    PWD: task.directory,
    ...agent.env,
    // Separates the task's tmux and screen from the user's, so that the end of the task ends only the former.
    TMUX_TMPDIR: sockets,
    SCREENDIR: screenDirectory(sockets),
    CODER_AGENT_URL: url,
    CODER_AGENT_TOKEN: task.agent_token,
    CODER_WORKSPACE_NAME: task.name,
    [TASK_ID_VARIABLE]: task.id,
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
 * Directory for the sockets of a task's tmux and screen: in the state directory, or in the temporary directory if that
 * path is too long for a socket.
 */
export function socketDirectory(stateDir: string, taskId: string): string {
  const usual = path.join(stateDir, 'run', taskId.slice(0, 13));
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

export const removeSocketDirectory = (directory: string): void =>
  rmSync(directory, { recursive: true, force: true });

const screenDirectory = (sockets: string): string => path.join(sockets, 'screen');
