import { LiveAgent, nextToolCall, partsOf } from './live-agent.ts';
import { storeLive } from './live-turn.ts';
import { continueTurn, endTurn, failTurn, send, stopTurn } from './machine.ts';
import type { ChatError, ChatRow, MessageRow, Part } from './rows.ts';
import type { ChatsState } from './state.ts';

export interface Question {
  readonly header: string;
  readonly question: string;
  readonly options: readonly { readonly label: string; readonly description?: string }[];
}

/** The agent's side of a chat: what it says, and how its turn ends. Each method acts at once. */
export class Agent extends LiveAgent {
  readonly #state: ChatsState;
  readonly #chat: ChatRow;

  constructor(state: ChatsState, chat: ChatRow) {
    super(state, chat);
    this.#state = state;
    this.#chat = chat;
  }

  /** Starts a turn with a message of the user, as if the web page had sent it. */
  start(prompt: string): void {
    send(this.#state, this.#chat, [{ type: 'text', text: prompt }]);
    this.#chat.admitted = true;
  }

  /** Adds one assistant message with these parts. A string is a text part. Returns its id. */
  say(...parts: readonly (string | Part)[]): number {
    return this.#insert('assistant', partsOf(parts)).id;
  }

  reason(text: string): number {
    return this.say({ type: 'reasoning', text });
  }

  /** Adds an assistant message with a tool call that has no result yet. Returns the call's id. */
  call(tool: string, args: unknown): string {
    const id = nextToolCall();
    this.say({ type: 'tool-call', tool_call_id: id, tool_name: tool, args });
    return id;
  }

  /** Adds the result of a call, as a message with the role `tool`. */
  result(
    callId: string,
    result: unknown,
    more: { readonly isError?: boolean; readonly tool?: string } = {},
  ): void {
    const call = this.#chat.messages
      .flatMap(({ content }) => content)
      .find(({ type, tool_call_id }) => type === 'tool-call' && tool_call_id === callId);
    this.#insert('tool', [
      {
        type: 'tool-result',
        tool_call_id: callId,
        tool_name: more.tool ?? call?.tool_name ?? '',
        result,
        is_error: more.isError === true,
      },
    ]);
  }

  /** A call and its result. Returns the call's id. */
  use(tool: string, args: unknown, result: unknown, isError = false): string {
    const id = this.call(tool, args);
    this.result(id, result, { isError });
    return id;
  }

  /** A tool of the provider: call and result in one assistant message. */
  useOfProvider(tool: string, args: unknown, result: unknown): void {
    const call = { tool_call_id: nextToolCall(), tool_name: tool, provider_executed: true };
    this.say({ type: 'tool-call', ...call, args }, { type: 'tool-result', ...call, result });
  }

  /** Asks the user, and ends the turn. The chat must be in plan mode. */
  ask(...questions: readonly Question[]): void {
    this.#mustPlan();
    this.use('ask_user_question', { questions }, { questions });
    this.finish();
  }

  /** Proposes a plan, and ends the turn. */
  proposePlan(plan: string): void {
    this.#mustPlan();
    this.use('propose_plan', { plan }, { plan, status: 'proposed' });
    this.finish();
  }

  /** Makes a running sub-agent. Returns its id. */
  spawn(title: string, prompt = title): string {
    const { id, rootId, ownerId, ownerUsername, model } = this.#chat;
    const child = this.#state.add({
      parentId: id,
      rootId,
      ownerId,
      ownerUsername,
      model,
      title,
      clientType: 'ui',
    });
    send(this.#state, child, [{ type: 'text', text: prompt }]);
    child.admitted = true;
    this.use('spawn_agent', { title, prompt, type: 'general' }, { chat_id: child.id });
    return child.id;
  }

  /** The conversation was summarized to save context. */
  compact(summary: string): void {
    this.use('chat_summarized', { source: 'automatic' }, { summary });
  }

  /** The turn ends well. The head of the queue runs then. */
  finish(more: { readonly say?: string; readonly summary?: string } = {}): void {
    if (more.say !== undefined) this.say(more.say);
    if (more.summary !== undefined) this.#chat.lastTurnSummary = more.summary;
    endTurn(this.#state, this.#chat);
  }

  /** The turn fails. The queue stands still. */
  fail(error: Partial<ChatError> & { readonly message: string }): void {
    failTurn(this.#state, this.#chat, { retryable: false, ...error });
  }

  /** The worker lets go of an interrupted turn. */
  stop(): void {
    stopTurn(this.#state, this.#chat);
  }

  /** Calls a tool of the client that made the chat: the chat is in `requires_action`. Returns the call's id. */
  callClientTool(tool: string, args: unknown): string {
    const id = this.call(tool, args);
    this.#chat.openCalls = [...this.#chat.openCalls, id];
    this.#chat.status = 'requires_action';
    this.#state.touch(this.#chat);
    return id;
  }

  /** Asks for permission, as an agent on this machine. The options are `allow` and `reject` by default. */
  requestPermission(args: Readonly<Record<string, unknown>>): string {
    const id = nextToolCall();
    this.say({
      type: 'tool-call',
      tool_call_id: id,
      tool_name: 'request_permission',
      status: 'pending',
      args: {
        for: 'call_0',
        title: '',
        kind: 'execute',
        locations: [],
        diff: [],
        options: [
          { option_id: 'reject', name: 'Reject', kind: 'reject_once' },
          { option_id: 'allow', name: 'Allow once', kind: 'allow_once' },
        ],
        ...args,
      },
    });
    this.#chat.openCalls = [...this.#chat.openCalls, id];
    this.#chat.status = 'requires_action';
    this.#state.touch(this.#chat);
    return id;
  }

  /** The client did not answer a call of its tools in time. */
  timeOutClientTools(): void {
    continueTurn(this.#state, this.#chat);
  }

  /** The chat waits for a free place of the deployment, or stops waiting. Only GET of the one chat reports it. */
  waitForCapacity(waits = true): void {
    this.#chat.queuedForCapacity = waits;
    this.#state.changed(this.#chat);
  }

  /** The server generated a title. */
  retitle(title: string): void {
    this.#chat.title = title;
    this.#state.touch(this.#chat);
  }

  /** Sets the pull request of the chat, in the wire's field names. */
  pullRequest(fields: Readonly<Record<string, unknown>>): void {
    this.#chat.diffStatus = {
      url: `https://github.com/acme/auth/pull/${String(fields.pr_number ?? 812)}`,
      pull_request_state: 'open',
      pull_request_title: 'Pin the clock',
      pull_request_draft: false,
      changes_requested: false,
      additions: 41,
      deletions: 12,
      changed_files: 3,
      base_branch: 'main',
      head_branch: 'fix/clock',
      pr_number: 812,
      ...fields,
    };
    this.#state.changed(this.#chat);
  }

  /** Sets the diff that GET of the diff returns. */
  changeFiles(diff: string): void {
    this.#chat.diff = diff;
    this.#state.changed(this.#chat);
  }

  /** Binds the chat to a workspace. */
  useWorkspace(id: string): void {
    this.#chat.workspaceId = id;
    this.#state.touch(this.#chat);
  }

  #insert(role: MessageRow['role'], content: readonly Part[]): MessageRow {
    storeLive(this.#state, this.#chat);
    this.#chat.admitted = true;
    return this.#state.insertMessage(this.#chat, { role, content });
  }

  #mustPlan(): void {
    if (!this.#chat.planMode) throw new Error('Only a chat in plan mode asks questions.');
  }
}
