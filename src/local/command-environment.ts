import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentDefinition } from '../config/agent-definition.ts';
import { taskEnvironment } from '../domain/child-environment.ts';
import { makePrivateDirectory } from '../platform/private-directory.ts';
import { TASK_ID_VARIABLE } from './end-processes.ts';
import { ErrorResponse } from './error-response.ts';
import type { TaskRow } from './row-types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of a request may take this much, bytes. */
const ENVIRONMENT_LIMIT = 1 << 20;

/** What a command gets beside its task's own environment. */
export interface CommandEnvironmentOptions {
  readonly task: TaskRow;
  readonly agent: AgentDefinition;
  /** Origin of this server. */
  readonly url: string;
  /** From `socketDirectory`. */
  readonly sockets: string;
}

/** The environment of a task's commands: `inherited` with what says which task this is and keeps it apart from others. */
export function commandEnvironment(
  inherited: Environment,
  { task, agent, url, sockets }: CommandEnvironmentOptions,
): NodeJS.ProcessEnv {
  return {
    ...taskEnvironment(inherited),
    // Some programs believe it more than the system.
    PWD: task.directory,
    ...agent.env,
    // A tmux or screen of the task is never the user's own, which could not be told apart when the task ends.
    TMUX_TMPDIR: sockets,
    SCREENDIR: screenDirectory(sockets),
    CODER_AGENT_URL: url,
    CODER_AGENT_TOKEN: task.agent_token,
    CODER_WORKSPACE_NAME: task.name,
    [TASK_ID_VARIABLE]: task.id,
  };
}

/** The environment of a request as it is kept for a task; null without one. Throws the refusal of one that no process can have. */
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
    if (name === '' || /[=\0]/.test(name)) return 'holds a name that no variable can have';
    // Never its value: it may be a secret.
    if (value.includes('\0')) return `the value of ${name} holds a NUL character`;
    size += Buffer.byteLength(name) + Buffer.byteLength(value) + 2;
  }
  return size > ENVIRONMENT_LIMIT ? `is larger than ${ENVIRONMENT_LIMIT} bytes` : null;
}

/** The path of a socket has at most 103 bytes on macOS and 107 on Linux; tmux adds `/tmux-UID/NAME`. */
const SOCKET_DIRECTORY_LIMIT = 70;

/**
 * Where tmux and screen of a task keep their sockets: in the state directory, or in the system's temporary directory
 * where that path would be too long for a socket.
 */
export function socketDirectory(stateDir: string, taskId: string): string {
  const usual = path.join(stateDir, 'run', taskId.slice(0, 13));
  if (Buffer.byteLength(usual) <= SOCKET_DIRECTORY_LIMIT) return usual;
  const name = createHash('sha256').update(usual).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `taskdeck-${process.getuid?.() ?? 0}`, name);
}

/** Creates it, for its owner alone. Throws when another user made it before. */
export function makeSocketDirectory(directory: string): void {
  for (const each of [path.dirname(directory), directory, screenDirectory(directory)]) {
    makePrivateDirectory(each);
    const { uid } = lstatSync(each);
    if (uid !== process.getuid?.()) throw new Error(`${each} belongs to another user: remove it.`);
    // screen wants exactly this mode.
    chmodSync(each, 0o700);
  }
}

export const removeSocketDirectory = (directory: string): void =>
  rmSync(directory, { recursive: true, force: true });

const screenDirectory = (sockets: string): string => path.join(sockets, 'screen');
