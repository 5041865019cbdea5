import type { Chats } from '../support/chats/chats.ts';
import type { ExampleTask } from './example-deployment.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Tasks besides those of the small example: with them, and with the chats below, a list has 40 rows of all kinds. */
export const FLEET_TASKS: readonly ExampleTask[] = [
  {
    title: 'Shrink the container image',
    ageMs: 7 * MINUTE,
    report: ['working', 'Alpine lacks glibc, trying distroless'],
  },
  {
    title: 'Research GPU scheduling',
    template: 'gpu',
    ageMs: 18 * MINUTE,
    report: ['working', 'Comparing MIG and time slicing'],
  },
  {
    title: 'Replace the date library',
    ageMs: 33 * MINUTE,
    report: ['idle', 'Two call sites parse local times. Keep them?'],
  },
  {
    title: 'Load test the gateway 🚀',
    ageMs: 52 * MINUTE,
    report: ['working', 'p99 is 480 ms at 2,000 requests/s'],
  },
  { title: 'ダッシュボードの翻訳を確認', ageMs: 75 * MINUTE, report: ['complete', '三か所を直しました'] },
  {
    title: 'Split the monorepo build',
    ageMs: 2 * HOUR,
    report: ['failure', 'The cache key misses the lock file'],
  },
  {
    title: 'Find unused feature flags',
    ageMs: 3 * HOUR,
    report: ['complete', '41 of 96 flags are never read'],
  },
  { title: 'Upgrade the ORM to 9.0', ageMs: 4 * HOUR, status: 'error', workspace: 'failed' },
  { title: 'Sample the slow queries', ageMs: 5 * HOUR, report: ['idle', 'Which environment?'] },
  {
    title: 'Check licences of all packages',
    ageMs: 7 * HOUR,
    report: ['complete', 'Two packages need a notice'],
  },
  { title: 'Backfill invoices for March', ageMs: 9 * HOUR, status: 'paused', workspace: 'stopped' },
  { title: 'Warm up the new region', ageMs: MINUTE / 3, status: 'pending', workspace: 'pending' },
  { title: 'Reproduce the memory leak', template: 'gpu', ageMs: DAY, status: 'paused', workspace: 'stopped' },
  {
    title: 'Draft the incident review',
    ageMs: 3 * DAY,
    report: ['complete', 'Timeline and five actions are in'],
  },
];

/** A call of `ask_user_question` and its result. */
const asking = (question: string, ...labels: readonly string[]) =>
  [
    ['user', 'Plan it first.'],
    [
      'assistant',
      {
        type: 'tool-call',
        tool_call_id: 'call_1',
        tool_name: 'ask_user_question',
        args: { questions: [{ header: 'Plan', question, options: labels.map((label) => ({ label })) }] },
      },
    ],
    [
      'tool',
      {
        type: 'tool-result',
        tool_call_id: 'call_1',
        tool_name: 'ask_user_question',
        result: {},
        is_error: false,
      },
    ],
  ] as const;

const answered = (prompt: string, answer: string) => [
  ['user', prompt] as const,
  ['assistant', answer] as const,
];

const pullRequest = (number: number, state: string, additions: number, deletions: number) => ({
  url: `https://github.com/acme/shop/pull/${number}`,
  pull_request_state: state,
  pull_request_title: 'Example',
  pull_request_draft: false,
  pr_number: number,
  additions,
  deletions,
  changed_files: 4,
  approved: true,
});

/** Adds fourteen chats: two that ask, sub-agents, pull requests, a pin and an error. */
export function seedFleetChats(chats: Chats): void {
  chats.seed({
    title: 'Choose an identity provider',
    planMode: true,
    updatedAgoMs: 2 * MINUTE,
    messages: asking(
      'Which flow do you want for the command line?',
      'Device code',
      'Local redirect',
      'Token only',
    ),
  });
  chats.seed({
    title: 'Move uploads to object storage',
    planMode: true,
    updatedAgoMs: 9 * MINUTE,
    messages: asking('Keep old files where they are?', 'Keep them', 'Move them in the background'),
  });
  const auth = chats.seed({
    title: 'Fix the flaky auth tests',
    status: 'running',
    updatedAgoMs: MINUTE,
    diffStatus: pullRequest(812, 'open', 41, 12),
  });
  chats.seed({
    title: 'Find every sleep in the tests',
    parent: auth,
    status: 'running',
    updatedAgoMs: MINUTE,
  });
  chats.seed({ title: 'Run the suite 50 times', parent: auth, updatedAgoMs: 6 * MINUTE });
  chats.seed({
    title: 'Rework the search index',
    unread: true,
    updatedAgoMs: 14 * MINUTE,
    messages: answered(
      'Make search twice as fast.',
      'The index is rebuilt. Searches take 38 ms instead of 91 ms.',
    ),
    diffStatus: pullRequest(807, 'open', 380, 144),
  });
  chats.seed({ title: 'Watch the canary', pinOrder: 1, status: 'running', updatedAgoMs: 3 * MINUTE });
  chats.seed({
    title: 'Summarise the support tickets',
    updatedAgoMs: 2 * HOUR,
    messages: answered('What do customers ask most?', 'Password resets, 31 %; invoices, 22 %; exports, 9 %.'),
  });
  chats.seed({
    title: 'Delete the legacy endpoints',
    updatedAgoMs: 5 * HOUR,
    diffStatus: pullRequest(790, 'merged', 12, 2_310),
  });
  chats.seed({
    title: 'Generate typed clients',
    updatedAgoMs: 35 * MINUTE,
    error: { message: 'The model is overloaded.', kind: 'provider', retryable: true },
  });
  chats.seed({ title: 'Review the API guidelines', updatedAgoMs: DAY });
  chats.seed({ title: 'Explain the retry policy', updatedAgoMs: 2 * DAY });
  chats.seed({ title: 'Port the installer to PowerShell', status: 'running', updatedAgoMs: 22 * MINUTE });
  chats.seed({ title: 'Write the release notes', unread: true, updatedAgoMs: 8 * HOUR });
}
