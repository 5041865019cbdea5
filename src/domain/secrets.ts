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

/** A field of JSON, a header, a form or a query whose name says that its value is a secret. */
const NAMED_SECRET =
  /((?:token|secret|password|passwd|cookie|credential|api[_-]?key|authorization)["']?\s*[:=]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"'&,;<>}]+/giu;
const BEARER = /\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}/giu;
/** The user and password of a URL. */
const URL_LOGIN = /(:\/\/)[^/\s@"']+@/gu;

/** Replaces what looks like a secret by `…`: values of fields and headers with such a name, and the login of URLs. */
export const redactCredentials = (text: string): string =>
  text.replace(NAMED_SECRET, '$1…').replace(BEARER, '$1…').replace(URL_LOGIN, '$1…@');
