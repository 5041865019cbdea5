/** The result of a step of an agent's run. */
export interface StepResult {
  readonly name: string;
  readonly ms: number;
  /** Text about what the step found, maybe empty; null if the step failed. */
  readonly finding: string | null;
  /** Why it failed. */
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

interface StepOptions {
  /** Without it the next steps make no sense, and fail. */
  readonly isEssential?: boolean;
  /** It runs also after an essential step has failed. */
  readonly isAlways?: boolean;
}

/** Runs the steps of one agent one after the other. Other steps than essential ones may fail. */
export class Steps {
  readonly results: StepResult[] = [];
  readonly #log: (line: string) => void;
  #missing: string | null = null;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  get failed(): readonly StepResult[] {
    return this.results.filter(({ finding }) => finding === null);
  }

  /** Runs a step that resolves to what it found, such as the time of an answer; '' if there is nothing to say. */
  async run(
    name: string,
    step: () => Promise<string>,
    { isEssential = false, isAlways = false }: StepOptions = {},
  ): Promise<void> {
    const begun = performance.now();
    const missing = isAlways ? null : this.#missing;
    const result =
      missing === null ? await attempt(step) : { finding: null, failure: `needs the step: ${missing}` };
    const ms = Math.round(performance.now() - begun);
    this.results.push({ name, ms, ...result });
    if (result.finding === null && isEssential) this.#missing ??= name;
    const { finding, failure } = result;
    const word = finding === null ? 'FAILED' : 'ok';
    this.#log(`  ${word} ${name} (${ms} ms)${finding ? `: ${finding}` : ''}`);
    if (failure !== undefined) this.#log(failure.replaceAll(/^/gmu, '    '));
  }
}

async function attempt(step: () => Promise<string>): Promise<Pick<StepResult, 'finding' | 'failure'>> {
  try {
    return { finding: await step() };
  } catch (error) {
    return { finding: null, failure: failureText(error) };
  }
}

function failureText(error: unknown): string {
  if (error instanceof StepFailed) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
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
