/** The version of this taskdeck, from package.json; the build and the tests put it in. */
declare const TASKDECK_VERSION: string;
