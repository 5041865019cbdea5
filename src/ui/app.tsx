import { Box, useInput, usePaste } from 'ink';
import type { ReactNode } from 'react';
import type { CommandContext } from '../commands/command.ts';
import { dispatchKey, paste } from '../commands/dispatch-key.ts';
import { footerHints } from '../commands/footer-hints.ts';
import { helpWindow } from '../commands/help.ts';
import { clickFooterKey, clickModal, wheelModal } from '../commands/mouse-actions.ts';
import type { State } from '../store/state.ts';
import { footerKeyAt, footerLine } from '../view/bars/footer-line.ts';
import { headerLine } from '../view/bars/header-line.ts';
import { noticeLines } from '../view/bars/notice-lines.ts';
import { tooSmallLines } from '../view/bars/too-small.ts';
import { type Extent, FRAME_SIZE, type Geometry } from '../view/layout/geometry.ts';
import { screenLayout } from '../view/layout/screen-layout.ts';
import { type Modal, modalOf } from '../view/overlays/modal.ts';
import { frame } from '../view/rows/frame.ts';
import { useAppContext, useStoreState } from './hooks/app-context.ts';
import { keyPress } from './hooks/key-press.ts';
import { useMouse, useRegion } from './hooks/mouse.ts';
import { BulkPane } from './overlays/bulk-pane.tsx';
import { DiffPane } from './overlays/diff-pane.tsx';
import { FindPane } from './overlays/find-pane.tsx';
import { FormPane } from './overlays/form-pane.tsx';
import { OwnerPicker } from './overlays/owner-picker.tsx';
import { Picker, type PickerPlacement } from './overlays/picker.tsx';
import { DetailPane } from './panes/detail-pane.tsx';
import { ListPane } from './panes/list-pane.tsx';
import { PromptBar } from './panes/prompt-bar.tsx';
import { Lines } from './widgets/lines.tsx';

type VisibleLayout = Exclude<Geometry, { readonly kind: 'tiny' }>;

/** The minimum for a palette with title, reason and keys in one row, in columns with the frame. */
const MIN_PALETTE_COLUMNS = 72;
/** The minimum for a menu below the list, in rows with the frame. */
const MIN_MENU_ROWS = 10;

const HEADER_ROWS = 1;
const FOOTER_ROWS = 1;

/** The whole screen, of exactly the terminal's size. */
export function App() {
  const state = useStoreState();
  const { context, theme } = useAppContext();
  useKeys(context);
  useMouse();
  const { columns, rows } = state.size;
  const where = screenLayout(state);
  if (where.kind === 'tiny')
    return <Lines lines={tooSmallLines(state, theme)} width={columns} height={rows} />;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Lines lines={[headerLine(state, theme)]} width={columns} height={HEADER_ROWS} />
      <MainArea state={state} where={where} />
      <Lines lines={noticeLines(state, theme)} width={columns} height={where.notice} />
      {where.prompt.height > 0 && (
        <PromptBar state={state} extent={where.prompt} row={HEADER_ROWS + where.body.height + where.notice} />
      )}
      <Footer state={state} />
    </Box>
  );
}

/** The keys that can be pressed or clicked now, also those of an open overlay. */
function Footer({ state }: { readonly state: State }) {
  const { context, theme } = useAppContext();
  const { columns, rows } = state.size;
  const hints = footerHints(state);
  useRegion({
    x: 0,
    y: rows - FOOTER_ROWS,
    width: columns,
    height: FOOTER_ROWS,
    onTop: state.view.overlay !== null,
    click(column) {
      const key = footerKeyAt(hints, columns, theme, column);
      if (key !== null) clickFooterKey(context, key);
    },
  });
  return <Lines lines={[footerLine(hints, columns, theme)]} width={columns} height={FOOTER_ROWS} />;
}

/** Sends every key to the command registry. */
function useKeys(context: CommandContext): void {
  useInput((input, key) => {
    const pressed = keyPress(input, key);
    if (pressed !== null) dispatchKey(context, pressed.name, pressed.text, pressed.byWheel);
  });
  usePaste((text) => paste(context, text));
}

/** Menus that replace the task pane, or the list if there is only one pane. */
const PICKERS = new Map<string | undefined, (props: PickerPlacement) => ReactNode>([
  ['places', Picker],
  ['views', Picker],
  ['owners', OwnerPicker],
  ['groups', Picker],
  ['links', Picker],
  ['columns', Picker],
  ['copy', Picker],
  ['palette', Picker],
  ['find', FindPane],
  ['mode', Picker],
  ['workspace', Picker],
  ['snooze', Picker],
  ['confirm-bulk', BulkPane],
]);

/** The area between header and prompt: the panes or the overlay over them. */
function MainArea({ state, where }: { readonly state: State; readonly where: VisibleLayout }) {
  const { theme } = useAppContext();
  const { width, height } = where.body;
  if (state.view.openForm !== null) return <FormPane state={state} extent={where.body} y={HEADER_ROWS} />;
  const Picking = PICKERS.get(state.view.overlay?.kind);
  const modal =
    Picking === undefined
      ? modalOf(state, helpWindow(state), theme, width - FRAME_SIZE, height - FRAME_SIZE)
      : null;
  if (modal !== null) {
    return <ModalView modal={modal} state={state} width={width} height={height} />;
  }
  if (state.view.openDiff !== null && Picking === undefined)
    return <DiffPane state={state} extent={where.body} y={HEADER_ROWS} />;
  const isMenuBesideList = Picking !== undefined && hasRoomForMenu(state, where);
  const hasList = Picking === undefined || isMenuBesideList;
  const list = hasList ? where.list : null;
  const other = hasList ? where.detail : where.body;
  const isStacked = where.kind === 'stacked';
  const x = isStacked ? 0 : (list?.width ?? 0);
  const y = HEADER_ROWS + (isStacked ? (list?.height ?? 0) : 0);
  const Other = Picking ?? DetailPane;
  return (
    <Box width={width} height={height} flexShrink={0} flexDirection={isStacked ? 'column' : 'row'}>
      {list !== null && <ListPane state={state} extent={list} row={HEADER_ROWS} />}
      {other !== null && <Other state={state} extent={other} x={x} y={y} />}
    </Box>
  );
}

/** Whether a menu fits in the place of the task; otherwise it covers the list, too. */
function hasRoomForMenu({ view, listFreshness }: State, { kind, detail }: VisibleLayout): boolean {
  // Before the list has loaded there is nothing to show beside the menu.
  if (kind === 'narrow' || detail === null || listFreshness.requestedAt === null) return false;
  if (kind === 'stacked' && detail.height < MIN_MENU_ROWS) return false;
  const menu = view.overlay?.kind;
  return menu !== 'find' && (menu !== 'palette' || detail.width >= MIN_PALETTE_COLUMNS);
}

interface ModalViewProps extends Extent {
  readonly modal: Modal;
  readonly state: State;
}

function ModalView({ modal, state, width, height }: ModalViewProps) {
  const { context, theme } = useAppContext();
  useRegion({
    x: 0,
    y: HEADER_ROWS,
    width,
    height,
    onTop: state.view.overlay !== null,
    click: (_, row) => clickModal(context, row - 1, height - FRAME_SIZE),
    wheel: (step) => wheelModal(context, step),
  });
  return (
    <Lines
      lines={frame(modal.lines, { ...modal, focused: true, width, height }, theme)}
      width={width}
      height={height}
    />
  );
}
