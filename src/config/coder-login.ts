import path from 'node:path';
import { homeDirectory } from '../platform/home-directory.ts';
import { absolutePath } from './directories.ts';
import { type Environment, variable } from './environment.ts';
import { readTrusted } from './private-file.ts';

/** The files of `coder login`. */
export interface CoderLogin {
  readonly directory: string;
  /** Unchecked. */
  readonly url: string;
  /** Null when Coder's CLI keeps it in a keyring, or is signed out. */
  readonly token: string | null;
}

/**
 * The directory of Coder's CLI: `CODER_CONFIG_DIR`, else `coderv2` in the user's configuration directory
 * (coder/coder:cli/config/file.go).
 */
export function coderConfigDirectory(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const named = variable(env, 'CODER_CONFIG_DIR');
  if (named !== undefined) return absolutePath(named, 'CODER_CONFIG_DIR');
  const home = homeDirectory(env);
  switch (platform) {
    case 'darwin':
      return path.join(home, 'Library', 'Application Support', 'coderv2');
    case 'win32':
      return path.join(variable(env, 'APPDATA') ?? path.join(home, 'AppData', 'Roaming'), 'coderv2');
    default:
      return path.join(variable(env, 'XDG_CONFIG_HOME') ?? path.join(home, '.config'), 'coderv2');
  }
}

/**
 * Reads the files of `coder login`; null when signed out.
 * @throws UsageError for files that others can write: they could redirect the token
 */
export function readCoderLogin(directory: string): CoderLogin | null {
  const url = trimmedContent(path.join(directory, 'url'));
  return url === null ? null : { directory, url, token: trimmedContent(path.join(directory, 'session')) };
}

/** Null for a missing, empty or unreadable file. */
const trimmedContent = (file: string): string | null => readTrusted(file)?.trim() || null;
