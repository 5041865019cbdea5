import { figures } from './figures.ts';
import type { Samples } from './statistics.ts';

type Grade = 'aim' | 'must' | 'missed';

/** The result of a figure. */
export interface ReportLine {
  readonly title: string;
  readonly must: string;
  readonly aim: string;
  readonly measured: string;
  /** Empty if the stock program has no such value. */
  readonly stock: string;
  readonly verdict: Grade;
}

/** All measured figures. */
export function reportLines(samples: Samples): ReportLine[] {
  return figures.flatMap((figure) => {
    const value = figure.measure(samples);
    if (Number.isNaN(value)) return [];
    const stock = figure.stock?.(samples) ?? Number.NaN;
    const write = (number: number): string => number.toFixed(figure.digits);
    // Compares the rounded value, which is printed.
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
