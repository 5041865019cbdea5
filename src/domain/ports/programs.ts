/** A program that runs without a terminal. */
export interface ProgramRun {
  /** The program and its arguments, not empty. No shell reads them. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For its standard input. */
  readonly input: string;
  /** Its process group is ended after this time, ms. */
  readonly timeoutMs: number;
  /** The output that is kept, UTF-16 units; the rest is dropped. */
  readonly maxOutput: number;
  /** Ends the process group. */
  readonly signal: AbortSignal;
}

/** The output is untrusted text. */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string; readonly errors: string }
  | {
      readonly kind: 'signal';
      readonly signal: string;
      readonly output: string;
      readonly errors: string;
    }
  | { readonly kind: 'timed-out'; readonly output: string; readonly errors: string }
  /** `code`: such as ENOENT. */
  | { readonly kind: 'not-started'; readonly code: string };
