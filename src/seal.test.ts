import { describe, expect, it } from "vitest";
import { createKeyring, toBase64 } from "./seal.ts";

const key = (id: string, fill: number) => `${id}:${toBase64(new Uint8Array(32).fill(fill))}`;

describe("sealing", () => {
  it("opens what it sealed, for the same tenant and purpose only", async () => {
    const keyring = createKeyring(key("a", 1));
    const sealed = await keyring.seal("ten_1", "context", { question: "why?" });
    expect(sealed).not.toContain("why");
    expect(await keyring.open("ten_1", "context", sealed)).toEqual({ question: "why?" });
    await expect(keyring.open("ten_2", "context", sealed)).rejects.toThrow("is not the one that sealed");
    await expect(keyring.open("ten_1", "token", sealed)).rejects.toThrow("is not the one that sealed");
  });

  it("notices a single changed character", async () => {
    const keyring = createKeyring(key("a", 1));
    const sealed = await keyring.seal("ten_1", "context", "text");
    const at = sealed.length - 5;
    const changed = sealed.slice(0, at) + (sealed[at] === "A" ? "B" : "A") + sealed.slice(at + 1);
    await expect(keyring.open("ten_1", "context", changed)).rejects.toThrow("is not the one that sealed");
  });

  it("opens what an older key sealed, and names the key that seals", async () => {
    const older = createKeyring(key("a", 1));
    const sealed = await older.seal("ten_1", "context", 7);
    const rotated = createKeyring(`${key("b", 2)},${key("a", 1)}`);
    expect(await rotated.open("ten_1", "context", sealed)).toBe(7);
    expect(rotated.keyIds).toEqual(["b", "a"]);
    expect((await rotated.seal("ten_1", "context", 7)).split(".")[0]).toBe("b");
    expect(await rotated.secrets("ten_1", "x")).toEqual([
      await rotated.secret("ten_1", "x"),
      await older.secret("ten_1", "x"),
    ]);
  });

  it.each(["", "a", "a:short", "a:!!", `a.b:${btoa("k".repeat(32))}`])("refuses the key %j", (keys) =>
    expect(() => createKeyring(keys)).toThrow());
});
