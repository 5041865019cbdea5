import { execFileSync } from 'node:child_process';

/** The e2e tests run the real bundles; they are built once, before any test. */
export default function build(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
