import type { Environment } from './environment.ts';
import { runCommand } from './run-command.ts';

/** Long, because the system may ask the user to unlock the keyring; ms. */
const TIMEOUT_MS = 60_000;

/** The token that Coder's CLI keeps for a deployment, for example in a keyring; null without a CLI or a token. */
export async function coderLoginToken(
  url: string,
  env: Environment,
  signal: AbortSignal,
): Promise<string | null> {
  // The CLI would print a token from the environment instead. Some versions need CODER_URL to find the keyring entry
  // (coder/coder#22733).
  const { CODER_SESSION_TOKEN: _, ...rest } = env;
  const options = { env: { ...rest, CODER_URL: url }, timeoutMs: TIMEOUT_MS, signal };
  try {
    return parseToken(await runCommand('coder', ['login', 'token'], options));
  } catch {
    return null;
  }
}

/** Null for output other than one word of printable characters. */
const parseToken = (output: string): string | null => /^[\x21-\x7e]+$/.exec(output.trim())?.[0] ?? null;
