type Environment = Readonly<Record<string, string | undefined>>;

/** Shorter ones would take words out of any text. */
const MIN_LENGTH = 8;

/** What must be written nowhere, of a deployment's token and of an environment: with it, the values of the headers for proxies. */
export function collectSecrets(token: string, env: Environment): readonly string[] {
  const headers = (env.CODER_HEADER ?? '').split(/[,="]/u).map((part) => part.trim());
  return redactable([token, env.CODER_SESSION_TOKEN?.trim() ?? '', ...headers]);
}

/** Those that are found again for what they are. */
export const redactable = (secrets: readonly string[]): readonly string[] =>
  secrets.filter(({ length }) => length >= MIN_LENGTH);

/** A text with `…` where these stood. */
export const redactSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '…'), text);
