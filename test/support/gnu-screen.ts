import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export const hasGnuScreen = (): boolean => {
  try {
    // Some versions exit with 1 after printing the version.
    return execFileSync('sh', ['-c', 'screen --version || true']).toString().startsWith('Screen version');
  } catch {
    return false;
  }
};

/** A GNU screen with its own sockets and settings. Ends with the current test. */
export function isolatedGnuScreen(settings: string): {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The screen with its scrollback. */
  history(): string;
} {
  // The path of a socket is limited to about 100 bytes.
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
      // Already ended.
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
