/**
 * Each test is in one of three lanes: `e2e`, `ui`, or `unit` for all others. Unit tests start no program or terminal,
 * draw no screen, do not wait in real time, and do not take seconds.
 */
export const LANES = {
  ui: [
    'test/ui/**/*.test.{ts,tsx}',
    'test/**/*.test.tsx',
    'test/commands/key-hints.test.ts',
    'test/store/day-separators.test.ts',
  ],
  e2e: [
    'test/{bundle,e2e,reliability}/**/*.test.{ts,tsx}',
    'test/api/{handshake,happy-eyeballs,local-server,network}.test.ts',
    'test/contract/chats/{local-client,local-contract,local-directory,local-facts,local-list,local-permissions,local-sockets,local-streams,local-worktrees,sockets-client,stream-memory}.test.ts',
    'test/config/{local-server,run-command}.test.ts',
    'test/local/{agents,api-contract,chat-ends,command-environment,crash-recovery,failing-commits,failing-starts,full-disk,full-file-system}.test.ts',
    'test/local/{guards,idle-watch,leftover-processes,load,log-snapshot,output-buffer,owned-processes,process-table,prompts,serve,shell,shell-tasks,slow-request-bodies}.test.ts',
    'test/local/chats/{chats-with-agent,full-disk-chats,killed-server}.test.ts',
    'test/local/git/*.test.ts',
    'test/local/worktrees/{killed-preparation,merge-and-rebase,preparation,preparation-stops,push,random-work,removal,worktree-routes}.test.ts',
    'test/local/acp/{faults,faults-in-server,runtime}.test.ts',
    'test/platform/{private-directory,sqlite}.test.ts',
    'test/script/{commands,create-local,doctor,failures,json,login-prompts,logs-send-wait-watch}.test.ts',
    'test/storage/{instance-lock,several-processes}.test.ts',
    'test/sync/clock-steps.test.ts',
    'test/sync/outbox-random/*.test.ts',
    'test/support/acp/fake-agent.test.ts',
    'test/support/terminal-app.test.ts',
    'test/terminal/{browser,clipboard,directory-programs,doctor-terminal,exit-paths,external-editor,painter,run-program,terminal-session,tmux,workspace-programs}.test.ts',
    'test/terminal/key-input.test.tsx',
    'test/view/transcript/message-body.test.ts',
  ],
} as const;

/** Each has a configuration and a script of its own. */
export const APART = ['test/smoke/**', 'test/screens/**', 'test/soak/**'] as const;

/** The files that take longest, longest first: they start first. Others follow by size. */
export const LONG_FILES: readonly string[] = [
  'test/sync/outbox-random/chats.test.ts',
  'test/sync/outbox-random/tasks.test.ts',
  'test/local/acp/faults.test.ts',
  'test/reliability/reliability.test.ts',
  'test/local/chat-ends.test.ts',
  'test/e2e/unwritable-directories.test.ts',
  'test/e2e/commands-on-local-server.test.ts',
  'test/local/failing-commits.test.ts',
  'test/e2e/chats-scripts-writing.test.ts',
  'test/local/leftover-processes.test.ts',
  'test/contract/chats/stream-memory.test.ts',
  'test/e2e/keyboard-input.test.ts',
  'test/e2e/local-chats.test.ts',
  'test/e2e/chats-outages.test.ts',
  'test/e2e/chats-list.test.ts',
  'test/e2e/update-while-running.test.ts',
  'test/e2e/commands-on-deployment.test.ts',
  'test/e2e/needs-attention.test.ts',
  'test/contract/chats/local-client.test.ts',
  'test/contract/chats/sockets-client.test.ts',
  'test/e2e/outbox.test.ts',
  'test/contract/chats/local-streams.test.ts',
  'test/e2e/second-source.test.ts',
  'test/e2e/terminal-types.test.ts',
  'test/e2e/questions.test.ts',
  'test/local/chats/killed-server.test.ts',
  'test/terminal/terminal-session.test.ts',
  'test/e2e/new-chat.test.ts',
  'test/e2e/chats-writing.test.ts',
  'test/e2e/coder-deployment.test.ts',
  'test/e2e/stored-conversations.test.ts',
  'test/local/acp/faults-in-server.test.ts',
];
