/**
 * Rules about the two pictures. Sources: Microsoft Teams documentation, "Teams app package", App icons; Microsoft Graph
 * reference, "teamsApp: publish", InvalidOutlineIconTransparency.
 */
import { type Picture, readPng } from "./png.ts";
import { type Rule, type Violation, violationsOf } from "./violation.ts";

export async function checkColorIcon(file: string, bytes: Uint8Array, accentColor: string): Promise<Violation[]> {
  return checkPicture(file, bytes, 192, [
    {
      broken: (p) => new Set(margin(p)).size > 1,
      code: "margin",
    },
    {
      broken: (p) =>
        p.pixels.length > 0 && (p.pixels[3] ?? 0) > 0 && colorAt(p, 0) !== `${accentColor}FF`.toUpperCase(),
      code: "background",
      values: [accentColor],
    },
  ]);
}

export async function checkOutlineIcon(file: string, bytes: Uint8Array): Promise<Violation[]> {
  return checkPicture(file, bytes, 32, [
    {
      broken: (p) => visible(p).some((index) => !colorAt(p, index).startsWith("#FFFFFF")),
      code: "notWhite",
    },
    {
      broken: (p) => visible(p).length === p.width * p.height,
      code: "notTransparent",
    },
    {
      broken: (p) => !touchesEdges(p),
      code: "emptyMargin",
    },
  ]);
}

async function checkPicture(
  where: string,
  bytes: Uint8Array,
  size: number,
  rules: Rule<Picture>[],
): Promise<Violation[]> {
  const picture = await readPng(bytes).catch((error: Error) => error);
  if (picture instanceof Error) {
    return [{ where, code: "unreadablePicture", values: [picture.message] }];
  }
  if (picture.width === size && picture.height === size) return violationsOf(where, picture, rules);
  return [{ where, code: "pictureSize", values: [`${picture.width}x${picture.height}`, `${size}x${size}`] }];
}

const colorAt = (p: Picture, index: number) =>
  `#${[...p.pixels.subarray(index * 4, index * 4 + 4)].map((v) => v.toString(16).padStart(2, "0")).join("")}`.toUpperCase();

const indexes = (p: Picture) => Array.from({ length: p.width * p.height }, (_, index) => index);
const visible = (p: Picture) => indexes(p).filter((index) => (p.pixels[index * 4 + 3] ?? 0) > 0);

/** Colors outside the middle half. All fully transparent pixels count as one color. */
function margin(p: Picture): string[] {
  const isInside = (at: number, size: number) => at >= size / 4 && at < (size * 3) / 4;
  return indexes(p)
    .filter((index) => !isInside(index % p.width, p.width) || !isInside(Math.floor(index / p.width), p.height))
    .map((index) => colorAt(p, index))
    .map((color) => (color.endsWith("00") ? "transparent" : color));
}

function touchesEdges(p: Picture): boolean {
  const columns = new Set(visible(p).map((index) => index % p.width));
  const rows = new Set(visible(p).map((index) => Math.floor(index / p.width)));
  return (columns.has(0) && columns.has(p.width - 1)) || (rows.has(0) && rows.has(p.height - 1));
}
