/**
 * Takes payment card numbers out of text before it is stored, shown or logged: 13 to 19 digits, spaces and dashes
 * allowed between them, that begin like an issuer's range and pass the Luhn check. The last four stay, so that a
 * person can still tell which card was meant.
 */
const candidate = /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d])/g;
/** Issuer identification ranges: Visa, Mastercard (both series), American Express, Discover, Diners, JCB, Maestro, UnionPay. */
const issuer =
  /^(4|5[1-5]|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)|3[47]|6(011|5|4[4-9])|3(0[0-5]|[689])|35(2[89]|[3-8]\d)|(50|5[6-9]|6)\d|62)/;

export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

export function removeCardNumbers(text: string): string {
  return text.replace(candidate, (match) => {
    const digits = match.replace(/\D/g, "");
    return issuer.test(digits) && passesLuhn(digits) ? `[card ending ${digits.slice(-4)}]` : match;
  });
}

/** The same through any JSON value, keys included. */
export function removeCardNumbersDeep<T>(value: T): T {
  if (typeof value === "string") return removeCardNumbers(value) as T;
  if (Array.isArray(value)) return value.map(removeCardNumbersDeep) as T;
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [removeCardNumbers(key), removeCardNumbersDeep(inner)]),
    ) as T;
  }
  return value;
}
