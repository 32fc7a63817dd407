import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig, type HtmlTagDescriptor, type Plugin } from "vite";

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

/**
 * An entry that is small so that it runs early loads the rest by `import()`, which the browser would hear of late: the page
 * names it, with all that it stands on.
 */
const preloadMain: Plugin = {
  name: "preload-main",
  transformIndexHtml: {
    order: "post",
    handler(_html, { bundle, chunk }) {
      if (!bundle || !chunk) return [];
      const chunkOf = (file: string) => (bundle[file]?.type === "chunk" ? bundle[file] : undefined);
      const main = chunk.dynamicImports.find((file) => chunkOf(file)?.facadeModuleId?.endsWith("/main.tsx"));
      if (!main) return [];
      /** A file with all that it stands on. */
      const whole = (file: string) => {
        const files = new Set([file]);
        for (const each of files) for (const next of chunkOf(each)?.imports ?? []) files.add(next);
        return files;
      };
      const named = whole(chunk.fileName);
      const files = [...whole(main)].filter((file) => !named.has(file));
      return files.map((file): HtmlTagDescriptor => {
        const attrs = { rel: "modulepreload", crossorigin: true, href: `/${file}` };
        return { tag: "link", attrs, injectTo: "head" };
      });
    },
  },
};

export default defineConfig({
  root,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [preloadMain],
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
