import type { Settings } from './settings.ts';

/** What holds where nothing is set. */
export const defaultSettings: Settings = {
  poll: { list: 5, transcript: 1 },
  notify: 'full',
  title: true,
  archive: true,
  mouse: false,
  open: [],
  ascii: false,
  screenReader: false,
  keys: {},
  views: {},
};
