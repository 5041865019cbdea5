import { randomUUID } from 'node:crypto';
import type { AgentDefinition, TurnCommands } from '../../config/agent-definition.ts';
import { sessionIdIn } from '../agents/agent-command-line.ts';
import type { TaskRow } from '../database/row-types.ts';
import type { TurnOutcome } from '../processes/command-run.ts';

/** Values of `conversing`: whether the agent has a session that the next turn can continue. */
export const NO_SESSION = 0;
const HAS_SESSION = 1;
/** The first turn failed or was cut off, so the agent may have created a session. */
export const MAY_HAVE_SESSION = 2;

/** The command line of a turn and the session that it begins or continues. */
export interface AgentInvocation {
  readonly line: readonly string[];
  readonly session: string;
}

/** The invocation for the next turn of a task. A new session gets a new id, because agents refuse a used one. */
export function invocationFor(
  task: Pick<TaskRow, 'conversing' | 'session'>,
  command: TurnCommands,
): AgentInvocation {
  if (task.conversing === NO_SESSION) return { line: command.start, session: randomUUID() };
  // Without an id, the agent can only continue its last session.
  const hasSessionId = task.session !== '';
  return { line: hasSessionId ? command.followUp : command.followUpLast, session: task.session };
}

/**
 * The state of the session after a turn. If a session that only may exist could not be continued, the next message
 * begins a new one instead of failing again.
 */
export function sessionAfterTurn(
  before: Pick<TaskRow, 'conversing' | 'session'>,
  invocation: AgentInvocation,
  command: AgentDefinition,
  outcome: TurnOutcome,
  output: string,
): Pick<TaskRow, 'conversing' | 'session'> {
  const chosen = command.sessionPattern === '' ? invocation.session : before.session;
  const session = sessionIdIn(output, command) ?? chosen;
  if (outcome.kind === 'not-started') return { conversing: before.conversing, session: before.session };
  if (outcome.kind === 'ended' && outcome.exit.code === 0) return { conversing: HAS_SESSION, session };
  if (before.conversing === HAS_SESSION) return { conversing: HAS_SESSION, session };
  if (before.conversing === MAY_HAVE_SESSION && outcome.kind === 'ended')
    return { conversing: NO_SESSION, session: '' };
  return { conversing: MAY_HAVE_SESSION, session };
}
