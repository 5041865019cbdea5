import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TemporaryHome {
  readonly directory: string;
  /** Its config directory of taskdeck; does not exist yet. */
  readonly config: string;
  /** An environment with only the system's programs. */
  readonly env: Record<string, string> & { readonly XDG_CONFIG_HOME: string };
  /** Adds a shell script to PATH. */
  program(name: string, script: string): void;
  /** A file in the home directory; empty when it is missing. */
  read(file: string): string;
  dispose(): void;
}

/** A temporary home directory. */
export function temporaryHome(): TemporaryHome {
  const directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-home-'));
  const bin = path.join(directory, 'bin');
  mkdirSync(bin);
  const env = {
    HOME: directory,
    PATH: `${bin}:/usr/bin:/bin`,
    XDG_CONFIG_HOME: path.join(directory, '.config'),
    XDG_STATE_HOME: path.join(directory, '.state'),
  };
  return {
    directory,
    config: path.join(env.XDG_CONFIG_HOME, 'taskdeck'),
    env,
    program(name, script) {
      writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(bin, name), 0o755);
    },
    read(file) {
      try {
        return readFileSync(path.join(directory, file), 'utf8');
      } catch {
        return '';
      }
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}
