import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { build } from "./testing/sample.ts";
import { zip } from "./zip.ts";

/** Finds the files by the directory at the end, as an unzip program does. */
function unzip(bytes: Uint8Array): Record<string, Uint8Array> {
  const buffer = Buffer.from(bytes);
  const end = buffer.length - 22;
  expect(buffer.readUInt32LE(end)).toBe(0x06054b50);
  const files: Record<string, Uint8Array> = {};
  let at = buffer.readUInt32LE(end + 16);
  expect(at + buffer.readUInt32LE(end + 12)).toBe(end);
  for (let left = buffer.readUInt16LE(end + 10); left > 0; left--) {
    expect(buffer.readUInt32LE(at)).toBe(0x02014b50);
    const nameLength = buffer.readUInt16LE(at + 28);
    const name = buffer.toString("utf8", at + 46, at + 46 + nameLength);
    const local = buffer.readUInt32LE(at + 42);
    expect(buffer.readUInt32LE(local)).toBe(0x04034b50);
    expect(buffer.toString("utf8", local + 30, local + 30 + nameLength)).toBe(name);
    const size = buffer.readUInt32LE(local + 18);
    const content = bytes.slice(local + 30 + nameLength, local + 30 + nameLength + size);
    expect(buffer.readUInt32LE(at + 16)).toBe(crc32(content));
    expect(buffer.subarray(at + 10, at + 30)).toEqual(buffer.subarray(local + 8, local + 28));
    files[name] = content;
    at += 46 + nameLength;
  }
  return files;
}

const name = fc.stringMatching(/^[a-zå][a-z0-9.é]{0,12}$/u);

describe("zip", () => {
  it("holds every file, whole", () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.uint8Array({ maxLength: 300 }), { maxKeys: 6, noNullPrototype: true }),
        (files) => {
          expect(unzip(zip(files))).toEqual(files);
        },
      ),
    );
  });

  it("keeps the order, which is part of the bytes", () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
    expect(zip({ a, b })).toEqual(zip({ a, b }));
    expect(zip({ a, b })).not.toEqual(zip({ b, a }));
  });

  it("dates everything 1980-01-01 00:00, the first moment a zip can name", () => {
    const header = Buffer.from(zip({ a: Uint8Array.of(1) })).subarray(10, 14);
    expect(header.toString("hex")).toBe("00002100");
  });

  it("makes a valid empty archive of nothing", () => {
    expect(unzip(zip({}))).toEqual({});
    expect(zip({}).length).toBe(22);
  });
});

const has = (program: string) => spawnSync(program, ["--help"]).error === undefined;

describe("the package, read by programs of others", () => {
  const { files, zip: bytes } = build();

  function inFolder<T>(work: (archive: string, folder: string) => T): T {
    const folder = mkdtempSync(joinPath(tmpdir(), "patchcord-"));
    try {
      const archive = joinPath(folder, "app.zip");
      writeFileSync(archive, bytes);
      return work(archive, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const expectExtracted = (folder: string) => {
    for (const [file, content] of Object.entries(files))
      expect(readFileSync(joinPath(folder, "out", file))).toEqual(Buffer.from(content));
  };

  it.skipIf(!has("python3"))("python3 -m zipfile tests and extracts it (needs python3)", () => {
    inFolder((archive, folder) => {
      expect(spawnSync("python3", ["-m", "zipfile", "-t", archive], { encoding: "utf8" }).stdout).toContain("Done");
      expect(spawnSync("python3", ["-m", "zipfile", "-e", archive, joinPath(folder, "out")]).status).toBe(0);
      expectExtracted(folder);
    });
  });

  it.skipIf(!has("unzip"))("unzip tests and extracts it (needs unzip)", () => {
    inFolder((archive, folder) => {
      expect(spawnSync("unzip", ["-q", archive, "-d", joinPath(folder, "out")]).status).toBe(0);
      expectExtracted(folder);
    });
  });

  it("a reader of our own finds the same files", () => {
    expect(unzip(bytes)).toEqual(
      Object.fromEntries(Object.entries(files).map(([file, content]) => [file, Uint8Array.from(content)])),
    );
  });
});
