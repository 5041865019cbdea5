import { FAULT_IDS, FAULTS, type FaultId } from '../support/faults/faults.ts';
import { KINDS, type RequestKind } from '../support/faults/request-kind.ts';
import type { ResultRow } from './run-scenario.ts';

const HEAD = [
  '# What happens when the server misbehaves',
  '',
  'Made by the test that tries it: `npm test -- test/reliability -u` makes it anew. A real HTTP server on loopback does',
  'wrong what the first column says, with one kind of request at a time, before taskdeck as it is but for its terminal.',
  '',
  'Of every row it is checked that nothing crashes, that the tasks that are known stay on the screen, that no text is lost',
  'and none is sent twice, that at most one request of a kind is under way, none comes sooner than the settings say or',
  'than the server asked for, and the server is not kept busy for more than a tenth of the time (a request that is given up',
  'does not count), that nothing loads for ever, that the age of what is shown is right, that no request and no token goes',
  'to another origin, and that all comes back without a key when the fault is gone, but for a sign-in where one was needed.',
  '',
  'The host is written as HOST, a number that counts as N.',
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
  'update input': 'The input of a paused task',
  templates: 'Templates',
  presets: 'Presets of a template',
  'external auth': 'Sign-ins that a template asks for',
  build: 'What a workspace does',
  'build log': 'What a workspace prints meanwhile',
  me: 'Who the user is',
  users: 'Other users',
  'server info': 'The version of the server',
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The page of all rows, in the order of the kinds and of the faults. */
export function reliabilityDoc(rows: readonly ResultRow[]): string {
  const of = (kind: RequestKind, fault: FaultId): string => {
    const row = rows.find((each) => each.kind === kind && each.fault === fault);
    if (row === undefined)
      throw new Error(`Nothing is known of ${fault} in the way of ${kind}: run all of the file.`);
    return `| ${[FAULTS[fault].title, row.sees, row.typed, row.next].map(cell).join(' | ')} |`;
  };
  const sections = KINDS.flatMap((kind) => [
    `## ${TITLES[kind]}`,
    '',
    '| fault | what is seen | what was typed | what comes next |',
    '|---|---|---|---|',
    ...FAULT_IDS.map((fault) => of(kind, fault)),
    '',
  ]);
  return [...HEAD, '', ...sections].join('\n');
}
