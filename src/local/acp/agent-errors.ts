import type { AcpAgent } from '../agents/acp-agent.ts';
import type { ChatError } from '../chats/session.ts';
import type { ProcessExit } from '../processes/process-group.ts';
import { fieldsOf, textOf } from './untrusted.ts';

/** An agent answered a request with an error of JSON-RPC. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: number;
  /** More about it, in the agent's words; empty if it says no more. */
  readonly details: string;

  constructor(code: number, message: string, data: unknown) {
    super(textOf(innerMessage(message), 2_000) ?? '');
    this.code = code;
    this.details = detailsIn(data);
  }
}

/** An agent did not answer a request in time. */
export class AgentTimeout extends Error {
  override readonly name = 'AgentTimeout';

  constructor(method: string, ms: number) {
    super(`no answer to ${method} within ${Math.round(ms / 1000)} s`);
  }
}

/** The process of an agent ended while an answer was awaited. */
export class AgentExited extends Error {
  override readonly name = 'AgentExited';

  constructor({ code, signal }: ProcessExit) {
    super(signal === null ? `exit code ${code ?? 'unknown'}` : signal);
  }
}

/** An agent cannot be used as the user's settings ask for: a mode or a model that it refuses, another protocol. */
export class AgentUnsuitable extends Error {
  override readonly name = 'AgentUnsuitable';
}

/** The agent breaks the protocol in a way that ends the session. */
export class ProtocolViolated extends Error {
  override readonly name = 'ProtocolViolated';
}

export const AUTH_REQUIRED = -32000;
export const INTERNAL_ERROR = -32603;

const MAX_DETAILS = 4_000;

/** gemini's message is the JSON body of its API's answer. */
function innerMessage(message: string): string {
  if (!message.trimStart().startsWith('{')) return message;
  try {
    const inner = fieldsOf(fieldsOf(JSON.parse(message)).error).message;
    return typeof inner === 'string' ? inner : message;
  } catch {
    return message;
  }
}

/** Errors of JSON-RPC carry details as a text, or as `details`, `message` or `error` in an object. */
function detailsIn(data: unknown): string {
  const { details, message, error } = fieldsOf(data);
  const found = [data, details, message, error, fieldsOf(error).message].find(
    (text) => typeof text === 'string' && text.trim() !== '',
  );
  return textOf(found, MAX_DETAILS) ?? '';
}

/**
 * Whether an error of session/load or session/resume can mean that the agent no longer has the session. Agents disagree
 * on the code: -32001, -32002, -32603 and others.
 */
export const isLostSession = (error: unknown): boolean =>
  error instanceof AgentError && error.code !== AUTH_REQUIRED;

/** The error of a turn for users. `stderr`: the end of the agent's standard error; empty for none. */
export function chatErrorOf(error: unknown, { displayName, quirks }: AcpAgent, stderr: string): ChatError {
  const detail = (text: string): { readonly detail?: string } => (text === '' ? {} : { detail: text });
  if (error instanceof AgentError && error.code === AUTH_REQUIRED) {
    const how = quirks.signIn === '' ? `Sign in to ${displayName}` : `Sign in with: ${quirks.signIn}`;
    return {
      message: `${displayName} needs a login. ${how}. Then send again.`,
      ...detail(error.details || error.message),
      kind: 'auth',
      retryable: true,
    };
  }
  if (error instanceof AgentError) {
    const message = error.details === '' ? error.message : firstLine(error.details);
    return {
      message: `${displayName} reports an error: ${message}`,
      ...detail(error.details),
      kind: 'generic',
      retryable: true,
    };
  }
  if (error instanceof AgentExited) {
    return {
      message: `${displayName} ended by itself (${error.message}).`,
      ...detail(stderr),
      kind: 'generic',
      retryable: true,
    };
  }
  if (error instanceof AgentTimeout || error instanceof ProtocolViolated) {
    return {
      message: `${displayName}: ${error.message}.`,
      ...detail(stderr),
      kind: 'generic',
      retryable: true,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, kind: 'config', retryable: false };
}

const firstLine = (text: string): string => textOf(text.trim().split('\n', 1)[0], 500) ?? '';
