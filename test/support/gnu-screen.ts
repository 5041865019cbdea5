import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export const hasGnuScreen = (): boolean => {
  try {
    // Some versions end with 1 although they print what was asked for.
    return execFileSync('sh', ['-c', 'screen --version || true']).toString().startsWith('Screen version');
  } catch {
    return false;
  }
};

/** A GNU screen of one test, with sockets and settings of its own; it ends with the test. */
export function isolatedGnuScreen(settings: string): {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What stands on the screen, and what has scrolled off it. */
  history(): string;
} {
  // The path of a socket may not be long.
  const folder = mkdtempSync(path.join(tmpdir(), 'td-screen-'));
  const file = path.join(folder, 'screenrc');
  writeFileSync(file, `startup_message off\n${settings}`);
  const env = { SCREENDIR: folder, STY: undefined, WINDOW: undefined };
  const name = 'taskdeck-test';
  onTestFinished(() => {
    try {
      execFileSync('screen', ['-S', name, '-X', 'quit'], {
        env: { ...process.env, ...env },
        stdio: 'ignore',
      });
    } catch {
      // It ended with its last program.
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    args: ['-c', file, '-S', name],
    env,
    history() {
      const copy = path.join(folder, 'copy');
      execFileSync('screen', ['-S', name, '-X', 'hardcopy', '-h', copy], { env: { ...process.env, ...env } });
      return readFileSync(copy, 'latin1');
    },
  };
}
