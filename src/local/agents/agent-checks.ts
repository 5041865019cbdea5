import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../../domain/diagnostic.ts';
import { programPath } from '../../platform/executable.ts';
import type { KnownAgent } from './acp-agent.ts';
import { shownAgents, unavailableReason } from './wire-models.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The agents of this machine for `taskdeck doctor`: where each is and how to sign in, or the command that would install
 * it. Starts none of them.
 */
export function agentChecks(agents: readonly KnownAgent[], env: Environment): readonly Diagnostic[] {
  return shownAgents(agents).map(({ agent, isInstalled, install, missing }) => {
    const { name, displayName, quirks } = agent;
    if (!isInstalled) return check(name, null, unavailableReason({ missing, install }));
    const file = programPath(agent.command[0] ?? '', env) ?? '';
    // The program of a configured agent may be an interpreter.
    const version = agent.isConfigured ? '' : packageVersion(file);
    const signIn = quirks.signIn === '' ? '' : `; to sign in, run: ${quirks.signIn}`;
    return check(name, true, `${displayName}${version === '' ? '' : ` ${version}`}, ${file}${signIn}`);
  });
}

const check = (name: string, ok: boolean | null, value: string): Diagnostic => ({
  topic: 'agents',
  name,
  value,
  ok,
});

/** Directories above a program in which its package.json may be. */
const PACKAGE_DEPTH = 4;

/** The version of the package that a program belongs to; empty if it is of none. */
function packageVersion(file: string): string {
  try {
    let directory = path.dirname(realpathSync(file));
    for (let depth = 0; depth < PACKAGE_DEPTH; depth += 1) {
      const version = versionIn(path.join(directory, 'package.json'));
      if (version !== null) return version;
      directory = path.dirname(directory);
    }
  } catch {
    // The program was removed just now.
  }
  return '';
}

/** Null without a package that has programs. */
function versionIn(file: string): string | null {
  try {
    const { version, bin } = JSON.parse(readFileSync(file, 'utf8'));
    return typeof version === 'string' && bin !== undefined ? version : null;
  } catch {
    return null;
  }
}
