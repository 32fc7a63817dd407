import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const root = "src/web";

/** Every page is an .html file in src/web; the service serves desk.html at /desk, stage.html at /sandbox, and so on. */
const pages = readdirSync(root).filter((name) => name.endsWith(".html"));

/** Carries calls from the desk. Optional: whoever installs it accepts its licence, see NOTICE. */
const library = "@azure/communication-calling";
const isInstalled = canResolve(library);
const standIn = fileURLToPath(new URL(`${root}/desk/calling/not-installed.ts`, import.meta.url));

function canResolve(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

export default defineConfig({
  root,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: { alias: isInstalled ? {} : { [library]: standIn } },
  define: { __CALLS_INSTALLED__: JSON.stringify(isInstalled) },
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    target: "es2023",
    // The optional library is one file of 7 MB, loaded when a call is joined.
    chunkSizeWarningLimit: 8_000,
    // Inlined files would be data: addresses, which the content security policy refuses.
    assetsInlineLimit: 0,
    rolldownOptions: { input: Object.fromEntries(pages.map((name) => [name.replace(".html", ""), `${root}/${name}`])) },
  },
});
