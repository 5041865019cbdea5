import { randomUUID } from 'node:crypto';
import type { AgentCommand, CommandLines } from '../config/agent-command.ts';
import { sessionIn } from './agents/command-line.ts';
import type { TaskRow } from './rows.ts';
import type { Outcome } from './turn.ts';

/** Whether the agent has a conversation that a further turn can continue. */
export const NONE = 0;
const SURE = 1;
/** Its first turn failed or was cut off: it may have begun one or not. */
export const PERHAPS = 2;

/** What a turn begins or continues. */
export interface Continuation {
  readonly line: readonly string[];
  readonly session: string;
}

/** How the next turn of a task is to be run. A conversation that begins gets a fresh id: agents refuse a used one. */
export function continuationOf(
  task: Pick<TaskRow, 'conversing' | 'session'>,
  command: CommandLines,
): Continuation {
  if (task.conversing === NONE) return { line: command.start, session: randomUUID() };
  // An agent that names its conversations has said the name, or can only be asked for the last one.
  const isNamed = task.session !== '';
  return { line: isNamed ? command.followUp : command.followUpLast, session: task.session };
}

/**
 * What is known of the conversation after a turn. One that could perhaps be continued and then could not is given
 * up, so that the next message begins another instead of failing for ever.
 */
export function conversationAfter(
  before: Pick<TaskRow, 'conversing' | 'session'>,
  ran: Continuation,
  command: AgentCommand,
  outcome: Outcome,
  output: string,
): Pick<TaskRow, 'conversing' | 'session'> {
  const chosen = command.sessionPattern === '' ? ran.session : before.session;
  const session = sessionIn(output, command) ?? chosen;
  if (outcome.kind === 'not started') return { conversing: before.conversing, session: before.session };
  if (outcome.kind === 'ended' && outcome.ending.code === 0) return { conversing: SURE, session };
  if (before.conversing === SURE) return { conversing: SURE, session };
  if (before.conversing === PERHAPS && outcome.kind === 'ended') return { conversing: NONE, session: '' };
  return { conversing: PERHAPS, session };
}
