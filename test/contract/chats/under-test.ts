import type { AgentOperation, ArrangedChat, ContractOperation } from './contract.ts';
import type { Received } from './request.ts';

/** A chat as its server has it. */
export interface ShownChat {
  readonly status: string;
  readonly archived: boolean;
  /** The head first. */
  readonly queue: readonly { readonly id: number; readonly text: string }[];
  /** The visible ones, oldest first. */
  readonly messages: readonly { readonly id: number; readonly role: string; readonly text: string }[];
  /** Ids of tool calls that wait for a result of the client. */
  readonly openCalls: readonly string[];
}

/** A server of Chats under the contract: the stand-in, or a local server. */
export interface ChatsUnderTest {
  /** Whether it lists the growing answer of a turn too, as soon as it is stored. Missing: no. */
  readonly listsGrowing?: boolean;
  readonly url: string;
  readonly token: string;
  readonly organizationId: string;
  /** A result that the open tool calls accept. */
  readonly toolOutput: unknown;
  /** Puts a chat on the server. Returns its id. */
  arrange(chat: ArrangedChat): Promise<string>;
  /** `path`: below the server's URL. */
  api(method: string, path: string, body?: unknown): Promise<Received>;
  act(id: string, operation: AgentOperation): void;
  chat(id: string): Promise<ShownChat>;
  /** Everything that an operation can change, as text. */
  snapshot(): Promise<string>;
  /** Gives the next request of an operation a fault. Absent: the server has none. */
  readonly plan?: (operation: ContractOperation, fault: object) => void;
  /** Runs a step of the socket contract. Returns the id of a new tool call, or another result. Throws for unknown ones. */
  step(id: string, name: string, args: readonly unknown[]): unknown;
}
