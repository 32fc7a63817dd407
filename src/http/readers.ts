import type { Actor } from "../ctx.ts";
import type { Topic } from "../jobs/queue.ts";

export type Reader = {
  tenantId: string;
  actor: Actor;
  /** Only these people's presence, when the screen says so. */
  people: Set<string> | undefined;
  /** The latest of each thing that still has to go out; a slow reader gets the last value, not the history. */
  waiting: Map<string, { topic: Topic; data: string }>;
  /** Everything up to here has gone out or waits. */
  cursor: string;
  /** Has yet to be given what happened since its cursor. */
  isBehind: boolean;
  controller: ReadableStreamDefaultController<Uint8Array>;
};

/** What is written for one reader and not yet on its way. */
export const bufferBytesMax = 16 * 1024;
const encoder = new TextEncoder();
export const say = (reader: Reader, text: string) => reader.controller.enqueue(encoder.encode(text));
export const hasRoom = (reader: Reader) => (reader.controller.desiredSize ?? 0) > 0;

/**
 * Sends what waits in one piece, as far as the reader keeps up. Only what ends with nothing waiting moves the reader's
 * place.
 */
export function flush(reader: Reader): void {
  if (reader.waiting.size === 0) return;
  const room = reader.controller.desiredSize ?? 0;
  let text = "";
  for (const [key, event] of reader.waiting) {
    if (text.length >= room) break;
    reader.waiting.delete(key);
    const id = reader.waiting.size === 0 ? `id: ${reader.cursor}\n` : "";
    text += `event: ${event.topic}\n${id}data: ${event.data}\n\n`;
  }
  if (text) say(reader, text);
}

/** Everybody who reads, and who of them has whom on the screen. */
export function createReaders() {
  const all = new Set<Reader>();
  const naming = new Map<string, Set<Reader>>();
  return {
    all: all as ReadonlySet<Reader>,
    add(reader: Reader): void {
      all.add(reader);
      for (const person of reader.people ?? []) naming.set(person, (naming.get(person) ?? new Set()).add(reader));
    },
    remove(reader: Reader): void {
      all.delete(reader);
      for (const person of reader.people ?? []) {
        const others = naming.get(person);
        if (others?.delete(reader) && others.size === 0) naming.delete(person);
      }
    },
    /** Which of these readers have to be told about each of these keys; keys that nobody asks for are left out. */
    whoWants(topic: Topic, keys: ReadonlySet<string>, readers: ReadonlySet<Reader>): Map<string, Reader[]> {
      const isPresence = topic === "presence";
      const anything = isPresence ? [...readers].filter(({ people }) => !people) : [...readers];
      const wanting = new Map<string, Reader[]>();
      for (const key of keys) {
        const named = isPresence ? [...(naming.get(key) ?? [])].filter((reader) => readers.has(reader)) : [];
        if (anything.length + named.length > 0) wanting.set(key, [...anything, ...named]);
      }
      return wanting;
    },
  };
}
