import type { Fact } from '../domain/fact.ts';

/** What the terminal says of itself, for `taskdeck doctor`. Nothing is written to it. */
export function terminalFacts(
  env: Readonly<Record<string, string | undefined>>,
  stdout: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number },
): readonly Fact[] {
  const fact = (name: string, value: string, ok: boolean | null = null): Fact => ({
    topic: 'terminal',
    name,
    value,
    ok,
  });
  const colors =
    (env.NO_COLOR ?? '') === '' ? (env.COLORTERM ?? 'the usual sixteen') : 'none, because NO_COLOR is set';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return [
    fact('type', env.TERM ?? 'not said'),
    stdout.isTTY === true
      ? fact('size', `${stdout.columns}x${stdout.rows}`)
      : fact('size', 'this is no terminal: the screen opens only in one'),
    fact('colours', colors),
    /utf-?8/i.test(locale)
      ? fact('characters', locale)
      : fact('characters', `${locale || 'no locale'}: lines and signs may look wrong without UTF-8`),
    ...(env.TMUX === undefined ? [] : [fact('inside', 'tmux')]),
    ...(env.SSH_CONNECTION === undefined ? [] : [fact('over', 'SSH')]),
  ];
}
