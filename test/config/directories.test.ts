import { statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createStateDirectory, directories } from '../../src/config/directories.ts';
import { temporaryDirectory } from '../support/local-server.ts';

describe('the directories', () => {
  const HOME = '/home/ada';

  test.each(['linux', 'darwin', 'freebsd'] as const)('on %s: by XDG, or its defaults', (platform) => {
    expect(directories({ HOME }, platform)).toEqual({
      config: '/home/ada/.config/taskdeck',
      state: '/home/ada/.local/state/taskdeck',
    });
    expect(directories({ HOME, XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }, platform)).toEqual({
      config: '/c/taskdeck',
      state: '/s/taskdeck',
    });
  });

  test('relative XDG paths are ignored, as the specification requires', () => {
    expect(directories({ HOME, XDG_STATE_HOME: 'state' }, 'linux').state).toBe(
      '/home/ada/.local/state/taskdeck',
    );
  });

  test('on Windows: in the folders for settings and for program data', () => {
    const profile = { USERPROFILE: '/ada' };
    expect(directories(profile, 'win32')).toEqual({
      config: '/ada/AppData/Roaming/taskdeck/Config',
      state: '/ada/AppData/Local/taskdeck/Log',
    });
    expect(directories({ ...profile, APPDATA: '/r', LOCALAPPDATA: '/l' }, 'win32')).toEqual({
      config: '/r/taskdeck/Config',
      state: '/l/taskdeck/Log',
    });
  });

  test("taskdeck's own variables have precedence", () => {
    const env = {
      HOME,
      XDG_CONFIG_HOME: '/c',
      TASKDECK_CONFIG_DIR: '/own/config',
      TASKDECK_STATE_DIR: 'own/state',
    };
    expect(directories(env, 'linux')).toEqual({ config: '/own/config', state: path.resolve('own/state') });
    expect(directories({ HOME, TASKDECK_STATE_DIR: '' }, 'linux').state).toBe(
      '/home/ada/.local/state/taskdeck',
    );
  });
});

test('the state directory is for its owner only', () => {
  const temporary = temporaryDirectory();
  try {
    const made = createStateDirectory(path.join(temporary.path, 'a', 'b'));
    expect(statSync(made).mode & 0o777).toBe(0o700);
    expect(createStateDirectory(made)).toBe(made);
  } finally {
    temporary.remove();
  }
});
