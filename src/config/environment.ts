export type Environment = Readonly<Record<string, string | undefined>>;

/** The trimmed value of a variable; undefined when empty. */
export function variable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
