import { z } from "zod";
import type { Photo } from "../../src/platform/contract.ts";
import { readPhoto } from "../../src/platform/photo.ts";
import { ask, askFor, extensionId } from "./ask.ts";
import { medium, type RingCentral } from "./settings.ts";

const entry = z.looseObject({ profileImage: z.looseObject({ uri: z.url().nullish() }).nullish() });

/**
 * The profile image that the directory names. Group Medium, app scope ReadAccounts; the image itself is fetched with our
 * token, so only from RingCentral. No size is documented: what is too large is left out.
 * Source: RingCentral API contract, AccountDirectoryProfileImageResource.
 */
export async function photo(c: RingCentral, account: string): Promise<Photo | undefined> {
  const path = `/restapi/v1.0/account/~/directory/entries/${extensionId(account)}`;
  const { profileImage } = await askFor(c, { path, cost: medium, lane: "bulk" }, entry);
  const uri = profileImage?.uri;
  if (!uri || !isTheirs(uri, c.settings.server)) return undefined;
  return readPhoto(await ask(c, { path: uri, cost: medium, lane: "bulk" }));
}

/** The API's own host, or for RingCentral's own API any host of theirs: images lie on another. */
function isTheirs(uri: string, server: string): boolean {
  const [image, api] = [new URL(uri), new URL(server)];
  if (image.origin === api.origin) return true;
  const ofRingCentral = ({ protocol, hostname }: URL) => protocol === "https:" && /\.ringcentral\.com$/.test(hostname);
  return ofRingCentral(image) && ofRingCentral(api);
}
