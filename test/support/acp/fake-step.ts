import type { ChildProcess } from 'node:child_process';
import type { AgentContext } from '@agentclientprotocol/sdk';
import type { ControlLink } from './fake-control.ts';
import type { FakeSettings } from './fake-sessions.ts';

export interface StepContext {
  readonly client: AgentContext;
  readonly session: string;
  /** Aborts when the client cancels the turn. */
  readonly signal: AbortSignal;
  /** Sends an update of this session. */
  readonly update: (body: Record<string, unknown>) => Promise<void>;
  readonly settings: () => FakeSettings;
  /** Child processes that end with the agent. */
  readonly children: Set<ChildProcess>;
  readonly control: ControlLink;
  /** Keeps text for a later replay. */
  readonly onText: (text: string) => void;
}

/** A step. Resolves with the reason to stop the turn if that is a string; otherwise the turn goes on. */
export type Step = (context: StepContext, rest: string) => Promise<unknown>;

/** Resolves after `ms`, or when the turn is cancelled. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

export async function say({ update, onText }: StepContext, text: string): Promise<void> {
  onText(text);
  await update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
}

/** The two parts of `N rest`. */
export function numbered(rest: string): readonly [number, string] {
  const [, count = '1', text = ''] = /^(\d+)?\s*(.*)$/s.exec(rest) ?? [];
  return [Number(count), text];
}
