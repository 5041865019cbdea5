import { statSync } from 'node:fs';
import path from 'node:path';
import type { AgentDefinition } from '../../config/agent-definition.ts';
import { readConfigFile } from '../../config/config-file.ts';
import { agentsFromConfig } from '../../config/configured-agents.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { availableAgents } from './available.ts';

export interface AgentRegistryOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory of config.jsonc; null for built-in agents only. */
  readonly configDir: string | null;
  readonly clock: Clock;
  /** Receives the message about an unusable config file. The previous agents stay. */
  readonly onFault: (message: string) => void;
}

/** Newly installed or configured agents appear after this time, ms. */
const CACHE_MS = 2_000;

/** Returns a function that returns the available agents. It is cached, so call it as often as needed. */
export function agentRegistry({
  env,
  configDir,
  clock,
  onFault,
}: AgentRegistryOptions): () => readonly AgentDefinition[] {
  let configured: readonly AgentDefinition[] = [];
  let readModifiedAt: number | null | undefined;
  let cached: readonly AgentDefinition[] = [];
  let cachedUntil = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.monotonic() < cachedUntil) return cached;
    cachedUntil = clock.monotonic() + CACHE_MS;
    const currentModifiedAt = configDir === null ? null : modifiedAt(path.join(configDir, 'config.jsonc'));
    if (configDir !== null && currentModifiedAt !== readModifiedAt) {
      readModifiedAt = currentModifiedAt;
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

/** Null if the file cannot be examined; reading it reports why. */
function modifiedAt(file: string): number | null {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return null;
  }
}
