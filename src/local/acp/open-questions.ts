import { randomUUID } from 'node:crypto';
import type { PermissionOutcome, PermissionRequest, ToolCallChange } from '../chats/session.ts';
import { toOptions } from './to-update.ts';
import { toolCallChange } from './tool-content.ts';
import { type Fields, fieldsOf } from './untrusted.ts';

type Answer = (outcome: PermissionOutcome) => void;

export interface QuestionReceiver {
  /** The change of a tool call that a question carries, for users; null if the call was cancelled. */
  toolCall(change: ToolCallChange): ToolCallChange | null;
  /** Reports that change for a question that the user does not see. */
  answered(change: ToolCallChange): void;
  /** The id of the option that the rules or the mode choose; null: the user answers. */
  decide(request: PermissionRequest): string | null;
  asked(request: PermissionRequest): void;
  withdrawn(requestId: string, reason: string): void;
}

/** The permission requests of a session that are not answered yet. Several may be open at once. */
export class OpenQuestions {
  readonly #receiver: QuestionReceiver;
  readonly #open = new Map<string, Answer>();
  #isRefusing = false;

  constructor(receiver: QuestionReceiver) {
    this.#receiver = receiver;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Asks the user, or answers by rule. Returns a function for the agent's withdrawal. */
  ask({ toolCall, options }: Fields, answer: Answer): () => void {
    const id = randomUUID();
    const call = toolCallChange(fieldsOf(toolCall)) ?? {
      ...toolCallChange({ ...fieldsOf(toolCall), toolCallId: `call-${id}` }),
      id: `call-${id}`,
    };
    const change = this.#isRefusing ? null : this.#receiver.toolCall(call);
    if (change === null) {
      answer({ outcome: 'cancelled' });
      return () => undefined;
    }
    const request: PermissionRequest = { id, call: change, options: toOptions(options) };
    const chosen = this.#receiver.decide(request);
    if (chosen !== null) {
      this.#receiver.answered(change);
      answer({ outcome: 'selected', option_id: chosen });
      return () => undefined;
    }
    this.#open.set(id, answer);
    this.#receiver.asked(request);
    return () => this.#withdraw(id, 'The agent withdrew the question.');
  }

  /** Answers a question; ignored if it is no longer open. */
  answer(id: string, outcome: PermissionOutcome): void {
    const answer = this.#open.get(id);
    this.#open.delete(id);
    answer?.(outcome);
  }

  /** Answers all open questions `cancelled`, and those that come until `acceptAgain`. */
  cancelAll(reason: string): void {
    this.#isRefusing = true;
    for (const [id, answer] of [...this.#open]) {
      this.#withdraw(id, reason);
      answer({ outcome: 'cancelled' });
    }
  }

  acceptAgain(): void {
    this.#isRefusing = false;
  }

  #withdraw(id: string, reason: string): void {
    if (this.#open.delete(id)) this.#receiver.withdrawn(id, reason);
  }
}
