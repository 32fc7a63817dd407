/** Is there anything to answer? Blanks, signs and characters that nobody sees are no question. */
export const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
