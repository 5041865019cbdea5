import { codeLines, diffLines, languageLine } from './code.ts';
import type { ProseRenderer } from './prose.ts';
import type { Section } from './sections.ts';
import type { StyledRow } from './styled-text.ts';
import { wrapStyledLine } from './wrap-line.ts';

/**
 * The rows of a section in `columns` columns; null for text that is shown unchanged: plain sections, and prose without
 * a renderer.
 */
export function sectionRows(
  section: Section,
  columns: number,
  renderProse: ProseRenderer | null,
): readonly StyledRow[] | null {
  switch (section.kind) {
    case 'plain':
      return null;
    case 'prose':
      return renderProse?.(section.lines, columns) ?? null;
    case 'diff':
      return diffLines(section.lines).flatMap((line) => wrapStyledLine(line, columns));
    case 'code': {
      const { lines, language, indent, opens } = section;
      const label = opens && language !== '' ? [languageLine(language, indent)] : [];
      return [...label, ...codeLines(lines, { language, indent })].flatMap((line) =>
        wrapStyledLine(line, columns),
      );
    }
  }
}
