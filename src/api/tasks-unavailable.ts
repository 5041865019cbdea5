import { BackendError } from '../domain/errors.ts';

/**
 * The error for a server without Tasks. Coder has them since 2.28, off by default in 2.36, and removed them in 2.37.
 */
export function tasksUnavailable(version: string | null): BackendError {
  const [message, hint] = messageFor(version);
  return new BackendError({ kind: 'no-tasks', message, hint, status: 404, tookEffect: 'no' });
}

const LOCAL_HINT = 'To run tasks on this machine, use `taskdeck --local`.';

function messageFor(version: string | null): readonly [message: string, hint: string] {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  // Development builds have the version 0.0.0.
  if (version === null || major === undefined || minor === undefined || major === '0') {
    return ['This server has no Tasks.', `It may be too old or too new. ${LOCAL_HINT}`];
  }
  const subject = `This server runs Coder ${major}.${minor}`;
  const versionNumber = Number(major) * 1000 + Number(minor);
  if (versionNumber < 2028) {
    return [`${subject}, which is too old for Tasks.`, `Tasks need Coder 2.28 or newer. ${LOCAL_HINT}`];
  }
  if (versionNumber < 2036) {
    return [
      `${subject}, but does not answer requests for Tasks.`,
      `Check the URL, and the proxies in front of the server. ${LOCAL_HINT}`,
    ];
  }
  if (versionNumber === 2036) {
    return [
      `${subject}, where Tasks are turned off.`,
      `An administrator can turn them on with CODER_ENABLE_AI_TASKS=true. ${LOCAL_HINT}`,
    ];
  }
  return [
    `${subject}, which no longer has Tasks.`,
    `Coder 2.36 was the last version with Tasks. ${LOCAL_HINT}`,
  ];
}
