import path from 'node:path';

/**
 * The command of a fake agent, with switches such as `auth` or `state=/tmp/dir`: fake-agent-program.ts lists them, and
 * fake-steps.ts, fake-tool-steps.ts and fake-fault-steps.ts the steps of prompts.
 */
export const fakeAgentCommand = (...switches: readonly string[]): readonly string[] => [
  process.execPath,
  // package.json names no type of modules.
  '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
  path.join(import.meta.dirname, 'fake-agent-program.ts'),
  ...switches.map((name) => `--${name}`),
];
