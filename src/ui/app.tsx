import { Box, Text } from 'ink';
import type { Geometry } from '../store/geometry.ts';
import { noticeLines, screen } from '../store/screen.ts';
import type { State } from '../store/state.ts';
import { useDeck, useStoreState } from './hooks/deck.ts';
import { useKeys } from './hooks/use-keys.ts';
import { helpLines } from './overlays/help-lines.ts';
import { outboxLines } from './overlays/outbox-lines.ts';
import { TemplatePicker } from './overlays/template-picker.tsx';
import { DetailPane } from './panes/detail-pane.tsx';
import { footerLine } from './panes/footer-line.ts';
import { headerLine } from './panes/header-line.ts';
import { ListPane } from './panes/list-pane.tsx';
import { problemLines } from './panes/problem-lines.ts';
import { NoticeLines, PromptBar } from './panes/prompt-bar.tsx';
import type { Theme } from './theme.ts';
import { frame } from './widgets/frame.ts';
import { Lines } from './widgets/lines.tsx';

type Shown = Exclude<Geometry, { readonly kind: 'tiny' }>;

/** The whole screen: exactly as many rows and columns as the terminal has, never one more. */
export function App() {
  const state = useStoreState();
  const { context, theme } = useDeck();
  useKeys(context);
  const { columns, rows } = state.size;
  const where = screen(state);
  if (where.kind === 'tiny') {
    return (
      <Box width={columns} height={rows} overflow="hidden">
        <Text wrap="truncate">taskdeck needs 40x10; this is {`${columns}x${rows}`}.</Text>
      </Box>
    );
  }
  const notice = noticeLines(state);
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Lines lines={[headerLine(state, theme)]} width={columns} height={1} />
      <Body state={state} where={where} />
      <NoticeLines lines={notice} bad={state.notice?.tone === 'bad'} width={columns} />
      <PromptBar state={state} extent={where.prompt} row={1 + where.body.height + where.notice} />
      <Lines lines={[footerLine(state, theme)]} width={columns} height={1} />
    </Box>
  );
}

/** What stands between header and prompt: the panes, or what covers them. */
function Body({ state, where }: { readonly state: State; readonly where: Shown }) {
  const { theme } = useDeck();
  const { width, height } = where.body;
  const cover = coverOf(state, theme, width - 2, height - 2);
  if (cover !== null) {
    return (
      <Lines
        lines={frame(cover.lines, { title: cover.title, focused: true, width, height }, theme)}
        width={width}
        height={height}
      />
    );
  }
  const picking = state.view.overlay?.kind === 'templates';
  return (
    <Box width={width} height={height} flexShrink={0}>
      {where.list !== null && (!picking || where.detail !== null) && (
        <ListPane state={state} extent={where.list} />
      )}
      {picking ? (
        <TemplatePicker state={state} extent={where.detail ?? where.body} />
      ) : (
        where.detail !== null && <DetailPane state={state} extent={where.detail} />
      )}
    </Box>
  );
}

/** Lines that cover both panes; null while the panes are to be seen. */
function coverOf(
  state: State,
  theme: Theme,
  width: number,
  height: number,
): { title: string; lines: readonly string[] } | null {
  const { overlay } = state.view;
  if (overlay?.kind === 'help') {
    const lines = helpLines(state, theme, width);
    const top = Math.min(overlay.top, Math.max(0, lines.length - height));
    return { title: 'Keys', lines: lines.slice(top, top + height) };
  }
  if (overlay?.kind === 'outbox')
    return { title: 'Outbox', lines: outboxLines(state, overlay.index, theme, width) };
  return state.list.at === null ? { title: 'Tasks', lines: problemLines(state, theme, width) } : null;
}
