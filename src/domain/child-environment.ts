type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that hold secrets of a deployment: its session token, and what proxies in front of it want to see. */
const SECRET: ReadonlySet<string> = new Set(['CODER_SESSION_TOKEN', 'CODER_HEADER']);

/**
 * What a program that taskdeck starts may see of its environment: everything but the deployment's secrets. A pager, an
 * editor or an agent has no use for them, and whatever it starts in turn would have them too.
 */
export function childEnvironment(env: Environment): Record<string, string | undefined> {
  // Windows does not tell names apart by case.
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET.has(name.toUpperCase())));
}
