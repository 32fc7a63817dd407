/** An organization's short name, as it stands in addresses. */
export const slugPattern = /^[a-z0-9-]{1,60}$/;
/** What cannot be one need not be looked for. */
export const isSlug = (name: string): boolean => slugPattern.test(name);
