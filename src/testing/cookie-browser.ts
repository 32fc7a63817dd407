/** A browser as far as cookies and redirects go, and the organization's own page for signing in. */
import { expect } from "vitest";
import { publicUrl, type TestService } from "./service.ts";

export type CookieBrowser = ReturnType<typeof openCookieBrowser>;

export function openCookieBrowser(service: TestService) {
  const cookies = new Map<string, string>();
  return {
    cookies,
    async get(path: string, init: RequestInit = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { ...(cookie ? { cookie } : {}), ...(init.headers as Record<string, string>) };
      const response = await service.wired.app.request(new URL(path, publicUrl).href, { ...init, headers });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === "" || /max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      return response;
    },
  };
}

export const locationOf = (response: Response) => new URL(response.headers.get("location") ?? "", publicUrl);

/** To the organization's own sign-in page and, as this person, to where it sends the browser. */
export async function chooseAt(service: TestService, page: URL, user: { id: string }): Promise<URL> {
  page.searchParams.set("chosen", user.id);
  const chosen = await service.microsoft.app.fetch(new Request(page));
  expect(chosen.status).toBe(302);
  return locationOf(chosen);
}
