/** A program of the user's configuration. */
export type ConfiguredProgram =
  /** The program and its arguments. No shell reads them. */
  | { readonly kind: 'argv'; readonly argv: readonly string[] }
  /** A line for /bin/sh. No placeholder in it is replaced: names and links are untrusted. */
  | { readonly kind: 'shell'; readonly line: string };

/** The values of a task for a program: the names of their placeholders, and of their environment variables. */
const TASK_VALUES = {
  id: 'TASKDECK_ID',
  name: 'TASKDECK_NAME',
  title: 'TASKDECK_TITLE',
  owner: 'TASKDECK_OWNER',
  kind: 'TASKDECK_KIND',
  url: 'TASKDECK_URL',
  link: 'TASKDECK_LINK',
  dir: 'TASKDECK_DIR',
  phase: 'TASKDECK_PHASE',
  message: 'TASKDECK_MESSAGE',
  question: 'TASKDECK_QUESTION',
} as const;
export type TaskValue = keyof typeof TASK_VALUES;
export type TaskValues = Readonly<Record<TaskValue, string>>;

const PLACEHOLDER = /\{([a-z]+)\}/gu;

const isTaskValue = (name: string): name is TaskValue => name in TASK_VALUES;

/** The environment variables for a program. */
export const taskEnvironmentOf = (values: TaskValues): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(TASK_VALUES).map(([name, variable]) => [variable, values[name as TaskValue]]),
  );

/** The program and its arguments; each placeholder becomes one argument. */
export const argvOf = (program: ConfiguredProgram, values: TaskValues): readonly string[] =>
  program.kind === 'shell'
    ? ['/bin/sh', '-c', program.line]
    : program.argv.map((argument) => {
        const name = /^\{([a-z]+)\}$/u.exec(argument)?.[1] ?? '';
        // An argument ends at a NUL.
        return isTaskValue(name) ? values[name].replaceAll('\0', '') : argument;
      });

const PROGRAM_RULE = 'must be a program and its arguments: ["program", "{name}"], or a line for the shell';

/** Reads the setting `run`; a fault is the end of a sentence about it. */
export function parseProgram(
  value: unknown,
): { readonly program: ConfiguredProgram } | { readonly fault: string } {
  if (typeof value === 'string') {
    if (value.trim() === '' || value.includes('\0')) return { fault: PROGRAM_RULE };
    const fault = shellFault(value);
    return fault === null ? { program: { kind: 'shell', line: value } } : { fault };
  }
  if (!Array.isArray(value) || value.length === 0) return { fault: PROGRAM_RULE };
  const argv = value.filter((argument): argument is string => typeof argument === 'string');
  const [program = ''] = argv;
  if (argv.length < value.length || program === '' || argv.some((argument) => argument.includes('\0')))
    return { fault: PROGRAM_RULE };
  if (/^\{[a-z]+\}$/u.test(program))
    return { fault: 'must begin with a program: a value of a task is never run' };
  const fault = argv.map(argumentFault).find((each) => each !== null) ?? null;
  return fault === null ? { program: { kind: 'argv', argv } } : { fault };
}

/** `{name}` in a shell line would run what a task is named. */
function shellFault(line: string): string | null {
  for (const [placeholder, name = ''] of line.matchAll(PLACEHOLDER))
    if (isTaskValue(name) && line[line.indexOf(placeholder) - 1] !== '$')
      return `has ${placeholder} in a line for the shell, where it is not replaced. Write "$${TASK_VALUES[name]}", with the quotes`;
  return null;
}

function argumentFault(argument: string): string | null {
  for (const [placeholder, name = ''] of argument.matchAll(PLACEHOLDER)) {
    if (!isTaskValue(name)) continue;
    if (placeholder === argument) return null;
    return `has ${placeholder} inside a longer argument. Make it an argument of its own, or read ${TASK_VALUES[name]} from the environment`;
  }
  const unknown = /^\{([a-z]+)\}$/u.exec(argument)?.[0];
  return unknown === undefined
    ? null
    : `has ${unknown}, which is none of ${Object.keys(TASK_VALUES)
        .map((name) => `{${name}}`)
        .join(' ')}`;
}
