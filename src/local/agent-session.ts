import { randomUUID } from 'node:crypto';
import type { AgentDefinition, TurnCommands } from '../config/agent-definition.ts';
import { sessionIdIn } from './agents/agent-command-line.ts';
import type { TaskRow } from './row-types.ts';
import type { TurnOutcome } from './turn.ts';

/** Whether the agent has a conversation that a further turn can continue. */
export const NO_SESSION = 0;
const HAS_SESSION = 1;
/** Its first turn failed or was cut off: it may have begun one or not. */
export const MAY_HAVE_SESSION = 2;

/** What a turn begins or continues. */
export interface AgentInvocation {
  readonly line: readonly string[];
  readonly session: string;
}

/** How the next turn of a task is to be run. A conversation that begins gets a fresh id: agents refuse a used one. */
export function invocationFor(
  task: Pick<TaskRow, 'conversing' | 'session'>,
  command: TurnCommands,
): AgentInvocation {
  if (task.conversing === NO_SESSION) return { line: command.start, session: randomUUID() };
  // An agent that names its conversations has said the name, or can only be asked for the last one.
  const hasSessionId = task.session !== '';
  return { line: hasSessionId ? command.followUp : command.followUpLast, session: task.session };
}

/**
 * What is known of the conversation after a turn. One that could perhaps be continued and then could not is given
 * up, so that the next message begins another instead of failing for ever.
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
  if (outcome.kind === 'ended' && outcome.ending.code === 0) return { conversing: HAS_SESSION, session };
  if (before.conversing === HAS_SESSION) return { conversing: HAS_SESSION, session };
  if (before.conversing === MAY_HAVE_SESSION && outcome.kind === 'ended')
    return { conversing: NO_SESSION, session: '' };
  return { conversing: MAY_HAVE_SESSION, session };
}
