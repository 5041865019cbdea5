/** Environment variables, handed in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable without blanks around it; undefined when nothing is left. */
export function variable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
