import { z } from "zod";
import { type Ask, askFor } from "./request.ts";
import type { Twilio } from "./settings.ts";

/** A list that never ends must not keep us for ever. */
const pagesMax = 200;

const links = z.looseObject({
  meta: z.looseObject({ next_page_url: z.string().nullish() }).optional(),
  next_page_uri: z.string().nullish(),
});

export type Page<T> = { items: T[]; next?: string };

/**
 * One page of a list. Twilio names the next page itself, and takes page numbers no more (error 40153); of the address
 * that it gives only the path and the query are followed, so that our credentials stay where they belong.
 */
export async function readPage<T>(c: Twilio, wanted: Ask, key: string, shape: z.ZodType<T>): Promise<Page<T>> {
  const answer = await askFor(c, wanted, links.extend({ [key]: z.array(shape).default([]) }));
  const items = answer[key] as T[];
  const { meta, next_page_uri } = links.parse(answer);
  const link = meta?.next_page_url ?? next_page_uri;
  const url = link ? URL.parse(link, "https://api.twilio.com") : null;
  return url ? { items, next: url.pathname + url.search } : { items };
}

export async function readAllPages<T>(c: Twilio, wanted: Ask, key: string, shape: z.ZodType<T>): Promise<T[]> {
  const all: T[] = [];
  let ask: Ask | undefined = wanted;
  for (let pages = 0; ask && pages < pagesMax; pages++) {
    const { items, next }: Page<T> = await readPage(c, ask, key, shape);
    all.push(...items);
    const { query: _first, ...rest } = ask;
    ask = next === undefined ? undefined : { ...rest, path: next };
  }
  return all;
}
