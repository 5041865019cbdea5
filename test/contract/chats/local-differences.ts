import type { FaultRow, MachineRow, RefusalRow } from './contract.ts';

/*
 * Rows of the contract that a local server does not have, each with its reason, and those that it answers in another
 * way.
 */

const ERAS = 'The rows of other generations of servers.';
const LIMITS = 'No usage limits, licences or lifecycle hooks.';
const SHARING = 'No sharing: all chats are those of the only user.';
const SUB_AGENTS = 'The server makes no sub-agents.';
const CLIENT_TOOLS = 'No tools of clients other than permission requests.';
const STAND_IN = 'The stand-in plays it: a fault, or what only another server sends.';
const VALID = 'The rows of a local chat cannot contradict each other.';

/** Reasons for switches of the stand-in. */
const OPTIONS: Readonly<Record<string, string>> = {
  gateway: LIMITS,
  budget: LIMITS,
  role: LIMITS,
  prefix: ERAS,
  lastError: ERAS,
  limits: ERAS,
  read: ERAS,
  token: 'A local server has one token, see test/local/guards.test.ts.',
};

/** Reasons for chats that a local server cannot have. */
const CHATS: Readonly<Record<string, string>> = {
  owner: SHARING,
  child: SUB_AGENTS,
  children: SUB_AGENTS,
  invalid: VALID,
  pullRequest: 'Local chats have no pull requests.',
  word: STAND_IN,
  extra: STAND_IN,
  parts: STAND_IN,
  admitted: ERAS,
  queuedForCapacity: 'Local chats report it everywhere: see local-facts.test.ts.',
};

const NAMES: Readonly<Record<string, string>> = {
  'list: status before the newest servers': ERAS,
  'R1: begin queue edit head': ERAS,
  'A0: tool calls time out': 'Permission requests have no deadline.',
  'A1: tool calls time out': 'Permission requests have no deadline.',
  'tool results: of another call': CLIENT_TOOLS,
};

/** Why a local server is not under a row; null if it is. */
export function skipReason(row: MachineRow | RefusalRow | FaultRow): string | null {
  const name = 'cell' in row ? row.cell : row.id;
  if (name in NAMES) return NAMES[name] ?? null;
  if ('cell' in row) return row.era === undefined || row.era === 'paused' ? null : ERAS;
  if ('fault' in row && row.fault !== undefined) return STAND_IN;
  for (const option of Object.keys(row.options ?? {})) {
    if (option === 'era') {
      if (row.options?.era !== 'paused') return ERAS;
    } else return OPTIONS[option] ?? null;
  }
  for (const field of Object.keys(row.chat ?? {})) if (field in CHATS) return CHATS[field] ?? null;
  return null;
}

export const SKIPPED_NAMES = Object.keys(NAMES);

const TO_INTERRUPTING = 'An interrupt, and a promotion, of a chat that asks for permission end its turn.';

/** Cells with another result on a local server. */
const CELLS: Readonly<Record<string, Partial<MachineRow> & { readonly reason: string }>> = {
  'A0: send and interrupt': {
    reason: TO_INTERRUPTING,
    to: { status: 'interrupting', queue: ['new'] },
  },
  'A1: send and interrupt': {
    reason: TO_INTERRUPTING,
    to: { status: 'interrupting', queue: ['q1', 'new'] },
  },
  'A1: promote head': {
    reason: TO_INTERRUPTING,
    to: { status: 'interrupting', queue: ['q1'] },
    ran: [],
  },
  'A2: promote tail': {
    reason: TO_INTERRUPTING,
    to: { status: 'interrupting', queue: ['q2', 'q1'] },
    ran: [],
  },
  'A0: interrupt': { reason: TO_INTERRUPTING, to: { status: 'interrupting', queue: [] } },
  'A1: interrupt': { reason: TO_INTERRUPTING, to: { status: 'interrupting', queue: ['q1'] } },
};

/** The cell as a local server has it. */
export const localCell = (row: MachineRow): MachineRow => ({ ...row, ...CELLS[row.cell] });

export const CHANGED_CELLS = Object.keys(CELLS);
