import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

const root = "src/web";

/** Every page is an .html file in src/web; the service serves desk.html at /desk, stage.html at /sandbox, and so on. */
const pages = readdirSync(root).filter((name) => name.endsWith(".html"));

export default defineConfig({
  root,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    target: "es2023",
    // Inlined files would be data: addresses, which the content security policy refuses.
    assetsInlineLimit: 0,
    rolldownOptions: { input: Object.fromEntries(pages.map((name) => [name.replace(".html", ""), `${root}/${name}`])) },
  },
});
