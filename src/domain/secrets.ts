type Environment = Readonly<Record<string, string | undefined>>;

/** Shorter ones would take words out of any text. */
const SHORTEST = 8;

/** What must be written nowhere, of a deployment's token and of an environment: with it, the values of the headers for proxies. */
export function secretsOf(token: string, env: Environment): readonly string[] {
  const headers = (env.CODER_HEADER ?? '').split(/[,="]/u).map((part) => part.trim());
  return longEnough([token, env.CODER_SESSION_TOKEN?.trim() ?? '', ...headers]);
}

/** Those that are found again for what they are. */
export const longEnough = (secrets: readonly string[]): readonly string[] =>
  secrets.filter(({ length }) => length >= SHORTEST);

/** A text with `…` where these stood. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
