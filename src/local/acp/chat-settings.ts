import type { ChatTurn, PermissionRequest, SessionSettings } from '../chats/session.ts';
import type { LiveSession } from './live-session.ts';
import type { SessionOptions } from './session-options.ts';
import type { SessionContext } from './session-start.ts';
import { changedSettings, followedSettings } from './settings-changes.ts';

/** The settings of a chat as its agent has them. Reports changes to the listener. */
export class ChatSettings {
  readonly #id: string;
  readonly #setup: SessionContext;
  #current: SessionSettings | null = null;

  constructor(id: string, setup: SessionContext) {
    this.#id = id;
    this.#setup = setup;
  }

  /** The user's choice, which no session has yet. */
  choose(settings: SessionSettings): void {
    this.#current = settings;
  }

  /** Applies the settings to the session of a turn. Rejects as `applySettings` does. */
  async apply(live: LiveSession, turn: ChatTurn): Promise<void> {
    // The user may have changed them since the turn began.
    const wanted = this.#current ?? turn.settings;
    const before = live.config.options;
    const applied = await live.config.apply(wanted);
    this.#current = applied;
    const changed = changedSettings(wanted, applied);
    if (changed !== null) this.#setup.listener.settings(this.#id, changed);
    if (live.config.options !== before) this.reportSession(live);
  }

  /** Applies settings that the user changed. Reports a refusal as a notice. */
  configure(live: LiveSession, settings: SessionSettings): void {
    this.#current = settings;
    const { listener } = this.#setup;
    live.config.apply(settings).then(
      (applied) => {
        this.#current = applied;
        listener.settings(this.#id, applied);
        this.reportSession(live);
      },
      (error: unknown) => {
        if (live.hasExited) return;
        const text = error instanceof Error ? error.message : String(error);
        listener.update(this.#id, { type: 'notice', text });
      },
    );
  }

  /** Follows a change that the agent made by itself. */
  follow({ agent, settings }: ChatTurn, options: SessionOptions, previous: SessionOptions): void {
    const { listener } = this.#setup;
    const current = this.#current ?? settings;
    const followed = followedSettings(agent, current, options, previous);
    if (followed.settings !== null) {
      this.#current = { ...current, ...followed.settings };
      listener.settings(this.#id, followed.settings);
    }
    if (followed.notice !== null) listener.update(this.#id, { type: 'notice', text: followed.notice });
  }

  /** See SessionContext. */
  decide({ chatId, agent, settings }: ChatTurn, request: PermissionRequest): string | null {
    return this.#setup.decide({ chatId, agent, settings: this.#current ?? settings }, request);
  }

  /** Reports the session and its choices. */
  reportSession(live: LiveSession): void {
    this.#setup.listener.session(this.#id, live.stored, live.offer);
  }
}
