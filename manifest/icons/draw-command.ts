/**
 * Draws the two icons of the Teams app from their vector sources: `node manifest/icons/draw-command.ts`.
 * Needs a Chromium; its path comes from CHROMIUM where it is not the usual one. The pictures are committed, so this runs
 * only when a drawing changes. `bytes.ts` holds the same for where there are no files.
 */
import { readFile, writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const icons = [
  { name: "color", size: 192 },
  { name: "outline", size: 32 },
];

const texts = new Map<string, string>();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
try {
  const page = await browser.newPage();
  for (const { name, size } of icons) {
    const source = await readFile(new URL(`${name}.svg`, import.meta.url), "utf8");
    const png = await page.evaluate(draw, { source, size });
    await writeFile(new URL(`${name}.png`, import.meta.url), Buffer.from(png, "base64"));
    texts.set(name, png);
    console.log(`${name}.png ${size}x${size}`);
  }
  const bytes = new URL("bytes.ts", import.meta.url);
  const old = await readFile(bytes, "utf8");
  const drawn = [...texts].reduce(
    (text, [name, png]) => text.replace(new RegExp(`(const ${name} =\\s+)"[^"]*"`), `$1"${png}"`),
    old,
  );
  await writeFile(bytes, drawn);
} finally {
  await browser.close();
}

/** Runs in the page. A canvas keeps white exactly white at every opacity, which the outline icon must be. */
async function draw({ source, size }: { source: string; size: number }): Promise<string> {
  const image = new Image(size, size);
  image.src = `data:image/svg+xml,${encodeURIComponent(source)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  canvas.getContext("2d")?.drawImage(image, 0, 0, size, size);
  return canvas.toDataURL("image/png").slice("data:image/png;base64,".length);
}
