import { statSync } from 'node:fs';
import path from 'node:path';
import type { AgentDefinition } from '../../config/agent-definition.ts';
import { readConfigFile } from '../../config/config-file.ts';
import { agentsFromConfig } from '../../config/configured-agents.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { availableAgents } from './available.ts';

export interface AgentRegistryOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the user's own are; null when there is no such place. */
  readonly configDir: string | null;
  readonly clock: Clock;
  /** Receives the sentence about a config file that cannot be used; the agents stay as they were before it. */
  readonly onFault: (sentence: string) => void;
}

/** A server lives for days: what was installed or configured meanwhile shows after this, ms. */
const CACHE_MS = 2_000;

/** The agents that are offered, asked for as often as one likes. */
export function agentRegistry({
  env,
  configDir,
  clock,
  onFault,
}: AgentRegistryOptions): () => readonly AgentDefinition[] {
  let configured: readonly AgentDefinition[] = [];
  let readVersion: number | null | undefined;
  let cached: readonly AgentDefinition[] = [];
  let cachedUntil = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.monotonic() < cachedUntil) return cached;
    cachedUntil = clock.monotonic() + CACHE_MS;
    const changedAt = configDir === null ? null : modifiedAt(path.join(configDir, 'config.jsonc'));
    if (configDir !== null && changedAt !== readVersion) {
      readVersion = changedAt;
      try {
        configured = agentsFromConfig(readConfigFile(configDir));
      } catch (error) {
        onFault(error instanceof Error ? error.message : String(error));
      }
    }
    cached = availableAgents(env, configured);
    return cached;
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
