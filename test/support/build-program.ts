import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleFakeAgent } from './acp/bundle-fake-agent.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of the launcher. Built for this test run only, because another build may replace dist/. */
    readonly taskdeck: string;
    /** Path of the bundled fake agent. */
    readonly fakeAgent: string;
  }
}

/** Builds the bundles once, before the e2e tests that run them. */
export default function setup(project: TestProject): () => void {
  const { launcher, folder, remove } = buildProgram();
  project.provide('taskdeck', launcher);
  project.provide('fakeAgent', bundleFakeAgent(folder));
  return remove;
}

interface BuiltProgram {
  /** Path of the launcher. */
  readonly launcher: string;
  /** The temporary folder with the program in it. */
  readonly folder: string;
  remove(): void;
}

/** Builds the program into a temporary folder. `options`: see scripts/build.mjs. */
export function buildProgram(...options: readonly string[]): BuiltProgram {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-built-'));
  // Some tests run it as another user.
  chmodSync(folder, 0o755);
  // Tests copy the program: the code cache, which changes at any time, is beside it.
  const program = path.join(folder, 'program');
  mkdirSync(program);
  execFileSync(process.execPath, ['scripts/build.mjs', path.join(program, 'dist'), ...options], {
    stdio: 'inherit',
  });
  for (const part of ['bin', 'package.json']) cpSync(part, path.join(program, part), { recursive: true });
  return {
    launcher: path.join(program, 'bin', 'taskdeck.js'),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }),
  };
}
