/** One thing that was found out about taskdeck and its surroundings. Never holds a secret. */
export interface Diagnostic {
  /** What it is about, such as `server`. */
  readonly topic: string;
  readonly name: string;
  /** Untrusted text. */
  readonly value: string;
  /** False when it keeps something from working; null when it is neither good nor bad. */
  readonly ok: boolean | null;
}
