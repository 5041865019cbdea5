import type { Environment } from './environment.ts';
import { runCommand } from './run-command.ts';

/** Reading a keyring can make the system ask the user first; ms. */
const TIMEOUT_MS = 60_000;

/**
 * Asks Coder's command line for the token that it keeps for a deployment, in a keyring or wherever else. Null when
 * there is no command line, or it has none.
 */
export async function coderLoginToken(
  url: string,
  env: Environment,
  signal: AbortSignal,
): Promise<string | null> {
  // A token in the environment would be printed in place of the kept one. Some versions find the entry of the
  // keyring only when they are told the URL (coder/coder#22733).
  const { CODER_SESSION_TOKEN: _, ...rest } = env;
  const options = { env: { ...rest, CODER_URL: url }, timeoutMs: TIMEOUT_MS, signal };
  try {
    return parseToken(await runCommand('coder', ['login', 'token'], options));
  } catch {
    return null;
  }
}

/** Whatever else a command prints, a token is one word of printable characters. */
const parseToken = (output: string): string | null => /^[\x21-\x7e]+$/.exec(output.trim())?.[0] ?? null;
