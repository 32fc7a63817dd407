/** What an answer is found by, and what is taken out of it before it is kept. Pure. */
import { removeCardNumbers } from "../context/redact.ts";
import { fold } from "../identity/letters.ts";

/** Beginnings of words, so that "invoices" finds "invoice" in the languages that we speak. */
const stemLength = 6;
const shortest = 3;
const wordsMax = 200;

export function stemsOf(text: string): string[] {
  const words = fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= shortest);
  return [...new Set(words.map((word) => word.slice(0, stemLength)))].slice(0, wordsMax);
}

const email = /[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+/g;
/** Seven digits and more, as phone, account and order numbers have, with whatever stands between them. */
const longNumber = /\+?\d(?:[\s().\-/]?\d){6,}/g;

export const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Takes out what belongs to one customer: card numbers, e-mail addresses, long numbers, and the texts given (their name,
 * what was masked). A person approves what is left; this is the net below them.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const names = secrets
    .flatMap((secret) => [secret.trim(), ...secret.trim().split(/\s+/)])
    .filter((part) => part.length >= shortest)
    .sort((a, b) => b.length - a.length);
  const named = names.length
    ? new RegExp(`(?<![\\p{L}\\p{N}])(?:${names.map(literally).join("|")})(?![\\p{L}\\p{N}])`, "giu")
    : undefined;
  const plain = named ? text.replace(named, "…") : text;
  return removeCardNumbers(plain).replace(email, "…").replace(longNumber, "…").trim();
}
