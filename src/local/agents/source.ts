import { statSync } from 'node:fs';
import path from 'node:path';
import type { AgentCommand } from '../../config/agent-command.ts';
import { agentsFrom } from '../../config/agents.ts';
import { readConfigFile } from '../../config/config-file.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { offeredAgents } from './offered.ts';

export interface AgentSourceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the user's own are; null when there is no such place. */
  readonly configDir: string | null;
  readonly clock: Clock;
  /** Receives the sentence about a config file that cannot be used; the agents stay as they were before it. */
  readonly onFault: (sentence: string) => void;
}

/** A server lives for days: what was installed or configured meanwhile shows after this, ms. */
const FRESH_MS = 2_000;

/** The agents that are offered, asked for as often as one likes. */
export function agentSource({
  env,
  configDir,
  clock,
  onFault,
}: AgentSourceOptions): () => readonly AgentCommand[] {
  let own: readonly AgentCommand[] = [];
  let readAt: number | null | undefined;
  let offered: readonly AgentCommand[] = [];
  let until = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.monotonic() < until) return offered;
    until = clock.monotonic() + FRESH_MS;
    const changedAt = configDir === null ? null : modifiedAt(path.join(configDir, 'config.jsonc'));
    if (configDir !== null && changedAt !== readAt) {
      readAt = changedAt;
      try {
        own = agentsFrom(readConfigFile(configDir));
      } catch (error) {
        onFault(error instanceof Error ? error.message : String(error));
      }
    }
    offered = offeredAgents(env, own);
    return offered;
  };
}

/** Null when there is none that can be looked at: where that matters, reading it says why. */
function modifiedAt(file: string): number | null {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return null;
  }
}
