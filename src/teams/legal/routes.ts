import type { Api } from "../../api.ts";
import { languageOf, legalPage, legalPages } from "./page.ts";

/** `GET /privacy` and `/terms`: for everybody, in their language. */
export function addLegalRoutes(api: Api): void {
  for (const page of legalPages)
    api.get(`/${page}`, async (c) => {
      const language = languageOf(c.req.query("lang"), c.req.header("accept-language") ?? "");
      return c.html(await legalPage(page, language, c.get("service").operator), 200, {
        "content-language": language,
        "content-security-policy":
          "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self' https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft",
        "cache-control": "public, max-age=3600",
        vary: "accept-language",
      });
    });
}
