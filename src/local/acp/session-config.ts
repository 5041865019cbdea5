import type { AcpAgent } from '../agents/acp-agent.ts';
import type { SessionSettings } from '../chats/session.ts';
import { applySettings } from './apply-settings.ts';
import { NO_OPTIONS, optionsIn, type SessionOptions } from './session-options.ts';

export interface SessionConfigOptions {
  readonly agent: AcpAgent;
  readonly request: (method: string, params: object) => Promise<unknown>;
  readonly notice: (text: string) => void;
  /** The agent changed an option by itself. */
  readonly changed: (options: SessionOptions, previous: SessionOptions) => void;
}

/** The mode, model and effort of a session: sets them, reads them back, and follows changes of the agent. */
export class SessionConfig {
  readonly #setup: SessionConfigOptions;
  #session = '';
  #options: SessionOptions = NO_OPTIONS;
  #defaults = { model: '', effort: '' };
  #isSetting = false;
  #modeUpdates = 0;
  #configured: Promise<unknown> = Promise.resolve();

  constructor(setup: SessionConfigOptions) {
    this.#setup = setup;
  }

  get options(): SessionOptions {
    return this.#options;
  }

  /** A session began or was continued. `result`: the answer to session/new, load or resume. */
  opened(session: string, result: unknown): void {
    this.#session = session;
    this.#options = optionsIn(result, NO_OPTIONS);
    this.#defaults = {
      model: this.#options.model?.current ?? '',
      effort: this.#options.effort?.current ?? '',
    };
  }

  /** See `applySettings`. Calls take effect one after the other. */
  apply(settings: SessionSettings): Promise<SessionSettings> {
    const { agent, notice } = this.#setup;
    const applied = this.#configured.then(() =>
      applySettings(
        {
          agent,
          notice,
          options: () => this.#options,
          defaults: this.#defaults,
          set: (option, value) => this.#set(option, value),
        },
        settings,
      ),
    );
    this.#configured = applied.catch(() => undefined);
    return applied;
  }

  /** The agent reports its mode. */
  modeReported(mode: string): void {
    this.#modeUpdates++;
    this.#follow(withCurrent(this.#options, 'mode', mode));
  }

  /** The agent reports its options. */
  optionsReported(configOptions: unknown): void {
    this.#follow(optionsIn({ configOptions }, this.#options));
  }

  #follow(options: SessionOptions): void {
    const previous = this.#options;
    this.#options = options;
    if (!this.#isSetting) this.#setup.changed(options, previous);
  }

  async #set(name: keyof SessionOptions, value: string): Promise<void> {
    const { request } = this.#setup;
    const configId = this.#options[name]?.configId ?? null;
    const session = { sessionId: this.#session };
    const modeUpdates = this.#modeUpdates;
    this.#isSetting = true;
    try {
      const result =
        configId !== null
          ? await request('session/set_config_option', { ...session, configId, value })
          : name === 'mode'
            ? await request('session/set_mode', { ...session, modeId: value })
            : await request('session/set_model', { ...session, modelId: value });
      const isReported = name === 'mode' && configId === null && this.#modeUpdates !== modeUpdates;
      const assumed = isReported ? this.#options : withCurrent(this.#options, name, value);
      this.#options = optionsIn(result, assumed);
    } finally {
      this.#isSetting = false;
    }
  }
}

const withCurrent = (options: SessionOptions, name: keyof SessionOptions, value: string): SessionOptions => ({
  ...options,
  [name]: { configId: null, choices: [], ...options[name], current: value },
});
