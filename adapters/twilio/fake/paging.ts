import type { Context } from "hono";
import { ApiError } from "./model.ts";

type Paging = { items: unknown[]; page: number; pageSize: number; url: string; next: string | null };

/**
 * Relative paging only: the next page is known by the token of the last item, never by its number.
 * Sources: Twilio errors 40153 and 21481.
 */
function paginate<T>(
  c: Context,
  all: readonly T[],
  keyOf: (item: T) => string,
  pageSizeMax: number,
): Paging & { items: T[] } {
  const asked = Number(c.req.query("PageSize") ?? 50);
  if (!Number.isInteger(asked) || asked < 1 || asked > 1000) throw new ApiError(400, 20001, "PageSize is out of range");
  const pageSize = Math.min(asked, pageSizeMax);
  const token = c.req.query("PageToken");
  const page = Number(c.req.query("Page") ?? 0);
  if (page > 0 && token === undefined) throw new ApiError(400, 40153, "Absolute paging is not supported");
  const last = token === undefined ? -1 : all.findIndex((item) => `PA${keyOf(item)}` === token);
  if (token !== undefined && last < 0) throw new ApiError(400, 21481, "Invalid PageToken");
  const items = all.slice(last + 1, last + 1 + pageSize);
  const end = items.at(-1);
  const hasMore = end !== undefined && last + 1 + pageSize < all.length;
  const here = new URL(c.req.url);
  const linkTo = (changes: Record<string, string>) => {
    const query = new URLSearchParams(here.search);
    for (const [name, value] of Object.entries(changes)) query.set(name, value);
    return `${here.pathname}?${query}`;
  };
  const next = hasMore
    ? linkTo({ PageSize: String(pageSize), Page: String(page + 1), PageToken: `PA${keyOf(end)}` })
    : null;
  return { items, page, pageSize, url: linkTo({ PageSize: String(pageSize) }), next };
}

type List<T> = { key: string; keyOf: (item: T) => string; view: (item: T) => unknown; pageSizeMax: number };

/** As the 2010 API lists: links are paths. */
export function listOld<T>(c: Context, all: readonly T[], { key, keyOf, view, pageSizeMax }: List<T>): Response {
  const { items, page, pageSize, url, next } = paginate(c, all, keyOf, pageSizeMax);
  return c.json({
    [key]: items.map(view),
    page,
    page_size: pageSize,
    start: 0,
    end: Math.max(0, items.length - 1),
    uri: url,
    first_page_uri: url,
    next_page_uri: next,
    previous_page_uri: null,
  });
}

/** As the newer APIs list: links are whole addresses, always Twilio's own. */
export function listNew<T>(
  c: Context,
  host: string,
  all: readonly T[],
  { key, keyOf, view, pageSizeMax }: List<T>,
): Response {
  const { items, page, pageSize, url, next } = paginate(c, all, keyOf, pageSizeMax);
  const absolute = (path: string) => `https://${host}.twilio.com${path}`;
  return c.json({
    [key]: items.map(view),
    meta: {
      key,
      page,
      page_size: pageSize,
      url: absolute(url),
      first_page_url: absolute(url),
      next_page_url: next && absolute(next),
      previous_page_url: null,
    },
  });
}
