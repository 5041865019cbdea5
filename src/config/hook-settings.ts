import * as z from 'zod/mini';
import { type ConfiguredProgram, parseProgram } from '../domain/configured-program.ts';
import type { Hook } from '../domain/hook.ts';
import { PHASES } from '../domain/phase.ts';

const TIMEOUT_RULE = 'must be a number of seconds from 1 to 600';
/** Seconds. */
const DEFAULT_TIMEOUT = 10;

/** A program and its arguments, or a line for the shell. */
export const programSchema = z.unknown().check(
  z.superRefine((value, context) => {
    const parsed = parseProgram(value);
    if ('fault' in parsed) context.addIssue({ code: 'custom', message: parsed.fault });
  }),
);

/** The program of a value that `programSchema` has accepted. */
export function programFrom(value: unknown): ConfiguredProgram {
  const parsed = parseProgram(value);
  if ('fault' in parsed) throw new TypeError(parsed.fault);
  return parsed.program;
}

const hookSchema = z
  .strictObject({
    on: z.enum(['phase', 'needs-you'], 'must be "phase" or "needs-you"'),
    phases: z.optional(
      z.array(z.enum(PHASES, `must be one of ${PHASES.join(', ')}`), 'must be a list of phases'),
    ),
    run: programSchema,
    timeout: z.optional(
      z.number(TIMEOUT_RULE).check(z.minimum(1, TIMEOUT_RULE), z.maximum(600, TIMEOUT_RULE)),
    ),
  })
  .check(
    z.superRefine(({ on, phases }, context) => {
      if (on === 'needs-you' && phases !== undefined)
        context.addIssue({ code: 'custom', path: ['phases'], message: 'belongs to "on": "phase"' });
    }),
  );

export const hooksSchema = z.array(hookSchema, 'must be a list of hooks: [{ "on": …, "run": … }]');

export const hooksFrom = (hooks: z.infer<typeof hooksSchema> = []): readonly Hook[] =>
  hooks.map(({ on, phases = [], run, timeout = DEFAULT_TIMEOUT }) => ({
    on,
    phases,
    program: programFrom(run),
    timeout,
  }));

/** The fields of a hook, for the correction of others. */
export const HOOK_FIELDS: readonly string[] = ['on', 'phases', 'run', 'timeout'];
