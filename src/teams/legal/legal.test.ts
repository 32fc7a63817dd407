import { describe, expect, it } from "vitest";
import { newApi } from "../../api.ts";
import type { Operator } from "../../platform/service.ts";
import { legalPage, legalPages, legalTexts } from "./page.ts";
import { addLegalRoutes } from "./routes.ts";

const languages = Object.keys(legalTexts) as (keyof typeof legalTexts)[];

const escaped = (text: string) => text.replaceAll("'", "&#39;");

function serve(operator?: Operator) {
  const api = newApi();
  api.use("*", async (c, next) => {
    c.set("service", { operator } as never);
    await next();
  });
  addLegalRoutes(api);
  return async (path: string, accepted = "") => {
    const answer = await api.request(path, { headers: { "accept-language": accepted } });
    return { answer, html: await answer.text() };
  };
}

describe("/privacy and /terms", () => {
  it.each([
    ["/privacy", "", "en", "Privacy"],
    ["/privacy", "sv-SE,sv;q=0.9,en;q=0.5", "sv", "Integritet"],
    ["/privacy", "pt-BR, fr;q=0.8", "fr", "Confidentialité"],
    ["/privacy?lang=es", "sv", "es", "Privacidad"],
    ["/terms?lang=xx", "fr-CA", "fr", "Conditions d’utilisation"],
    ["/terms?lang=constructor", "__proto__", "en", "Terms of use"],
  ])("%s for a browser that wants “%s” speaks %s", async (path, accepted, language, title) => {
    const { answer, html } = await serve()(path, accepted);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-language")).toBe(language);
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain(`<h1>${title}</h1>`);
  });

  it.each(languages)("say in %s what is stored, how long, how it is deleted, and whom to ask", async (language) => {
    const { html } = await serve({ name: "Example AB", contact: "privacy@example.com" })(`/privacy?lang=${language}`);
    const { what, delete: deletion } = legalTexts[language].privacy;
    expect(what.rows).toHaveLength(legalTexts.en.privacy.what.rows.length);
    for (const row of what.rows) {
      expect(row).toHaveLength(what.columns.length);
      for (const cell of row) expect(html).toContain(escaped(cell));
    }
    expect(html).toContain(escaped(deletion.body));
    expect(html).toContain("Example AB");
    expect(html).toContain('<a href="mailto:privacy@example.com">privacy@example.com</a>');
  });

  it("lead to a page where one is named, and to one's own administrators where nobody is", async () => {
    const { html } = await serve({ contact: "https://example.com/privacy" })("/terms");
    expect(html).toContain('<a href="https://example.com/privacy">');
    expect((await serve()("/terms")).html).toContain(legalTexts.en.noContact);
  });

  it("take a name as text, run no script and load nothing", async () => {
    const { answer, html } = await serve({ name: "<script>alert(1)</script>" })("/privacy");
    expect(html).not.toContain("<script");
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toMatch(/src=|@import|url\(/);
    expect(html).toContain('content:attr(data-name) ": "');
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("are the same size in every language, so that nothing was left out", async () => {
    const sizes = await Promise.all(
      legalPages.flatMap((page) => languages.map(async (one) => String(await legalPage(page, one, undefined)).length)),
    );
    expect(Math.min(...sizes)).toBeGreaterThan(2_500);
  });
});
