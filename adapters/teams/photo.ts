import type { Photo } from "../../src/platform/contract.ts";
import { readPhoto } from "../../src/platform/photo.ts";
import { failureOf, noAnswer } from "./failures.ts";
import { grant } from "./permissions.ts";
import { type TeamsConnection, urlUnder } from "./settings.ts";
import { fetchWithToken } from "./tokens.ts";

/** Pixels a side, twice what the desk shows. Graph has 48, 64, 96, 120, 240, 360, 432, 504 and 648. */
const size = "96x96";

/**
 * GET /users/{id}/photos/96x96/$value; needs ProfilePhoto.Read.All. 404: this person has none, or is not there. Bytes, so
 * not through the Graph client, which reads text.
 * Source: Microsoft Graph reference, "Get profilePhoto"; permissions reference.
 */
export async function photo(c: TeamsConnection, account: string): Promise<Photo | undefined> {
  const path = `v1.0/users/${encodeURIComponent(account)}/photos/${size}/$value`;
  const response = await fetchWithToken(c, "graph", urlUnder(c.settings.graphUrl, path), { lane: "bulk" }).catch(
    (cause: unknown) => {
      throw noAnswer(cause);
    },
  );
  if (response.ok) return readPhoto(response);
  await response.body?.cancel();
  if (response.status === 404) return undefined;
  throw failureOf({ status: response.status, headers: response.headers }, grant("photos"), c.now());
}
