import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TemporaryHome {
  readonly directory: string;
  /** taskdeck's config directory in it; not made yet. */
  readonly config: string;
  /** An environment with nothing of this machine in it but the system's own programs. */
  readonly env: Record<string, string> & { readonly XDG_CONFIG_HOME: string };
  /** Puts a shell script on PATH. */
  program(name: string, script: string): void;
  /** A file in the home directory; empty when there is none. */
  read(file: string): string;
  dispose(): void;
}

/** A home directory of a test's own. */
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
