import { FAULT_IDS, FAULTS, type FaultId } from '../support/faults/faults.ts';
import { CHAT_KINDS, KINDS, type RequestKind } from '../support/faults/request-kind.ts';
import type { ResultRow } from './run-scenario.ts';

const HEAD = [
  '# What happens when the server misbehaves',
  '',
  'taskdeck is made for connections and servers that fail. For each kind of request and each fault, this page shows what is',
  'on the screen, where typed text is, and when taskdeck retries.',
  '',
  'A test writes this page: `npx vitest run test/reliability -u`. It runs taskdeck without a terminal against a real HTTP',
  'server on loopback that injects one fault into one kind of request, and removes it later. It also checks for each row:',
  '',
  '- taskdeck does not crash, and no pane shows "loading" without a request in flight.',
  '- Known tasks stay on the screen, and the age of the data is right.',
  '- No text is lost, and no text is sent twice.',
  '- At most one request of a kind is in flight. Polls keep to the configured interval and to Retry-After, and use at most a',
  "  tenth of the server's time. Requests that time out do not count.",
  '- No request and no token goes to another origin.',
  '- Without a key press, everything works again after the fault. After 401 the user has to sign in.',
  '',
  'HOST stands for the host, N for a number that counts. "The call …" is the result of a request without a key in this test.',
];

const TITLES: Readonly<Record<RequestKind, string>> = {
  list: 'The list of tasks',
  task: 'The status of the selected task',
  transcript: 'The transcript of the selected task',
  create: 'A new task',
  send: 'A message to a task',
  pause: 'Pause',
  resume: 'Resume',
  delete: 'Delete',
  'update input': 'The initial prompt of a paused task',
  templates: 'Templates',
  presets: 'Presets of a template',
  'external auth': 'External sign-ins of a template',
  build: 'The workspace build',
  'build log': 'The build log',
  me: 'The signed-in user',
  users: 'Other users',
  'server info': 'The version of the server',
  chats: 'The list of chats',
  chat: 'The selected chat',
  messages: 'The conversation of the selected chat',
  'create chat': 'A new chat',
  'send to chat': 'A message to a chat',
  interrupt: 'Interrupt of a chat',
  'change chat': 'Archiving a chat',
  'edit message': 'An edit of the last message of a chat',
  'delete queued': 'Cancelling a message in the server’s queue',
  'promote queued': 'Sending a queued message now',
  models: 'The models of chats',
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The text of docs/reliability.md. Throws if a row is missing. */
export function reliabilityDoc(rows: readonly ResultRow[]): string {
  const of = (kind: RequestKind, fault: FaultId): string => {
    const row = rows.find((each) => each.kind === kind && each.fault === fault);
    if (row === undefined) throw new Error(`No result for ${kind} with ${fault}: run all tests of the file.`);
    return `| ${[FAULTS[fault].title, row.sees, row.typed, row.next].map(cell).join(' | ')} |`;
  };
  const sections = [...KINDS, ...CHAT_KINDS].flatMap((kind) => [
    `## ${TITLES[kind]}`,
    '',
    '| fault | screen | typed text | retry |',
    '|---|---|---|---|',
    ...FAULT_IDS.map((fault) => of(kind, fault)),
    '',
  ]);
  return [...HEAD, '', ...sections].join('\n');
}
