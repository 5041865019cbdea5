import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export const hasTmux = (): boolean => {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Such as `3.3a`; null without tmux. */
export function tmuxVersion(): string | null {
  try {
    return /tmux (\S+)/.exec(execFileSync('tmux', ['-V']).toString())?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Arguments of a tmux with its own socket and settings. Its server ends with the current test. */
export function isolatedTmux(settings: string): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-tmux-'));
  const socket = path.join(folder, 'socket');
  const file = path.join(folder, 'tmux.conf');
  writeFileSync(file, settings);
  const { TMUX: _, TMUX_PANE: __, ...env } = process.env;
  onTestFinished(() => {
    try {
      execFileSync('tmux', ['-S', socket, 'kill-server'], { env, stdio: 'ignore' });
    } catch {
      // Already ended.
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return ['-S', socket, '-f', file];
}
