/**
 * Three lanes hold each test once: `e2e`, `ui` without those, and `unit` with all that is left. Nothing in `unit` starts a
 * program or a terminal, draws the screen, waits in real time, or takes seconds.
 */
export const LANES = {
  ui: [
    'test/ui/**/*.test.{ts,tsx}',
    'test/**/*.test.tsx',
    'test/commands/key-hints.test.ts',
    'test/store/day-marks.test.ts',
  ],
  e2e: [
    'test/{bundle,e2e,reliability}/**/*.test.{ts,tsx}',
    'test/api/{handshake,happy-eyeballs,local-server,network}.test.ts',
    'test/config/{local-server,run-command}.test.ts',
    'test/local/{agents,contract,crash,environment,failing-commits,failing-starts,full-disk,full-file-system}.test.ts',
    'test/local/{guards,idle,leave-nothing,load,output,processes,prompts,serve,shell,shell-tasks,slow-bodies,snapshot}.test.ts',
    'test/platform/{own-directory,sqlite}.test.ts',
    'test/script/{commands,conversation,create-local,doctor,failures,json,questions}.test.ts',
    'test/storage/{presence,several-processes}.test.ts',
    'test/store/message-body.test.ts',
    'test/sync/clock-steps.test.ts',
    'test/sync/outbox-random/*.test.ts',
    'test/terminal/{browser,clipboard,editor,facts,painter,pty,session,ways-out}.test.ts',
  ],
} as const;

/** Each has a configuration and a script of its own. */
export const APART = ['test/smoke/**', 'test/screens/**', 'test/soak/**'] as const;
