/** The version from package.json; the build and the tests define it. */
declare const TASKDECK_VERSION: string;
