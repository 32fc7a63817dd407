/** Only our own paths, so that a sign-in link cannot lead elsewhere; browsers drop tabs and line breaks before reading. */
export const ownPath = (path: string | undefined): string =>
  path && /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : "/";
