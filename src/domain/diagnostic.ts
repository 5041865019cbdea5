/** One result of `doctor`. Never holds a secret. */
export interface Diagnostic {
  /** Such as `server`. */
  readonly topic: string;
  readonly name: string;
  /** Untrusted text. */
  readonly value: string;
  /** False for a problem, null for neutral information. */
  readonly ok: boolean | null;
}
