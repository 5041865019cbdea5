import * as z from 'zod/mini';
import { MAX_NAME, OWN_COMMAND_OUTPUTS, type OwnCommand } from '../domain/own-command.ts';
import { displayWidth } from '../domain/text/width.ts';
import { programFrom, programSchema } from './hook-settings.ts';

const NAME_RULE = `must be a name of 1 to ${MAX_NAME} columns`;
const TIMEOUT_RULE = 'must be a number of seconds from 1 to 3600';
/** Seconds. */
const DEFAULT_TIMEOUT = 60;

const commandSchema = z.strictObject({
  key: z.optional(z.string('must be a key')),
  name: z
    .string(NAME_RULE)
    .check(z.refine((name) => name.trim() !== '' && displayWidth(name) <= MAX_NAME, NAME_RULE)),
  run: programSchema,
  in: z.optional(z.literal('directory', 'must be "directory", that of the task')),
  output: z.optional(
    z.enum(
      OWN_COMMAND_OUTPUTS,
      `must be one of ${OWN_COMMAND_OUTPUTS.map((each) => `"${each}"`).join(', ')}`,
    ),
  ),
  confirm: z.optional(z.boolean('must be true or false')),
  timeout: z.optional(
    z.number(TIMEOUT_RULE).check(z.minimum(1, TIMEOUT_RULE), z.maximum(3600, TIMEOUT_RULE)),
  ),
});

export const commandsSchema = z
  .array(commandSchema, 'must be a list of commands: [{ "key": …, "name": …, "run": … }]')
  .check(
    z.superRefine((commands, context) => {
      for (const [index, { name }] of commands.entries())
        if (commands.findIndex((each) => each.name === name) !== index)
          context.addIssue({
            code: 'custom',
            path: [index, 'name'],
            message: 'is the name of another command',
          });
    }),
  );

export const commandsFrom = (commands: z.infer<typeof commandsSchema> = []): readonly OwnCommand[] =>
  commands.map(
    ({ key, name, run, in: place, output = 'none', confirm = false, timeout = DEFAULT_TIMEOUT }) => ({
      key: key ?? null,
      name,
      program: programFrom(run),
      in: place ?? null,
      output,
      confirm,
      timeout,
    }),
  );

/** The fields of a command, for the correction of others. */
export const COMMAND_FIELDS: readonly string[] = ['key', 'name', 'run', 'in', 'output', 'confirm', 'timeout'];
