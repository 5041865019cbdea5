type Environment = Readonly<Record<string, string | undefined>>;

/** Shorter secrets would match parts of normal text; characters. */
const MIN_LENGTH = 8;

/** The secrets that must never be written: the token, the environment's token, and the values of proxy headers. */
export function collectSecrets(token: string, env: Environment): readonly string[] {
  const headers = (env.CODER_HEADER ?? '').split(/[,="]/u).map((part) => part.trim());
  return redactable([token, env.CODER_SESSION_TOKEN?.trim() ?? '', ...headers]);
}

/** The secrets that are long enough to be redacted. */
export const redactable = (secrets: readonly string[]): readonly string[] =>
  secrets.filter(({ length }) => length >= MIN_LENGTH);

/** Replaces the secrets by `…`. */
export const redactSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '…'), text);
