import { codeLines, diffLines, languageLine } from './code.ts';
import { fitLine } from './fit.ts';
import type { ProseReader } from './prose.ts';
import type { Row } from './rich.ts';
import type { Section } from './sections.ts';

/** The rows of a section in `columns` columns; null for one that is shown as it is, as all prose is without a reader. */
export function sectionRows(
  section: Section,
  columns: number,
  prose: ProseReader | null,
): readonly Row[] | null {
  switch (section.kind) {
    case 'plain':
      return null;
    case 'prose':
      return prose?.(section.lines, columns) ?? null;
    case 'diff':
      return diffLines(section.lines).flatMap((line) => fitLine(line, columns));
    case 'code': {
      const { lines, language, indent, opens } = section;
      const label = opens && language !== '' ? [languageLine(language, indent)] : [];
      return [...label, ...codeLines(lines, { language, indent })].flatMap((line) => fitLine(line, columns));
    }
  }
}
