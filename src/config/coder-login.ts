import path from 'node:path';
import { homeDirectory } from '../platform/home-directory.ts';
import { absolutePath } from './directories.ts';
import { type Environment, variable } from './environment.ts';
import { readTrusted } from './private-file.ts';

/** What `coder login` left behind. */
export interface CoderLogin {
  readonly directory: string;
  /** As it was written. */
  readonly url: string;
  /** Null where the command line keeps it in a keyring, or was signed out. */
  readonly token: string | null;
}

/**
 * Where Coder's command line keeps its files: `CODER_CONFIG_DIR`, else `coderv2` in the user's configuration directory
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
 * What `coder login` left in its directory; null when nobody is signed in there.
 * @throws UsageError when others can write it: they could send the token wherever they like
 */
export function readCoderLogin(directory: string): CoderLogin | null {
  const url = trimmedContent(path.join(directory, 'url'));
  return url === null ? null : { directory, url, token: trimmedContent(path.join(directory, 'session')) };
}

/** Null for a file that is missing, empty, or not ours to read. */
const trimmedContent = (file: string): string | null => readTrusted(file)?.trim() || null;
