/** In lower case, without accents. */
export const withoutAccents = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Letters that are no others with a mark on them, as people write them who cannot type them (also in 0024_letters.sql). */
const written: Record<string, string> = {
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  ħ: "h",
  ŧ: "t",
  ı: "i",
  æ: "ae",
  œ: "oe",
  ß: "ss",
  þ: "th",
};
const letters = new RegExp(`[${Object.keys(written).join("")}]`, "g");

/** How words are compared that people look for: "Łukasz Strauß" and "lukasz strauss" are one. */
export const fold = (text: string): string =>
  withoutAccents(text).replace(letters, (letter) => written[letter] ?? letter);
