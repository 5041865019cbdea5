import { BackendError } from '../domain/errors.ts';

/**
 * Why a server has no Tasks, by the version it gives. Tasks as taskdeck knows them came with 2.28, are off
 * by default in 2.36, and gone from 2.37 on.
 */
export function tasksUnavailable(version: string | null): BackendError {
  const [message, hint] = messageFor(version);
  return new BackendError({ kind: 'no-tasks', message, hint, status: 404, tookEffect: 'no' });
}

const LOCAL_HINT = 'With `taskdeck --local` tasks run on this machine.';

function messageFor(version: string | null): readonly [message: string, hint: string] {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  // Development builds call themselves 0.0.0.
  if (version === null || major === undefined || minor === undefined || major === '0') {
    return ['This server has no Tasks.', `It may be too old or too new for them. ${LOCAL_HINT}`];
  }
  const subject = `This server runs Coder ${major}.${minor}`;
  const versionNumber = Number(major) * 1000 + Number(minor);
  if (versionNumber < 2028) {
    return [
      `${subject}, which is too old for Tasks.`,
      `They came with 2.28: ask for an upgrade. ${LOCAL_HINT}`,
    ];
  }
  if (versionNumber < 2036) {
    return [
      `${subject}, which should have Tasks, but does not answer for them.`,
      `Check the URL, and what is in front of the server. ${LOCAL_HINT}`,
    ];
  }
  if (versionNumber === 2036) {
    return [
      `${subject}, where Tasks are switched off.`,
      `Who runs it can switch them on with CODER_ENABLE_AI_TASKS=true. ${LOCAL_HINT}`,
    ];
  }
  return [
    `${subject}, from which Tasks have been removed.`,
    `2.36 was the last version with them. ${LOCAL_HINT}`,
  ];
}
