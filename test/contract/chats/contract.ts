import type { Fault } from '../../support/chats/faults.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import contract from './contract.json' with { type: 'json' };

/** What a client or an agent does to a chat. */
export type ContractOperation =
  | 'list'
  | 'create'
  | 'get'
  | 'update'
  | 'archive'
  | 'restore'
  | 'mark read'
  | 'messages'
  | 'send'
  | 'send and interrupt'
  | 'edit message'
  | 'promote'
  | 'delete queued'
  | 'begin queue edit'
  | 'end queue edit'
  | 'interrupt'
  | 'tool results'
  | 'reconcile'
  | 'compact'
  | 'by workspace'
  | 'old models';

/** What only the agent or its worker does. */
export type AgentOperation = 'turn ends' | 'turn fails' | 'worker stops' | 'tool calls time out';

/** A chat as a row of the state machine sees it. */
export interface ChatState {
  readonly status: string;
  /** Texts of the queued messages, the head first. */
  readonly queue: readonly string[];
  readonly archived?: boolean;
  /** The queued message that is being edited. */
  readonly editing?: string;
}

/** A cell of the state machine: chats-api, section 2.2. */
export interface MachineRow {
  /** The letters of the state, and the operation. */
  readonly cell: string;
  readonly from: ChatState;
  readonly operation: ContractOperation | AgentOperation;
  /** The HTTP status. Absent for what the agent does. */
  readonly status?: number;
  /** The error's message. Absent: no error. */
  readonly message?: string;
  /** Whether a send was queued. */
  readonly queued?: boolean;
  /** The queued message that the operation names. `unknown`: an id that is not in the queue. */
  readonly which?: 'head' | 'tail' | 'unknown';
  readonly to: ChatState;
  /** The texts of the user's messages that the operation inserts, in order. `new` is the text of the request. */
  readonly ran: readonly string[];
  /** The generation of the server, where the row holds for one only. */
  readonly era?: ChatsOptions['era'];
  /** Why the row is not certain. */
  readonly inferred?: string;
}

/** The chat that a row needs before its request. Everything absent has a default: an idle chat of the user. */
export interface ArrangedChat {
  readonly status?: string;
  /** The number of queued messages: `q1`, `q2`, … */
  readonly queue?: number;
  readonly editing?: string;
  readonly archived?: boolean;
  readonly unread?: boolean;
  /** A status word that replaces the true one. */
  readonly word?: string;
  /** False: no worker has the turn yet. */
  readonly admitted?: boolean;
  readonly queuedForCapacity?: boolean;
  /** The chat is a sub-agent. */
  readonly child?: boolean;
  /** How many sub-agents it has. */
  readonly children?: number;
  readonly pullRequest?: boolean;
  /** The user name of another owner. */
  readonly owner?: string;
  readonly invalid?: boolean;
  /** The parts of its only message, which is the agent's. */
  readonly parts?: readonly { readonly type: string }[];
  /** Further fields of the chat on the wire. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface ContractRequest {
  readonly operation: ContractOperation;
  /** `$organization` is the id of the organization; `$300` a text of 300 characters. Absent: the usual body. */
  readonly body?: unknown;
  /** With its question mark. */
  readonly query?: string;
  /** Replaces the id of the chat. */
  readonly id?: string;
  /** The queued message. Default: the head. Other words are sent as the id. */
  readonly which?: string;
  /** The message: `unknown`, `agent's`, or a word that is sent as the id. Default: the user's last one. */
  readonly message?: string;
}

export interface ContractAnswer {
  readonly status: number;
  readonly message?: string;
  readonly detail?: string;
  /** The fields of `validations`. */
  readonly validations?: readonly string[];
  /** Null: absent. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** A part of the body. */
  readonly body?: unknown;
  /** Fields that the body must not have anywhere. */
  readonly absent?: readonly string[];
}

/** A request that the server refuses: it changes nothing. */
export interface RefusalRow {
  readonly id: string;
  /** Switches of the server for tests. */
  readonly options?: Partial<ChatsOptions>;
  /** Absent: the server has no chat. */
  readonly chat?: ArrangedChat;
  readonly request: ContractRequest;
  readonly answer: ContractAnswer;
  readonly inferred?: string;
}

/** The conclusion of a client. */
interface Conclusion {
  /** The kind of the error. Absent: no error. */
  readonly error?: string;
  readonly tookEffect?: 'no' | 'maybe';
  /** The client looks, or tries again, and finds out that the operation succeeded: no error after all. */
  readonly foundOut?: true;
  /** The result of looking for a message or chat of which the answer was lost. */
  readonly resolution?: 'accepted' | 'queued' | 'absent';
  readonly text: string;
}

/** A fault or a surprise that a client must survive. */
export interface FaultRow extends Omit<RefusalRow, 'answer'> {
  /** Of chats-api. */
  readonly section: string;
  /** What the server does. */
  readonly server: string;
  /** The fault of the request. */
  readonly fault?: Fault;
  readonly answer: ContractAnswer | 'connection lost';
  /** Whether the operation takes effect. Absent: a read, or nothing to change. */
  readonly effect?: boolean;
  readonly conclude: Conclusion;
}

export const MACHINE = contract.machine as readonly MachineRow[];
export const REFUSALS = contract.refusals as readonly RefusalRow[];
export const FAULTS = contract.faults as readonly FaultRow[];
