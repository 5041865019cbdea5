/** The result of a step of an agent's run. */
export interface StepResult {
  readonly name: string;
  readonly ms: number;
  /** Null if the step failed. */
  readonly finding: string | null;
  readonly failure?: string;
}

/** Thrown by a step whose agent did not do what it had to do. */
class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** Throws StepFailed with the message unless the condition holds. */
export function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new StepFailed(message);
}

/** Runs the steps of one agent one after the other. A failed step does not keep the next ones from running. */
export class Steps {
  readonly results: StepResult[] = [];
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Runs a step that resolves to what it found, such as the time of an answer; '' if there is nothing to say. */
  async run(name: string, step: () => Promise<string>): Promise<void> {
    const begun = performance.now();
    const elapsed = (): number => Math.round(performance.now() - begun);
    try {
      const finding = await step();
      this.results.push({ name, ms: elapsed(), finding });
    } catch (error) {
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.results.push({ name, ms: elapsed(), finding: null, failure });
    }
    const { ms, finding, failure } = this.results.at(-1) as StepResult;
    this.#log(
      `  ${finding === null ? 'FAILED' : 'ok'} ${name} (${ms} ms)${finding ? `: ${finding}` : ''}${failure ? `\n${failure}` : ''}`,
    );
  }
}

/** Resolves to the first value that is not undefined; asks again every 50 ms. Rejects with StepFailed after `timeoutMs`. */
export async function until<T>(
  what: string,
  find: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    check(performance.now() < deadline, `${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
