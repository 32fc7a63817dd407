import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll } from "vitest";

/** What a Hono app and most other servers of the web platform are. */
export type Servable = { fetch(request: Request): Response | Promise<Response> };

/**
 * Answers requests to these origins inside this process: real `fetch`, no sockets. A request to any other origin fails
 * the test. An app that answers `Response.error()` is seen by its caller as a broken connection.
 */
export function mountApps(apps: Record<string, Servable>): { unmount(): void } {
  const server = setupServer(
    ...Object.entries(apps).map(([origin, app]) =>
      http.all(`${origin}/*`, async ({ request }) => {
        const response = await app.fetch(request);
        return response.type === "error" ? HttpResponse.error() : response;
      }),
    ),
  );
  server.listen({ onUnhandledFrame: "error" });
  return { unmount: () => server.close() };
}

/**
 * The same for a whole test file. `current` is asked at each request, so that each test can have a fresh fake:
 * `mountForFile({ "https://platform.example": () => fake.app })`.
 */
export function mountForFile(current: Record<string, () => Servable>): void {
  let mounted: { unmount(): void } | undefined;
  beforeAll(() => {
    const apps = Object.entries(current).map(([origin, app]) => [
      origin,
      { fetch: (request: Request) => app().fetch(request) },
    ]);
    mounted = mountApps(Object.fromEntries(apps));
  });
  afterAll(() => mounted?.unmount());
}
