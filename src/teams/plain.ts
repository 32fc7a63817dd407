/**
 * Texts of customers and agents are shown as written, never read as card mark-up: emphasis, links, lists, headings, or
 * the `{{DATE()}}` functions of cards. Source: Adaptive Cards, text features.
 */
export const plain = (value: string): string =>
  value
    .replace(/[\\*_~`[\]#>|]/g, "\\$&")
    .replace(/^([ \t]*)([-+=])(?=[\s=-]|$)/gm, "$1\\$2")
    .replace(/^([ \t]*\d{1,9})([.)])(?=\s|$)/gm, "$1\\$2")
    .replace(/\{(?=\{)/g, "{ ");
