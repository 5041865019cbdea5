import { useEffect, useRef } from 'react';
import { isTiny } from '../../store/geometry.ts';
import { useAppContext } from './app-context.ts';
import type { Region } from './regions.ts';

/** Makes a part of the screen one that the mouse acts on. */
export function useRegion(region: Region): void {
  const { regions } = useAppContext();
  const newest = useRef(region);
  newest.current = region;
  useEffect(() => regions.add(newest), [regions]);
}

/** Hands what the mouse does to the region under it. Nothing falls through to what is behind. */
export function useMouse(): void {
  const { context, regions, pointer } = useAppContext();
  const { store } = context;
  useEffect(
    () =>
      pointer?.listen((pointing) => {
        const { mouse, size, view, notice } = store.getState();
        if (!mouse || isTiny(size)) return;
        const region = regions.at(pointing, view.overlay !== null);
        if (region === undefined) return;
        if (pointing.kind !== 'click') return region.wheel?.(pointing.kind === 'wheel-up' ? -1 : 1);
        if (region.click === undefined) return;
        // As with a key: a remark has been read by then.
        if (notice !== null && notice.tone !== 'bad')
          store.dispatch({ type: 'notice-changed', notice: null });
        region.click(pointing.column - region.x, pointing.row - region.y);
      }),
    [pointer, regions, store],
  );
}
