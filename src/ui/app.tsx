import { Box } from 'ink';
import { clickCover, wheelCover } from '../commands/pointing.ts';
import { type Extent, FRAME, type Geometry } from '../store/geometry.ts';
import { screen } from '../store/screen.ts';
import type { State } from '../store/state.ts';
import { useDeck, useStoreState } from './hooks/deck.ts';
import { useMouse, useRegion } from './hooks/mouse.ts';
import { useKeys } from './hooks/use-keys.ts';
import { type Cover, coverOf } from './overlays/cover.ts';
import { FormPane } from './overlays/form-pane.tsx';
import { OwnerPicker } from './overlays/owner-picker.tsx';
import { Palette } from './overlays/palette.tsx';
import { PlacePicker } from './overlays/place-picker.tsx';
import { SeveralPane } from './overlays/several-pane.tsx';
import { DetailPane } from './panes/detail-pane.tsx';
import { footerLine } from './panes/footer-line.ts';
import { headerLine } from './panes/header-line.ts';
import { ListPane } from './panes/list-pane.tsx';
import { noticeLines } from './panes/notice-lines.ts';
import { PromptBar } from './panes/prompt-bar.tsx';
import { tinyLines } from './panes/tiny-lines.ts';
import { frame } from './widgets/frame.ts';
import { Lines } from './widgets/lines.tsx';

type Shown = Exclude<Geometry, { readonly kind: 'tiny' }>;

/** Columns of a palette that shows title, reason and keys of a command in one row, frame included. */
const PALETTE = 72;

/** Rows above the panes. */
const HEADER = 1;

/** The whole screen: exactly as many rows and columns as the terminal has, never one more. */
export function App() {
  const state = useStoreState();
  const { context, theme } = useDeck();
  useKeys(context);
  useMouse();
  const { columns, rows } = state.size;
  const where = screen(state);
  if (where.kind === 'tiny') return <Lines lines={tinyLines(state, theme)} width={columns} height={rows} />;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Lines lines={[headerLine(state, theme)]} width={columns} height={HEADER} />
      <Body state={state} where={where} />
      <Lines lines={noticeLines(state, theme)} width={columns} height={where.notice} />
      {where.prompt.height > 0 && (
        <PromptBar state={state} extent={where.prompt} row={HEADER + where.body.height + where.notice} />
      )}
      <Lines lines={[footerLine(state, theme)]} width={columns} height={1} />
    </Box>
  );
}

/** Menus that stand in the place of the task, or of the list where there is one pane. */
const PICKERS = new Map<string | undefined, typeof PlacePicker>([
  ['places', PlacePicker],
  ['owners', OwnerPicker],
  ['palette', Palette],
  ['confirm-several', SeveralPane],
]);

/** What stands between header and prompt: the panes, or what covers them. */
function Body({ state, where }: { readonly state: State; readonly where: Shown }) {
  const { theme } = useDeck();
  const { width, height } = where.body;
  if (state.view.composing !== null) return <FormPane state={state} extent={where.body} y={HEADER} />;
  const Picking = PICKERS.get(state.view.overlay?.kind);
  const cover = Picking === undefined ? coverOf(state, theme, width - FRAME, height - FRAME) : null;
  if (cover !== null) {
    return <Covered cover={cover} state={state} width={width} height={height} />;
  }
  // There is no list to keep in sight before the server has told one.
  const right = where.kind === 'wide' && state.list.at !== null ? where.detail : null;
  // The rows of the palette need more columns than the pane beside the list has on most screens.
  const besideList = state.view.overlay?.kind === 'palette' && (right?.width ?? 0) < PALETTE ? null : right;
  const left = (Picking === undefined ? right : besideList) === null ? 0 : (where.list?.width ?? 0);
  return (
    <Box width={width} height={height} flexShrink={0}>
      {where.list !== null && (Picking === undefined || besideList !== null) && (
        <ListPane state={state} extent={where.list} row={HEADER} />
      )}
      {Picking !== undefined ? (
        <Picking state={state} extent={besideList ?? where.body} x={left} y={HEADER} />
      ) : (
        where.detail !== null && <DetailPane state={state} extent={where.detail} x={left} y={HEADER} />
      )}
    </Box>
  );
}

interface CoveredProps extends Extent {
  readonly cover: Cover;
  readonly state: State;
}

function Covered({ cover, state, width, height }: CoveredProps) {
  const { context, theme } = useDeck();
  useRegion({
    x: 0,
    y: HEADER,
    width,
    height,
    onTop: state.view.overlay !== null,
    click: (_, row) => clickCover(context, row - 1, height - FRAME),
    wheel: (step) => wheelCover(context, step),
  });
  return (
    <Lines
      lines={frame(cover.lines, { ...cover, focused: true, width, height }, theme)}
      width={width}
      height={height}
    />
  );
}
