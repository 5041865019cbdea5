import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of the launcher. Built for this test run only, because another build may replace dist/. */
    readonly taskdeck: string;
  }
}

/** Builds the bundles once, before the e2e tests that run them. */
export default function setup(project: TestProject): () => void {
  const { launcher, remove } = buildProgram();
  project.provide('taskdeck', launcher);
  return remove;
}

interface BuiltProgram {
  /** Path of the launcher. */
  readonly launcher: string;
  remove(): void;
}

/** Builds the program into a temporary folder. `options`: see scripts/build.mjs. */
export function buildProgram(...options: readonly string[]): BuiltProgram {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-built-'));
  // Some tests run it as another user.
  chmodSync(folder, 0o755);
  execFileSync(process.execPath, ['scripts/build.mjs', path.join(folder, 'dist'), ...options], {
    stdio: 'inherit',
  });
  for (const part of ['bin', 'package.json']) cpSync(part, path.join(folder, part), { recursive: true });
  return {
    launcher: path.join(folder, 'bin', 'taskdeck.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
