import { figures } from './figures.ts';
import type { Samples } from './statistics.ts';

type Grade = 'aim' | 'must' | 'missed';

/** A figure as it came out. */
export interface ReportLine {
  readonly title: string;
  readonly must: string;
  readonly aim: string;
  readonly measured: string;
  /** Empty where the stock program has nothing like it. */
  readonly stock: string;
  readonly verdict: Grade;
}

/** Every figure that was measured. */
export function reportLines(samples: Samples): ReportLine[] {
  return figures.flatMap((figure) => {
    const value = figure.measure(samples);
    if (Number.isNaN(value)) return [];
    const stock = figure.stock?.(samples) ?? Number.NaN;
    const write = (number: number): string => number.toFixed(figure.digits);
    // What is printed is what is judged.
    const measured = Number(write(value));
    return [
      {
        title: figure.title,
        must: String(figure.must),
        aim: String(figure.aim),
        measured: write(value),
        stock: Number.isNaN(stock) ? '' : write(stock),
        verdict: measured <= figure.aim ? 'aim' : measured <= figure.must ? 'must' : 'missed',
      },
    ];
  });
}

const HEAD = ['figure', 'must', 'aim', 'measured', 'stock Ink', 'verdict'];
const cells = ({ title, must, aim, measured, stock, verdict }: ReportLine): string[] => [
  title,
  must,
  aim,
  measured,
  stock,
  verdict,
];

/** For a terminal. */
export const plainTable = (lines: readonly ReportLine[]): string => table([HEAD, ...lines.map(cells)]);

/** Columns of equal width, all but the first one aligned to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

/** For a document. */
export function markdownTable(lines: readonly ReportLine[]): string {
  const row = (parts: readonly string[]): string => `| ${parts.join(' | ')} |`;
  return [
    row(HEAD),
    row(['---', ...HEAD.slice(1).map(() => '---:')]),
    ...lines.map((line) => row(cells(line))),
  ].join('\n');
}
