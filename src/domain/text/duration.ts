const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const DURATION = /^(\d+(?:\.\d+)?)([smhdw])$/iu;

/** The ms of a duration such as `90s`, `1.5h` or `2w`; null for another text. */
export function parseDuration(text: string): number | null {
  const [, amount, unit = ''] = DURATION.exec(text) ?? [];
  return amount === undefined ? null : Number(amount) * (UNITS_MS[unit.toLowerCase()] ?? 0);
}
