import { statSync } from 'node:fs';
import path from 'node:path';
import type { AgentDefinition } from '../../config/agent-definition.ts';
import { type AllowRule, allowRulesFrom } from '../../config/allow-rules.ts';
import { readConfigFile } from '../../config/config-file.ts';
import {
  agentsFromConfig,
  type ConfiguredAgents,
  NO_CONFIGURED_AGENTS,
} from '../../config/configured-agents.ts';
import {
  DEFAULT_WORKTREE_SETTINGS,
  type WorktreeSettings,
  worktreeSettingsFrom,
} from '../../config/worktree-settings.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { isOnPath } from '../../platform/executable.ts';
import type { KnownAgent } from './acp-agent.ts';
import { BUILTIN_AGENTS } from './builtin.ts';
import { knownAgents } from './known-agents.ts';
import { shellAgent } from './shell.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The commands that Tasks can run: the shell, the built-in agents whose program is on the PATH, and all configured
 * commands. A configured agent replaces a built-in one of the same name. Retired ones are included.
 */
function availableAgents(env: Environment, { commands, acp }: ConfiguredAgents): readonly AgentDefinition[] {
  const taken = [...commands, ...acp].map(({ name }) => name);
  const builtin = BUILTIN_AGENTS.filter(
    ({ name, start, isRetired }) =>
      (isRetired ? !commands.some((each) => each.name === name) : !taken.includes(name)) &&
      isOnPath(start[0] ?? '', env),
  );
  return [shellAgent(), ...builtin, ...commands];
}

export interface AgentRegistryOptions {
  /** The server's. */
  readonly env: Environment;
  /** Directory of config.jsonc; null for built-in agents only. */
  readonly configDir: string | null;
  readonly clock: Clock;
  /** Receives the message about an unusable config file. The previous agents and rules stay. */
  readonly onFault: (message: string) => void;
}

/** The agents of this machine. Results are cached for two seconds, so call it as often as needed. */
export interface AgentRegistry {
  /** The commands that Tasks can run: see `availableAgents`. */
  commands(): readonly AgentDefinition[];
  /**
   * The agents of chats, installed or not. `env`: the environment of the user's shell, whose PATH counts from then on;
   * without it that of the last call, at first the server's.
   */
  chatAgents(env?: Environment | null): readonly KnownAgent[];
  /** The rules of the setting `allow`. */
  allowRules(): readonly AllowRule[];
  /** The setting `worktree`. */
  worktreeSettings(): WorktreeSettings;
}

/** Newly installed agents and changed settings appear after this time, ms. */
const CACHE_MS = 2_000;

export function agentRegistry({ env, configDir, clock, onFault }: AgentRegistryOptions): AgentRegistry {
  const settings = cachedSettings(configDir, clock, onFault);
  let shell = env;
  const commands = cached(clock, () => availableAgents(env, settings().agents));
  const chatAgents = cached(clock, () => {
    const { acp, commands: configured } = settings().agents;
    return knownAgents(
      shell,
      acp,
      configured.map(({ name }) => name),
    );
  });
  return {
    commands: commands.get,
    chatAgents: (from) => {
      if (from != null && from.PATH !== shell.PATH) {
        shell = from;
        chatAgents.expire();
      }
      return chatAgents.get();
    },
    allowRules: () => settings().rules,
    worktreeSettings: () => settings().worktree,
  };
}

interface AgentSettings {
  readonly agents: ConfiguredAgents;
  readonly rules: readonly AllowRule[];
  readonly worktree: WorktreeSettings;
}

/** Reads the config file again after a change. A part with a fault keeps its last value. */
function cachedSettings(
  configDir: string | null,
  clock: Clock,
  onFault: (message: string) => void,
): () => AgentSettings {
  let settings: AgentSettings = {
    agents: NO_CONFIGURED_AGENTS,
    rules: [],
    worktree: DEFAULT_WORKTREE_SETTINGS,
  };
  let readModifiedAt: number | null | undefined;
  const report = (error: unknown): void => onFault(error instanceof Error ? error.message : String(error));
  return cached(clock, () => {
    if (configDir === null) return settings;
    const currentModifiedAt = modifiedAt(path.join(configDir, 'config.jsonc'));
    if (currentModifiedAt === readModifiedAt) return settings;
    readModifiedAt = currentModifiedAt;
    try {
      const file = readConfigFile(configDir);
      const keep = <Value>(last: Value, read: () => Value): Value => {
        try {
          return read();
        } catch (error) {
          report(error);
          return last;
        }
      };
      settings = {
        agents: keep(settings.agents, () => agentsFromConfig(file)),
        rules: keep(settings.rules, () => allowRulesFrom(file)),
        worktree: keep(settings.worktree, () => worktreeSettingsFrom(file)),
      };
    } catch (error) {
      report(error);
    }
    return settings;
  }).get;
}

function cached<Value>(
  clock: Clock,
  compute: () => Value,
): { readonly get: () => Value; readonly expire: () => void } {
  let entry: { readonly value: Value; readonly until: number } | null = null;
  return {
    get: () => {
      if (entry === null || clock.monotonic() >= entry.until)
        entry = { value: compute(), until: clock.monotonic() + CACHE_MS };
      return entry.value;
    },
    expire: () => {
      entry = null;
    },
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
