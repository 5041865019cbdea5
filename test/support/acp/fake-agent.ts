import { inject } from 'vitest';

/**
 * The command of a fake agent, with switches such as `auth` or `state=/tmp/dir`: fake-agent-program.ts lists them, and
 * fake-steps.ts, fake-tool-steps.ts and fake-fault-steps.ts the steps of prompts. For e2e tests.
 */
export const fakeAgentCommand = (...switches: readonly string[]): readonly string[] => [
  process.execPath,
  inject('fakeAgent'),
  ...switches.map((name) => `--${name}`),
];
